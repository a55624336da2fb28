"""One form in progress behind a fake bus: kept and checked as applications does, with any service one likes."""

from datetime import timedelta
from typing import Any

from services.applications import forms
from services.applications.catalogue import Service
from services.chassis import clock
from services.contracts import forms as contract
from services.contracts import merging
from services.contracts.errors import Invalid
from services.contracts.registry import dump
from services.contracts.values import euros
from tests.fakes.bus import FakeBus, sample

DRAFT_ID = "0198c5a1-7b1e-7c3d-9a55-1f2e3d4c5b7a"


class FakeDrafts:
    """Answers what the pages of a form ask."""

    def __init__(self, bus: FakeBus, service: Service, answers: dict[str, Any] | None = None) -> None:
        self.service, self.answers, self.is_in_cart = service, answers or {}, False
        self.taken: list[str] = []
        self.newest = sample("applications", "get_service")["version"]
        offered = sample("applications", "get_service")
        self.offer = {
            **offered, "service": service.service, "name": service.name, "level": service.level,
            "sections": [dump(contract.Section, section) for section in service.sections],
        }  # fmt: skip
        bus.answer("applications", "get_service", self.offer)
        bus.answer("applications", "get_draft", lambda _actor, **_: self.view())
        bus.answer("applications", "save_draft", self.save)
        bus.answer("applications", "add_to_cart", self.put_into_cart)

    def view(self) -> dict[str, Any]:
        """The draft as the contract shows it."""
        now = clock.now()
        return {
            "draft_id": DRAFT_ID, "service": self.service.service, "ars": self.offer["ars"], "answers": self.answers,
            "version": self.offer["version"], "newest_version": self.newest, "newest_since": now.isoformat(), "fee_before": None,
            "errors": forms.errors(self.service, self.answers), "fee": euros(0), "is_in_cart": self.is_in_cart,
            "changed_at": now.isoformat(), "expires_at": (now + timedelta(days=30)).isoformat(), "acted_by": None,
        }  # fmt: skip

    def save(
        self,
        _actor: Any,
        *,
        draft_id: str,
        answers: dict[str, Any],
        before: list[dict[str, Any]] | None = None,
        taken: list[str] | None = None,
    ) -> dict[str, Any]:
        """As applications does."""
        kept = forms.keepable(self.service, answers, "answers.")
        for number, told in enumerate(before or ()):
            forms.keepable(self.service, told, f"before.{number}.")
        if before is not None:
            kept = merging.merged(self.service.sections, self.answers, kept, before).settled()
        self.answers = kept
        self.taken = taken or self.taken
        return self.view()

    def put_into_cart(self, _actor: Any, *, draft_id: str) -> dict[str, Any]:
        """Refuses what is not complete."""
        if wrong := forms.errors(self.service, self.answers):
            raise Invalid("invalid", "Some fields need another look.", fields=wrong)
        self.is_in_cart = True
        return self.view()
