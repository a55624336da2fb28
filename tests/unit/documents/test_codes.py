"""Verification codes."""

import pytest

from services.documents import codes


def test_nobody_guesses_a_code():
    assert len(codes.ALPHABET) ** codes.LENGTH >= 2**80
    assert len({codes.new_code() for _ in range(1000)}) == 1000


def test_a_code_is_printed_in_groups_without_letters_that_look_alike():
    code = codes.new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert not set(code) & set("ILOU")


@pytest.mark.parametrize(
    "typed",
    [
        "7K2M-Q0XT-1ZRA-4HDW",
        "7k2m-q0xt-1zra-4hdw",
        " 7K2M Q0XT 1ZRA 4HDW ",
        "7K2MQ0XT1ZRA4HDW",
        "7K2M–QOXT–IZRA–4HDW",
        "7k2m.qoxt.lzra.4hdw",
    ],
)
def test_spaces_hyphens_case_and_lookalikes_do_not_matter(typed: str):
    assert codes.as_printed(typed) == "7K2M-Q0XT-1ZRA-4HDW"


@pytest.mark.parametrize("typed", ["", "7K2M", "7K2M-Q0XT-1ZRA-4HDWX", "§$%&", "７K2M-Q0XT-1ZRA-4HDW"])
def test_what_is_no_code_matches_none(typed: str):
    assert codes.as_printed(typed) != "7K2M-Q0XT-1ZRA-4HDW"
