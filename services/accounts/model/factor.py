"""Second factors: authenticator apps and passkeys, recovery codes, and challenges that wait for an answer."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.model.entity import Entity
from services.chassis.columns import UtcDateTime

TOTP, PASSKEY = "totp", "passkey"
MOST_FACTORS = 20
CONFIRM_WITHIN = timedelta(minutes=15)
ANSWER_WITHIN = timedelta(minutes=5)


class SecondFactor(Entity):
    """An authenticator app (`totp`) or a passkey of an account. An app counts from the moment its first code was confirmed."""

    __tablename__ = "second_factors"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_secret: Mapped[str | None] = mapped_column(String(300))
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    credential_id: Mapped[str | None] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)

    def as_dict(self) -> dict[str, object]:
        """The factor in a list; nothing of its secret."""
        told = {"factor_id": self.id, "kind": self.kind, "name": self.name}
        return {**told, "added_at": self.added_at, "last_used_at": self.last_used_at}


class RecoveryCode(Entity):
    """A code that stands in for a lost second factor, once. Kept as a keyed hash."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Challenge(Entity):
    """What the portal has asked a browser to answer with a second factor or a passkey: within minutes and once.

    `purpose` is `sign_in` (the password was right; `token_hash` is that of the secret the browser holds), `passkey` (nobody is
    known yet), `step_up` or `register`.
    """

    __tablename__ = "challenges"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
