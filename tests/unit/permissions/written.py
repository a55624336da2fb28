"""The written table of permissions, and how it differs from what was found."""

from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).parents[3] / "docs" / "permissions.md"
YES, NO = "✓", "–"

Permissions = Mapping[str, Mapping[str, bool]]
"""Who may do what, by the name of the thing and of the person."""


def read(text: str, first: str) -> dict[str, dict[str, bool]]:
    """The rows of every table whose first column is called so; AssertionError for a cell that says neither yes nor no."""
    found: dict[str, dict[str, bool]] = {}
    people: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            people = []
        elif cells[0] == first:
            people = cells[1:]
        elif people and set(cells[0]) != {"-"}:
            name = cells[0].strip("`")
            assert name not in found, f"{name} stands in the table twice"
            assert set(cells[1:]) <= {YES, NO}, f"{name}: every cell says {YES} or {NO}"
            found[name] = {who: cell == YES for who, cell in zip(people, cells[1:], strict=True)}
    return found


def row(name: str, may: Mapping[str, bool]) -> str:
    """A row as it would stand in the table."""
    return f"| `{name}` | {' | '.join(YES if allowed else NO for allowed in may.values())} |"


def differences(table: Permissions, found: Permissions) -> list[str]:
    """Every row that is missing or superfluous, and every cell that is not so, each in a sentence that names it."""
    told = [f"not in the table, and would read: {row(name, found[name])}" for name in found if name not in table]
    told += [f"in the table, but there is no such thing: {name}" for name in table if name not in found]
    for name in [name for name in found if name in table]:
        told += [f"{name}: {who} is missing in the table" for who in found[name] if who not in table[name]]
        told += [
            f"{name}: {who} {'may' if may else 'may not'}, and the table says otherwise"
            for who, may in found[name].items()
            if who in table[name] and table[name][who] != may
        ]
    return told
