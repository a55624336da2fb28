"""Trust levels of eIDAS (Regulation (EU) 910/2014, Art. 8) and the arithmetic on them: the lower of two counts."""

LEVELS = ("low", "substantial", "high")
"""From the least to the greatest trust."""


def lower(first: str, second: str) -> str:
    """The lower of two levels: what counts of a session and of the attributes behind it."""
    return min(first, second, key=LEVELS.index)


def reaches(level: str, needed: str) -> bool:
    """Whether a level is enough where `needed` is asked for."""
    return LEVELS.index(level) >= LEVELS.index(needed)
