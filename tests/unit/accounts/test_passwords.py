import argon2
import pytest

from services.accounts import passwords


@pytest.mark.parametrize("password", ["a long enough password", "pässwörd mit ß und 🔑", "with\x00nothing in it", " " * 8])
def test_a_password_fits_its_own_hash_and_no_other(password):
    kept = passwords.hash_password(password, "key")
    assert passwords.is_right(password, kept)
    assert not passwords.is_right(password + "x", kept)


def test_the_library_reads_our_hashes_with_the_strength_we_chose():
    kept = passwords.hash_password("a long enough password", "key")
    assert argon2.PasswordHasher().verify(kept, "a long enough password")
    found = argon2.extract_parameters(kept)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 19456, 2, 1)


def test_the_hash_repeats_for_the_same_key_and_differs_for_another():
    same = [passwords.hash_password("a long enough password", "key") for _ in range(2)]
    assert same[0] == same[1] != passwords.hash_password("a long enough password", "another key")


def test_an_unknown_address_is_measured_against_a_hash_of_the_same_strength():
    assert argon2.extract_parameters(passwords.NOBODYS_HASH) == argon2.extract_parameters(passwords.hash_password("x", "key"))
