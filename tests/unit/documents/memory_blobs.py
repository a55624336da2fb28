"""A blob store that forgets with the test."""

from services.contracts.errors import Unavailable
from services.documents.providers.blobs import fingerprint


class MemoryBlobs:
    """A dict."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        self.kept[fingerprint(content)] = content
        return fingerprint(content)

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.kept:
            raise Unavailable("documents.storage_unavailable", "The document cannot be read right now.")
        return self.kept[sha256]

    def delete(self, sha256: str) -> None:
        self.kept.pop(sha256, None)
