"""What a service must be able to read again but nobody else may: sealed with AES-256-GCM under keys derived from SECRET_KEY."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class UnsealableError(ValueError):
    """It was sealed with another key, for something else, or it was changed."""


@dataclass(frozen=True)
class Seal:
    """The seal of one purpose; what one purpose has sealed no other can open."""

    secret_key: str
    purpose: str

    def close(self, text: str, *, bound_to: str) -> str:
        """The sealed text, different each time. `bound_to` names the row it belongs to, so that it cannot be moved to another."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return urlsafe_b64encode(nonce + AESGCM(self._key("seal")).encrypt(nonce, text.encode(), bound_to.encode())).decode()

    def open(self, sealed: str, *, bound_to: str) -> str:
        """The text again. Raises UnsealableError."""
        try:
            raw = urlsafe_b64decode(sealed)
            return AESGCM(self._key("seal")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
        except (InvalidTag, ValueError):
            raise UnsealableError(self.purpose) from None

    def fingerprint(self, text: str) -> str:
        """A keyed SHA-256 as hex: the same for the same text, and telling nothing to who has only the database."""
        return hmac.new(self._key("fingerprint"), text.encode(), hashlib.sha256).hexdigest()

    def _key(self, use: str) -> bytes:
        info = f"amtsgang {self.purpose} {use}".encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(self.secret_key.encode())
