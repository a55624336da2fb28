import pytest

from deploy.processes import names
from deploy.scale import parse
from deploy.trouble import Trouble


def test_one_of_each_unless_said_otherwise() -> None:
    assert set(parse("").values()) == {1}


def test_more_of_one_kind_leaves_the_others() -> None:
    scale = parse("documents=2 applications=3")
    assert (scale["documents"], scale["applications"]) == (2, 3)
    assert scale["payments"] == 1


def test_processes_of_a_kind_are_numbered_from_the_second() -> None:
    found = names(parse("documents=3"))
    assert [name for name in found if name.startswith("documents")] == ["documents", "documents-2", "documents-3"]


@pytest.mark.parametrize(
    "wish", ["printers=2", "documents", "documents=", "documents=0", "documents=-1", "documents=x", "documents=99"]
)
def test_a_wish_that_makes_no_sense_is_told_in_one_sentence(wish: str) -> None:
    with pytest.raises(Trouble, match="SCALE") as refused:
        parse(wish)
    assert "\n" not in str(refused.value)
