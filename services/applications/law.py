"""What a law fixes for a service, with its paragraphs in `law.yaml`: no text is published and no fee set that says otherwise.

A version that was published before a rule came keeps its text, and is held to the rule all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from services.applications import catalogue, yaml_files
from services.applications.catalogue import Service
from services.contracts.levels import LEVELS, reaches

TABLE = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class Rule:
    """What one paragraph fixes: the least level, the most days for the office, and what a service must have or must not cost."""

    services: frozenset[str]
    leika_keys: frozenset[str]
    legal_basis: str
    ending: str | None = None
    level: str = LEVELS[0]
    verified_identity: bool = False
    neutral_answer: bool = False
    days: int | None = None
    is_free: bool = False

    def is_for(self, service: Service) -> bool:
        """Whether it holds for a service, by its name or by what LeiKa calls it."""
        is_named = service.service in self.services or service.leika_key in self.leika_keys
        return is_named and self.ending in (None, service.ending)

    def breaches(self, service: Service) -> Iterator[str]:
        """The keys of a service that say less than the law."""
        if not reaches(service.level, self.level):
            yield "level"
        if self.verified_identity and not service.verified_identity:
            yield "verified_identity"
        if self.neutral_answer and service.neutral_answer is None:
            yield "neutral_answer"
        if self.days is not None and not _is_within(service.deadline, self.days):
            yield "deadline"
        if self.is_free and any(fee["base_cents"] or fee.get("each_further_cents") for fee in service.fees):
            yield "fees"

    def held(self, service: Service) -> Service:
        """The service with what the rule fixes, where its text says less; the answer is that of the text of the portal."""
        fixed: dict[str, Any] = {
            "level": self.level,
            "verified_identity": True,
            "neutral_answer": catalogue.services()[min(self.services)].neutral_answer,
            "deadline": {"count": self.days, "unit": "days", "legal_basis": self.legal_basis},
            "fees": [],
        }
        less = {key: fixed[key] for key in self.breaches(service)}
        return replace(service, **less) if less else service


@cache
def rules() -> tuple[Rule, ...]:
    """All of them."""
    return tuple(
        Rule(**{**entry, "services": frozenset(entry["services"]), "leika_keys": frozenset(entry["leika_keys"])})
        for entry in yaml_files.read(TABLE)
    )


def breaches(service: Service) -> dict[str, str]:
    """The keys of a service that say less than the law, each with the paragraph as the slug of a mistake."""
    return {key: f"fixed_by_law:{rule.legal_basis}" for rule in rules() if rule.is_for(service) for key in rule.breaches(service)}


def held(service: Service) -> Service:
    """The service as it counts: with what the law fixes, where its text is older than the rule and says less."""
    for rule in rules():
        service = rule.held(service) if rule.is_for(service) else service
    return service


def free_by(service: Service) -> str | None:
    """The paragraph by which a service costs nothing; none where it may cost something."""
    return next((rule.legal_basis for rule in rules() if rule.is_free and rule.is_for(service)), None)


def charged(service: Service, base_cents: int, each_further_cents: int | None) -> list[str]:
    """What is wrong with a fee, as slugs with the paragraph: it takes something where the law does not."""
    basis = free_by(service) if base_cents or each_further_cents else None
    return [] if basis is None else [f"free_by_law:{basis}"]


def _is_within(deadline: Mapping[str, Any] | None, days: int) -> bool:
    """Working days are never fewer days than as many days."""
    return deadline is not None and deadline["unit"] == "days" and deadline["count"] <= days
