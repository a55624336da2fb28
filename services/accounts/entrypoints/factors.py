"""Second factors, and what they open."""

from typing import Any

from services.accounts import factor_guard, factors, second_step
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, every, rpc
from services.contracts.actors import ANYONE, SIGNED_IN


class Factors(Base):
    """Authenticator apps, passkeys, recovery codes, and the second step of signing in."""

    @rpc(allow=SIGNED_IN)
    def get_security(self, call: Call) -> dict[str, Any]:
        """How one's own account is guarded."""
        with self.db.reading() as session:
            return factors.get_security(session, call.actor)

    @rpc(allow=SIGNED_IN)
    def begin_totp(self, call: Call) -> dict[str, Any]:
        """A new authenticator app."""
        self._permit(call)
        with self.db.transaction() as session:
            return factors.begin_totp(session, call.actor)

    @rpc(allow=SIGNED_IN)
    def confirm_totp(self, call: Call) -> dict[str, Any]:
        """Its first code."""
        with self.db.transaction() as session:
            return factors.confirm_totp(session, call.actor, **call.data)

    @rpc(allow=SIGNED_IN)
    def begin_passkey(self, call: Call) -> dict[str, Any]:
        """What the browser needs to make a passkey."""
        self._permit(call)
        with self.db.transaction() as session:
            return factors.begin_passkey(session, call.actor)

    @rpc(allow=SIGNED_IN)
    def add_passkey(self, call: Call) -> dict[str, Any]:
        """The passkey that the browser made."""
        with self.db.transaction() as session:
            return factors.add_passkey(session, call.actor, **call.data)

    @rpc(allow=SIGNED_IN)
    def remove_factor(self, call: Call) -> dict[str, Any]:
        """One factor less."""
        self._permit(call)
        with self.db.transaction() as session:
            return factors.remove_factor(session, call.actor, factor_id=call.data["factor_id"])

    @rpc(allow=SIGNED_IN)
    def renew_recovery_codes(self, call: Call) -> dict[str, Any]:
        """Ten new recovery codes."""
        self._permit(call)
        with self.db.transaction() as session:
            return factors.renew_recovery_codes(session, call.actor)

    @rpc(allow=ANYONE)
    def get_second_factor(self, call: Call) -> dict[str, Any]:
        """What the second step of a sign-in asks for."""
        with self.db.transaction() as session:
            return second_step.get_second_factor(session, **call.data)

    @rpc(allow=ANYONE)
    def answer_second_factor(self, call: Call) -> dict[str, Any]:
        """The second step of signing in."""
        return second_step.answer_second_factor(self.db.transaction, **call.data)

    @rpc(allow=ANYONE)
    def begin_passkey_sign_in(self, call: Call) -> dict[str, Any]:
        """What the browser needs to sign in with a passkey."""
        with self.db.transaction() as session:
            return second_step.begin_passkey_sign_in(session)

    @rpc(allow=ANYONE)
    def sign_in_with_passkey(self, call: Call) -> dict[str, Any]:
        """A session, by a passkey alone."""
        return second_step.sign_in_with_passkey(self.db.transaction, **call.data)

    @rpc(allow=SIGNED_IN)
    def begin_step_up(self, call: Call) -> dict[str, Any]:
        """How this session can be lifted."""
        with self.db.transaction() as session:
            return second_step.begin_step_up(session, call.actor)

    @rpc(allow=SIGNED_IN)
    def step_up(self, call: Call) -> dict[str, Any]:
        """Lift this session."""
        return second_step.step_up(self.db.transaction, call.actor, **call.data)

    @every(seconds=600)
    def discard_challenges(self) -> None:
        """Challenges that nobody has answered."""
        with self.db.transaction() as session:
            factors.discard_unfinished(session)

    def _permit(self, call: Call) -> None:
        factor_guard.permit(self.db.transaction, offload, call.actor, password=call.data["password"])
