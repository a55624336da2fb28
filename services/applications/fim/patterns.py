"""Regular expressions of FIM as the catalogue takes them, with an example that matches."""

import re
from re import _parser as sre
from typing import Any

from services.applications.catalogue import checking

ANCHORED = re.compile(r"\^?(?P<inner>.*?)(?<!\\)\$?", re.DOTALL)
TOKEN = re.compile(r"\\.|.", re.DOTALL)
LONGEST = 200


def adapted(pattern: str) -> str:
    """Without anchors, as the whole text must match anyway, and with the digits written out."""
    match = ANCHORED.fullmatch(pattern)
    found, in_set = "", False
    for sign in TOKEN.findall(match["inner"] if match else pattern):
        if sign == r"\d":
            found += "0-9" if in_set else "[0-9]"
        else:
            found += sign
            in_set = sign != "]" and (in_set or sign == "[")
    return found


def example(pattern: str, least: int, most: int) -> str | None:
    """A text that matches and is neither too short nor too long; None where the pattern is not one the catalogue takes."""
    if len(pattern) > LONGEST or checking.NOT_READ_ALIKE.search(pattern) or checking.takes_for_ever(pattern, most):
        return None
    try:
        for more in range(3):
            found = _text(sre.parse(pattern), more, least)
            if re.fullmatch(pattern, found) and max(least, 1) <= len(found) <= most and found.strip() == found:
                return found
    except (re.error, ValueError, OverflowError, RecursionError):
        return None
    return None


def _text(parts: Any, more: int, least: int) -> str:
    """A text for what a pattern was parsed into; `more` repeats what may be repeated more often than it must."""
    return "".join(_part(str(kind), value, more, least) for kind, value in parts)


def _part(kind: str, value: Any, more: int, least: int) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "ANY":
        return "a"
    if kind == "IN":
        first, sign = value[0]
        return chr(sign[0] if str(first) == "RANGE" else sign)
    if kind == "MAX_REPEAT":
        fewest, most, inner = value
        times = int(max(fewest, min(most, least if more > 1 else more)))
        if times > LONGEST:
            raise ValueError(times)
        return _text(inner, more, least) * times
    if kind == "SUBPATTERN":
        return _text(value[3], more, least)
    if kind == "BRANCH":
        return _text(value[1][0], more, least)
    raise ValueError(kind)
