"""Citizens who have registered before: their accounts are written into the database of a running portal, without the mail."""

from functools import cache
from pathlib import Path
from uuid import uuid4

from deploy.samples import SAMPLE_PASSWORD
from services.accounts import opening, passwords
from services.chassis.database import Transactions, make_engine


def with_account(var: Path, given_names: str = "Max", family_name: str = "Mustermann") -> str:
    """The address of somebody whom the portal in this folder has not seen before; the password is the samples'."""
    email = f"muster-{uuid4().hex[:12]}@example.org"
    engine = make_engine(f"sqlite:///{var / 'accounts.sqlite'}")
    try:
        with Transactions("accounts", engine).transaction() as session:
            opening.open_account(
                session,
                email=email,
                password_hash=sample_hash(),
                given_names=given_names,
                family_name=family_name,
                language="de",
            )
    finally:
        engine.dispose()
    return email


@cache
def sample_hash() -> str:
    """Of the samples' password; made once, as it takes a while."""
    return passwords.hash_password(SAMPLE_PASSWORD, "sample")
