"""What the code of a service says on the bus: the events it subscribes to and the methods of others it calls."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.contracts.registry import SERVICES, events, methods

SERVICES_FOLDER = Path(__file__).resolve().parents[2] / "services"


@dataclass(frozen=True)
class Conversations:
    """Events heard, and (service, method) pairs called."""

    hears: frozenset[str]
    calls: frozenset[tuple[str, str]]


@cache
def conversations(service: str) -> Conversations:
    """Read off the source, so that a new subscription or call needs no second entry anywhere: the broker's rights follow.

    A call is whatever names a service and one of its methods as its first two words: `peers.call("accounts", "get_contact", …)`,
    or the same through a parameter of another name.
    """
    hears: set[str] = set()
    calls: set[tuple[str, str]] = set()
    for path in sorted((SERVICES_FOLDER / service).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Call):
                words = _leading_words(node)
                if _name(node) == "subscribe" and words[:1] and words[0] in events():
                    hears.add(words[0])
                elif len(words) > 1 and words[0] in SERVICES and words[1] in methods(words[0]):
                    calls.add((words[0], words[1]))
    return Conversations(frozenset(hears), frozenset(calls))


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _leading_words(call: ast.Call) -> list[str]:
    words = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        words.append(argument.value)
    return words
