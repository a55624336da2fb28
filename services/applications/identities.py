"""Who applied, as accounts has verified it: a form that wants exactly that person is held to it, and the case keeps it.

BMeldDigiV § 4 (1) sentence 3: who asks the register for their data is who the electronic identity says they are.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from services.applications.catalogue import Service
from services.contracts.accounts.profile import CORE
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden
from services.contracts.levels import LEVELS

Identity = Mapping[str, Any]
"""`level`, `source` and `by` of the verification, and what is verified by its name in the profile."""


def verified(profile: Mapping[str, Any]) -> Identity | None:
    """What a profile has verified; none where the identity is not."""
    known = {value["name"]: value for value in profile["values"] if value["name"] in CORE and value["is_verified"]}
    if len(known) < len(CORE):
        return None
    weakest = min(known.values(), key=lambda value: LEVELS.index(value["level"]))
    told = {"source": weakest["source"], "by": weakest["by"]}
    return {"level": profile["identity_level"], **told, **{name: known[name]["value"] for name in CORE}}


def bound(service: Service) -> list[str]:
    """The questions whose answers must be those of the verified identity."""
    return [name for name, _ in _bound(service)]


def errors(service: Service, answers: Mapping[str, Any], identity: Identity | None) -> dict[str, list[str]]:
    """The answers that are not those of the verified identity, where the service wants that, as slugs by field."""
    known = identity or {}
    return {name: ["not_identity"] for name, of in _bound(service) if not _is_same(known.get(of, ""), answers.get(name))}


def differing(service: Service, answers: Mapping[str, Any], identity: Identity | None) -> dict[str, list[str]]:
    """What is answered already and is not what the identity says, where one is known: told while the form is filled in."""
    told = errors(service, answers, identity) if identity is not None else {}
    return {name: slugs for name, slugs in told.items() if answers.get(name)}


def check_actor(service: Service, actor: Actor) -> None:
    """Raises forbidden for one who acts for another where the service wants the person themselves."""
    if service.verified_identity and actor.behalf is not None:
        raise Forbidden("actors.not_covered", "This can be applied for by the person themselves only.")


def kept(service: Service, identity: Identity | None) -> Identity | None:
    """What the case keeps: nothing where the service asks for no more than a password."""
    return None if service.level == LEVELS[0] else identity


def _bound(service: Service) -> Iterator[tuple[str, str]]:
    """The names of the fields that ask for the applicant's identity, each with what it is called in the profile."""
    if service.verified_identity:
        for section in service.sections:
            if not section.get("repeated"):
                yield from ((field["name"], field["prefill"]) for field in section["fields_"] if field.get("prefill") in CORE)


def _is_same(known: str, given: Any) -> bool:
    """Spelling with other capitals or blanks is the same name; of a day that is not wholly known, the known parts count."""
    if not known or not isinstance(given, str):
        return False
    if "-00" in known:
        return given.startswith(known.partition("-00")[0] + "-")
    return _plain(known) == _plain(given)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
