"""The virus scanner, where there is one: ClamAV's clamd, to which a file is sent over its socket (INSTREAM)."""

from typing import BinaryIO, Protocol, cast
from urllib.parse import urlsplit

import structlog
from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

from services.applications.providers.file_store import Reader
from services.contracts.errors import Unavailable

SECONDS = 30.0
"""Until clamd has to say something: it looks into archives, which takes its time."""

SECONDS_TO_SAY_HELLO = 1.5
"""Until it is away, for whoever only wants to know whether it is there."""

log = structlog.get_logger()


class Scanner(Protocol):
    """Looks for viruses."""

    def is_clean(self, file: Reader) -> bool:
        """Whether nothing was found. Raises unavailable if it cannot be asked."""
        ...

    def version(self) -> str:
        """What it calls itself. Raises unavailable, with why in its text, if it does not answer at once."""
        ...


class Clamd:
    """ClamAV's daemon at `tcp://host:port` or `unix:///path`."""

    def __init__(self, uri: str) -> None:
        self.uri = uri

    def is_clean(self, file: Reader) -> bool:
        """What it says; that the file is too large for it is as good as no answer."""
        try:
            answers = self._socket().instream(cast("BinaryIO", file))
        except (ClamdError, OSError) as error:
            raise scanner_away() from error
        statuses = [status for status, _ in answers.values()]
        if statuses not in (["OK"], ["FOUND"]):
            raise scanner_away()
        if statuses == ["FOUND"]:
            log.warning("file.infected", signature=next(iter(answers.values()))[1])
        return statuses == ["OK"]

    def version(self) -> str:
        """Engine and signatures, as `ClamAV 1.0.7/27432/…`."""
        clamd = self._socket(SECONDS_TO_SAY_HELLO)
        try:
            return str(clamd.version()).strip()
        except (ClamdError, OSError) as error:
            raise Unavailable("applications.scanner_away", str(error) or type(error).__name__) from error
        finally:
            # The client leaves its socket open where it could not connect.
            if hasattr(clamd, "clamd_socket"):
                clamd.clamd_socket.close()

    def _socket(self, seconds: float = SECONDS) -> ClamdNetworkSocket:
        place = urlsplit(self.uri)
        if place.scheme == "unix":
            return ClamdUnixSocket(place.path, seconds)  # type: ignore[arg-type]  # socket.settimeout takes fractions as well
        return ClamdNetworkSocket(place.hostname or "127.0.0.1", place.port or 3310, seconds)


def scanner_of(uri: str) -> Scanner | None:
    """The scanner of these settings; None where there is none."""
    return Clamd(uri) if uri else None


def scanner_away() -> Unavailable:
    """The answer while it cannot be asked: the file is kept."""
    return Unavailable("applications.scanner_away", "The virus scanner cannot be reached. The file is kept; please try again.")
