"""`python -m deploy.samples`: the sample accounts of a local portal, plainly samples and never for production."""

import os
import secrets
import sys
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deploy.trouble import Trouble, told
from services.accounts import opening, passwords, registering
from services.accounts.addresses import email_key
from services.accounts.model import Account, Office
from services.chassis.database import make_engine
from services.chassis.settings import database_url
from services.contracts.actors import Role

SAMPLE_PASSWORD = "amtsgang-sample-2026"  # noqa: S105 - printed at every start of the local portal


@dataclass(frozen=True)
class Sample:
    """A sample account. `where` is the scope of its role; a clerk, named an ARS, works in all offices of that municipality."""

    role: str
    email: str
    given_names: str
    family_name: str
    where: str = "*"


SOEGEL, LINGEN, EMSLAND = "034545407", "034540032", "03454"
SAMPLES = (
    Sample("citizen", "citizen@example.org", "Erika", "Musterfrau"),
    Sample("clerk", "clerk.soegel@example.org", "Sören", "Beispiel", SOEGEL),
    Sample("clerk", "clerk.lingen@example.org", "Linda", "Beispiel", LINGEN),
    Sample("clerk", "clerk.emsland@example.org", "Emma", "Beispiel", EMSLAND),
    Sample("operator", "operator@example.org", "Max", "Mustermann"),
    Sample("approver", "approver.soegel@example.org", "Anja", "Beispiel", f"{SOEGEL}/*"),
    Sample("approver", "approver.lingen@example.org", "Alma", "Beispiel", f"{LINGEN}/*"),
    Sample("treasurer", "treasurer.soegel@example.org", "Tom", "Beispiel", f"{SOEGEL}/kasse"),
    Sample("editor", "editor.soegel@example.org", "Edda", "Beispiel", f"{SOEGEL}/*"),
    Sample("editor", "editor.emsland@example.org", "Elke", "Beispiel", f"{EMSLAND}/*"),
    Sample("administrator", "administrator.soegel@example.org", "Ada", "Beispiel", f"{SOEGEL}/*"),
    Sample("identity_officer", "identity.soegel@example.org", "Ida", "Beispiel", f"{SOEGEL}/buergerbuero"),
    Sample("identity_officer", "identity2.soegel@example.org", "Ivo", "Beispiel", f"{SOEGEL}/buergerbuero"),
    Sample("identity_officer", "identity.lingen@example.org", "Ilse", "Beispiel", f"{LINGEN}/buergerbuero"),
    Sample("identity_officer", "identity2.lingen@example.org", "Ingo", "Beispiel", f"{LINGEN}/buergerbuero"),
)
"""Lingen's citizens' office wants two officers at an identity check, Sögel's one."""
SAMPLE_SIGN_INS = tuple((sample.role, sample.email, SAMPLE_PASSWORD) for sample in SAMPLES)
"""What `make run` prints: role, e-mail address, password."""
FIRST = ("citizen", "clerk", "operator")
"""Roles to begin with; the others are told in fewer words."""


def told_at_start() -> list[str]:
    """The sign-ins as the terminal shows them: those to begin with on a line each, the others by role."""
    first = [f"  {sample.role:<10} {sample.email}" for sample in SAMPLES if sample.role in FIRST]
    rest: dict[str, list[str]] = {}
    for sample in SAMPLES:
        if sample.role not in FIRST:
            rest.setdefault(sample.role.replace("_", " "), []).append(sample.email.removesuffix("@example.org"))
    others = "; ".join(f"{role}: {', '.join(names)}" for role, names in rest.items())
    return [*first, f"  also @example.org: {others}"]


def write(session: Session) -> list[str]:
    """Create the sample accounts that do not exist yet and name their addresses; those that do exist stay as somebody left them.

    The network must be loaded.
    """
    known = {email_key(sample.email) for sample in SAMPLES}
    known &= set(session.scalars(select(Account.email_key).where(Account.email_key.in_(known))))
    missing = [sample for sample in SAMPLES if email_key(sample.email) not in known]
    for sample in missing:
        _create(session, sample)
    return [sample.email for sample in missing]


def _create(session: Session, sample: Sample) -> None:
    person: dict[str, Any] = {
        "email": sample.email,
        "password_hash": passwords.hash_password(SAMPLE_PASSWORD, secrets.token_hex()),
        "given_names": sample.given_names,
        "family_name": sample.family_name,
        "language": "de",
    }
    if sample.role == "citizen":
        opening.open_account(session, **person)
    else:
        registering.enrol_staff(session, **person, roles=_roles(session, sample))


def _roles(session: Session, sample: Sample) -> tuple[Role, ...]:
    offices = session.scalars(select(Office.id).where(Office.is_withdrawn.is_(False))).all()
    own = [
        office
        for office in offices
        if sample.where in ("*", office) or sample.where.removesuffix("/*") == office.partition("/")[0]
    ]
    if not own:
        raise Trouble(f"{sample.email} has no office to work in: load the network first with `make network`.")
    if sample.role == "clerk":
        return tuple(Role("clerk", office) for office in own)
    return (Role(sample.role, sample.where),)


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
