"""E-mail addresses as keys: two spellings of one address are one account."""

import hashlib
import unicodedata


def email_key(email: str) -> str:
    """The form in which addresses are compared: trimmed, NFC, lower case."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def email_hash(email: str) -> str:
    """A fingerprint of the address for lists that must not hold it."""
    return hashlib.sha256(email_key(email).encode()).hexdigest()
