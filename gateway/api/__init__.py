"""The JSON API: one table of operations, from which both the routes and their description are made."""

from itertools import groupby

from gateway.api import (
    accounts,
    administration,
    applications,
    asyncapi,
    cases,
    catalogue,
    documents,
    drafts,
    editing,
    files,
    identity,
    notices,
    openapi,
    operations,
    orders,
    parties,
    privacy,
    second_factors,
)
from gateway.api.description import Description
from gateway.api.operation import ROOT, Operation, resource
from gateway.api.problems import Problems
from gateway.house import House

OPERATIONS: tuple[Operation, ...] = (
    *accounts.OPERATIONS,
    *second_factors.OPERATIONS,
    *identity.OPERATIONS,
    *parties.OPERATIONS,
    *privacy.OPERATIONS,
    *catalogue.OPERATIONS,
    *drafts.OPERATIONS,
    *files.OPERATIONS,
    *orders.OPERATIONS,
    *applications.OPERATIONS,
    *documents.OPERATIONS,
    *notices.OPERATIONS,
    *cases.OPERATIONS,
    *operations.OPERATIONS,
    *administration.OPERATIONS,
    *editing.OPERATIONS,
)


def routes(house: House) -> list[tuple[str, object]]:
    """Every path of the API with its resource, and the pages that its problems refer to."""
    by_path = sorted(OPERATIONS, key=lambda o: o.path)
    found = [(ROOT + path, resource(list(group))) for path, group in groupby(by_path, key=lambda o: o.path)]
    return [
        *found,
        ("/problems/{slug}", Problems()),
        (f"{ROOT}/openapi.json", Description(lambda: openapi.describe(house.settings.portal_url, OPERATIONS))),
        (f"{ROOT}/asyncapi.json", Description(lambda: asyncapi.describe(house.settings.portal_url))),
    ]
