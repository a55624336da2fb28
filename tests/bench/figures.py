"""A measured figure, and the table of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What was measured, with its unit; `least` or `most` is the aim, where there is one."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def verdict(self) -> str:
        """The aim in words, and whether it is met."""
        aims = [f"at least {self.least:g}"] if self.least is not None else []
        aims += [f"at most {self.most:g}"] if self.most is not None else []
        return ", ".join(aims) + {None: "", True: ": met", False: ": MISSED"}[self.is_met]

    def as_dict(self) -> dict[str, Any]:
        """For the file."""
        return {**asdict(self), "is_met": self.is_met}


def percentiles(name: str, seconds: Sequence[float], most_p95: float | None = None) -> list[Figure]:
    """p50, p95 and p99 in milliseconds of times in seconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return [
        Figure(f"{name}, p50", cuts[49] * 1000, "ms"),
        Figure(f"{name}, p95", cuts[94] * 1000, "ms", most=most_p95),
        Figure(f"{name}, p99", cuts[98] * 1000, "ms"),
    ]


def table(figures: Sequence[Figure]) -> str:
    """For reading."""
    width = max(len(f.name) for f in figures)
    lines = [f"{'figure':{width}}  {'value':>10}  {'unit':12}  aim"]
    lines += [f"{figure.name:{width}}  {figure.value:>10.2f}  {figure.unit:12}  {figure.verdict}" for figure in figures]
    return "\n".join(lines)
