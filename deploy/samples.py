"""`python -m deploy.samples`: the sample accounts of a local portal, plainly samples and never for production."""

import os
import secrets
import sys
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deploy.trouble import Trouble, told
from services.accounts import passwords, registering
from services.accounts.addresses import email_key
from services.accounts.model import Account, Office
from services.chassis.database import make_engine
from services.chassis.settings import database_url
from services.contracts.actors import Actor, Role

SAMPLE_PASSWORD = "amtsgang-sample-2026"  # noqa: S105 - printed at every start of the local portal


@dataclass(frozen=True)
class Sample:
    """A sample account. A clerk works in all offices of one municipality, named by its ARS; an operator in the whole network."""

    role: str
    email: str
    given_names: str
    family_name: str
    ars: str | None = None


SAMPLES = (
    Sample("citizen", "citizen@example.org", "Erika", "Musterfrau"),
    Sample("clerk", "clerk.soegel@example.org", "Sören", "Beispiel", "034545407"),
    Sample("clerk", "clerk.lingen@example.org", "Linda", "Beispiel", "034540032"),
    Sample("clerk", "clerk.emsland@example.org", "Emma", "Beispiel", "03454"),
    Sample("operator", "operator@example.org", "Max", "Mustermann"),
)
SAMPLE_SIGN_INS = tuple((sample.role, sample.email, SAMPLE_PASSWORD) for sample in SAMPLES)
"""What `make run` prints: role, e-mail address, password."""


def write(session: Session) -> list[str]:
    """Create the sample accounts that do not exist yet and name their addresses; staff gets the offices there are now.

    The network must be loaded.
    """
    created = []
    for sample in SAMPLES:
        account_id = session.scalar(select(Account.id).where(Account.email_key == email_key(sample.email)))
        if account_id is None:
            _create(session, sample)
            created.append(sample.email)
        elif sample.role != "citizen":
            registering.assign_roles(session, account_id=account_id, roles=_roles(session, sample))
    return created


def _create(session: Session, sample: Sample) -> None:
    person = {
        "email": sample.email,
        "password_hash": passwords.hash_password(SAMPLE_PASSWORD, secrets.token_hex()),
        "given_names": sample.given_names,
        "family_name": sample.family_name,
        "language": "de",
    }
    if sample.role == "citizen":
        registering.register_account(session, Actor(), **person)
    else:
        registering.enrol_staff(session, **person, roles=_roles(session, sample))


def _roles(session: Session, sample: Sample) -> tuple[Role, ...]:
    if sample.role == "operator":
        return (Role("operator", "*"),)
    offices = session.scalars(select(Office.id).where(Office.ars == sample.ars, Office.is_withdrawn.is_(False))).all()
    if not offices:
        raise Trouble(f"{sample.email} has no office to work in: load the network first with `make network`.")
    return tuple(Role("clerk", office_id) for office_id in offices)


def main() -> int:
    """Write what is missing; prints one line."""
    engine = make_engine(database_url("accounts", os.environ))
    try:
        with Session(engine.execution_options(amtsgang_writes=True)) as session, session.begin():
            session.info.update(service="accounts", settings=None)
            created = write(session)
    finally:
        engine.dispose()
    print(f"sample accounts: {len(created)} created, {len(SAMPLES) - len(created)} there already")
    return 0


if __name__ == "__main__":
    with told():
        sys.exit(main())
