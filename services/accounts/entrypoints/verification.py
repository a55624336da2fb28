"""Verification in person."""

import secrets
from typing import Any

from services.accounts import activating, checking, finding, guessing, hashing, reporting, revoking, visiting
from services.accounts.entrypoints.base import Base
from services.accounts.entrypoints.slow_work import offload
from services.chassis import Call, every, rpc
from services.contracts.actors import ANYONE, CITIZEN, staff

OFFICERS = staff("identity_officer")
READERS = staff("identity_officer", "administrator")


class Verification(Base):
    """The citizen's code, the officer's counter, and the letter that activates an account."""

    @rpc(allow=CITIZEN)
    def create_visit_code(self, call: Call) -> dict[str, Any]:
        """A code to be shown at the counter."""
        with self.db.transaction() as session:
            return visiting.create_visit_code(session, call.actor)

    @rpc(allow=CITIZEN)
    def get_verification(self, call: Call) -> dict[str, Any]:
        """How far one's own identity is verified."""
        with self.db.reading() as session:
            return visiting.get_verification(session, call.actor)

    @rpc(allow=OFFICERS)
    def look_at_visit_code(self, call: Call) -> dict[str, Any]:
        """Who shows this code."""
        with guessing.counted(self.db.transaction, call.actor.person_id), self.db.transaction() as session:
            return checking.look_at_visit_code(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def record_check(self, call: Call) -> dict[str, Any]:
        """What an officer saw of the person who showed a code."""
        with guessing.counted(self.db.transaction, call.actor.person_id):
            return self.db.once(call, checking.record_check)

    @rpc(allow=OFFICERS)
    def open_counter_account(self, call: Call) -> dict[str, Any]:
        """A verified account for somebody who has none."""
        return self.db.once(call, checking.open_counter_account)

    @rpc(allow=OFFICERS)
    def remove_lost_factors(self, call: Call) -> dict[str, Any]:
        """Let somebody in again who lost every second factor."""
        return self.db.once(call, checking.remove_lost_factors)

    @rpc(allow=OFFICERS)
    def list_pending_checks(self, call: Call) -> dict[str, Any]:
        """The checks of an office that wait for a second officer."""
        with self.db.reading() as session:
            return checking.list_pending_checks(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def get_pending_check(self, call: Call) -> dict[str, Any]:
        """A check whole, for the second officer."""
        with self.db.transaction() as session:
            return checking.get_pending_check(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def confirm_check(self, call: Call) -> dict[str, Any]:
        """The second officer agrees."""
        with self.db.transaction() as session:
            return checking.confirm_check(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def decline_check(self, call: Call) -> dict[str, Any]:
        """The check does not count."""
        with self.db.transaction() as session:
            return checking.decline_check(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def find_person(self, call: Call) -> dict[str, Any]:
        """Look somebody up, for a reason."""
        with guessing.counted(self.db.transaction, call.actor.person_id), self.db.transaction() as session:
            return finding.find_person(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def revoke_identity(self, call: Call) -> dict[str, Any]:
        """Take the verified level away."""
        with self.db.transaction() as session:
            return revoking.revoke_identity(session, call.actor, **call.data)

    @rpc(allow=OFFICERS)
    def print_activation_letter(self, call: Call) -> dict[str, Any]:
        """A new letter; it counts once it is printed, and none before it does then."""
        with self.db.reading() as session:
            letter = activating.prepare_letter(session, call.actor, **call.data)
        printed = self.peers.call("documents", "render_activation_letter", **letter.wire())
        with self.db.transaction() as session:
            activating.keep_letter(session, call.actor, letter)
        return {**printed, "expires_at": letter.expires_at}

    @rpc(allow=ANYONE)
    def look_at_activation(self, call: Call) -> dict[str, Any]:
        """What a letter is worth."""
        with self.db.reading() as session:
            return activating.look_at_activation(session, **call.data)

    @rpc(allow=ANYONE)
    def activate_account(self, call: Call) -> dict[str, Any]:
        """Take over an account made at the counter."""
        with self.db.reading() as session:
            activating.look_at_activation(session, code=call.data["code"])
        hashed = hashing.with_new_password(call, offload, [call.data["email"]], secrets.token_hex())
        with self.db.transaction() as session:
            return activating.activate_account(session, **hashed.data)

    @rpc(allow=ANYONE)
    def confirm_activation(self, call: Call) -> dict[str, Any]:
        """The address is its holder's."""
        with self.db.transaction() as session:
            return activating.confirm_activation(session, **call.data)

    @rpc(allow=READERS)
    def get_verification_report(self, call: Call) -> dict[str, Any]:
        """The office's report."""
        with self.db.reading() as session:
            return reporting.get_verification_report(session, call.actor, **call.data)

    @every(seconds=600)
    def watch_identities(self) -> None:
        """What has expired or soon will, and what nobody has used."""
        for work in (
            revoking.announce_due,
            revoking.expire_due,
            revoking.restore_due,
            visiting.discard_old,
            activating.forget_unused,
        ):
            with self.db.transaction() as session:
                work(session)
