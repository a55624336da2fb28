import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.sealing import Seal, UnsealableError

SEAL = Seal("insecure-key-for-tests-and-nothing-else", "second factors")


@given(st.text())
def test_what_was_sealed_can_be_opened(text):
    assert SEAL.open(SEAL.close(text, bound_to="row"), bound_to="row") == text


def test_the_same_text_is_sealed_differently_each_time_and_never_readable():
    sealed = {SEAL.close("JBSWY3DPEHPK3PXP", bound_to="row") for _ in range(3)}
    assert len(sealed) == 3
    assert not any("JBSWY3DPEHPK3PXP" in one for one in sealed)


@pytest.mark.parametrize(
    ("seal", "bound_to"),
    [
        (SEAL, "another row"),
        (Seal(SEAL.secret_key, "another purpose"), "row"),
        (Seal("another-key-for-tests-and-nothing-else-", SEAL.purpose), "row"),
    ],
)
def test_another_row_purpose_or_key_opens_nothing(seal, bound_to):
    with pytest.raises(UnsealableError):
        seal.open(SEAL.close("secret", bound_to="row"), bound_to=bound_to)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!", "ü"])
def test_what_was_never_sealed_is_refused(sealed):
    with pytest.raises(UnsealableError):
        SEAL.open(sealed, bound_to="row")


def test_a_changed_byte_is_noticed():
    sealed = SEAL.close("secret", bound_to="row")
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(UnsealableError):
        SEAL.open(changed, bound_to="row")


def test_a_fingerprint_depends_on_text_key_and_purpose():
    prints = {
        SEAL.fingerprint("a"),
        SEAL.fingerprint("b"),
        Seal(SEAL.secret_key, "another").fingerprint("a"),
        Seal("another-key-for-tests-and-nothing-else-", SEAL.purpose).fingerprint("a"),
    }
    assert len(prints) == 4
    assert SEAL.fingerprint("a") == SEAL.fingerprint("a")
