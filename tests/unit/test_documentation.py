"""What documents say of each other holds."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_every_link_between_documents_leads_to_a_file() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(path, target) for path in documents for target in LINK.findall(path.read_text("utf-8"))]
    assert len(links) > 20
    assert [f"{path.relative_to(ROOT)}: {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_list() -> None:
    files = [path.name for path in DECISIONS.glob("[0-9]*.md")]
    listed = re.findall(
        r"^\| \[(\d{4})\]\(((\d{4})-[a-z0-9-]+\.md)\)", (DECISIONS / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(files) == [name for _, name, _ in listed]
    assert all(shown == number for shown, _, number in listed)
    assert {number: times for number, times in Counter(name[:4] for name in files).items() if times > 1} == {}
    for name in files:
        assert (DECISIONS / name).read_text("utf-8").startswith(f"# {name[:4]} "), name
