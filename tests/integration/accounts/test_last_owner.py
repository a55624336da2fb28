"""Two owners of an organisation go at the same moment: one leaves, the other has the account erased. One of them stays."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import pytest

from services.accounts import erasing, memberships
from services.chassis.database import Transactions, make_engine
from services.chassis.migrate import migrate
from services.chassis.settings import Settings
from services.contracts.errors import Conflict
from tests.unit.accounts.parties import join, organisation, person

WAITS_SECONDS = 0.5
"""For the other to get as far as it can."""


@pytest.fixture
def database(new_database: Callable[[str], str]) -> Iterator[Transactions]:
    url = new_database("owners")
    migrate("accounts", url)
    engine = make_engine(url)
    settings = Settings("accounts", "", url, Path(), "https://portal.example.org", "only-for-tests-" * 3)
    yield Transactions("accounts", engine, settings)
    engine.dispose()


def test_an_organisation_is_never_left_without_an_owner(database: Transactions) -> None:
    with database.transaction() as session:
        first, second = person(session, "first"), person(session, "second")
        organisation_id = organisation(session, first)
        join(session, organisation_id, first, second, "owner")

    def erase() -> None:
        with database.transaction() as session:
            erasing.erase(session, second, account_id=second.person_id, reason="asked")

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            memberships.leave_organisation(session, first, organisation_id=organisation_id)
            session.flush()
            gone = threads.submit(erase)
            with pytest.raises(NotYet):
                gone.result(WAITS_SECONDS)
        with pytest.raises(Conflict) as refused:
            gone.result()
    assert refused.value.slug == "accounts.sole_owner"
