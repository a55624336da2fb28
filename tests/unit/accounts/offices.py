"""A network with two municipalities, and people at their counters."""

from services.accounts.model import Account, Municipality, Office
from services.chassis import clock, ids
from services.contracts.actors import Actor, Role

SOEGEL = "034545407/buergerbuero"
LINGEN = "034540032/buergerbuero"
TEXT = {"de": "Text", "en": "text"}


def network(session, *, needs_two_officers=False):
    """Sögel and Lingen with an office for identities each."""
    for office_id, slug, name in ((SOEGEL, "soegel", "Samtgemeinde Sögel"), (LINGEN, "lingen", "Stadt Lingen")):
        ars = office_id.partition("/")[0]
        session.add(
            Municipality(
                ars=ars,
                slug=slug,
                name=name,
                kind="town",
                postal_codes=[],
                places=[],
                address="Musterstraße 1",
                colour="#004b87",
                imprint=TEXT,
                privacy=TEXT,
                accessibility=TEXT,
            )
        )
        session.flush()
        session.add(
            Office(
                id=office_id,
                ars=ars,
                position=0,
                name={"de": "Bürgerbüro", "en": "Citizens’ office"},
                address="Musterstraße 1, 49751 Sögel",
                email="buergerbuero@example.org",
                phone="05952 206-0",
                opening_hours=[],
                needs_two_officers=needs_two_officers and office_id == SOEGEL,
            )
        )
    session.flush()


def person(session, given_names, family_name, kind="citizen", email=None):
    """An account; gives it."""
    account_id = ids.new_id()
    email = email or f"{account_id}@example.org"
    account = Account(
        id=account_id,
        kind=kind,
        email=email,
        email_key=email,
        password_hash="x",
        given_names=given_names,
        family_name=family_name,
        language="de",
        registered_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return account


def citizen(account):
    """The actor of a citizen."""
    return Actor("citizen", account.id)


def officer(session, given_names="Olga", office_id=SOEGEL, role="identity_officer"):
    """The actor of somebody who works at a counter."""
    account = person(session, given_names, "Beispiel", kind="staff")
    return Actor("staff", account.id, roles=(Role(role, office_id),))
