"""At which counters an officer works, and which of them was chosen."""

from gateway.body import Form
from gateway.pages.language import Speech
from gateway.visit import Visit
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden


async def own_offices(it: Visit, talk: Speech) -> list[dict[str, str]]:
    """The offices at whose counter the officer works, as choices."""
    scopes = it.actor.offices("identity_officer")
    everyone = await it.house.catalogue.municipalities() if scopes else {"municipalities": []}
    found = []
    for municipality in everyone["municipalities"]:
        if any(scope == "*" or scope.startswith(f"{municipality['ars']}/") for scope in scopes):
            place = await it.house.catalogue.municipality(municipality["ars"])
            found += [
                {"value": office["office_id"], "label": f"{talk.local(office['name'])}, {municipality['name']}"}
                for office in place["offices"]
                if _works_in(it.actor, office["office_id"])
            ]
    return found


def _works_in(actor: Actor, office_id: str) -> bool:
    return actor.has_role("identity_officer", office_id)


def office_of(form: Form) -> str:
    """The office that was chosen. Raises forbidden where none was: then the officer has none."""
    office_id = form.get("office_id")
    if not office_id:
        raise Forbidden("accounts.not_this_office", "You do not verify identities in any office.")
    return office_id
