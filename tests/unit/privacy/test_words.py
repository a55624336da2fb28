"""Whatever the audit log can say to a citizen has words."""

import ast
import re
from pathlib import Path

from gateway.pages import administration_words, data_words
from services.contracts.accounts.factors import CHANGES
from services.contracts.operations import KEPT
from services.contracts.registry import SERVICES

ROOT = Path(__file__).parents[3] / "services"
RECORDERS = {"record", "note_act", "_record", "_note"}
NOT_A_CITIZENS = (
    "case.assigned",
    "case.searched",
    "batch.",
    "deputy.",
    "office.",
    "offer.",
    "staff.",
    "service.",
    "records.",
    "retention.",
    "account.erasure_completed",
    "account.forgotten",
)
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded() -> set[str]:
    """Every action that is written down somewhere, as it stands in the call."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in RECORDERS:
                words = [value.value for given in node.args for value in ast.walk(given) if isinstance(value, ast.Constant)]
                found |= {word for word in words if isinstance(word, str) and ACTION.fullmatch(word)}
    return found


def test_every_action_that_concerns_a_citizen_has_words():
    assert {action for action in recorded() if not action.startswith(NOT_A_CITIZENS)} - set(data_words.ACTIONS) == set()
    assert "case.viewed" in recorded()


def test_every_change_in_how_an_account_is_guarded_has_words():
    """Their actions are put together from the change."""
    assert {f"account.{change}" for change in CHANGES} - set(data_words.ACTIONS) == set()


def test_every_action_has_words_for_administrators():
    known = set(administration_words.ACTIONS)
    assert (recorded() | {f"account.{change}" for change in CHANGES}) - known == set()
    assert {action.partition(".")[0] for action in known} >= set(administration_words.GROUPS)


def test_everything_that_is_kept_and_every_service_has_words():
    assert set(data_words.KEPT) == set(KEPT)
    assert set(data_words.SERVICES) == set(SERVICES)
