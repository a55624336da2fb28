"""What the sandbox is told from outside: it listens where the services have been told to find bank and mail server."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from services.chassis.settings import Reader, SettingsError

LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class SandboxSettings:
    """Ports on 127.0.0.1. `bank_path` is the path of BANK_URL, for example `/bank`."""

    bank_port: int
    bank_path: str
    smtp_port: int
    http_port: int
    database: Path
    log_format: str
    instance: str
    eid_dir: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "SandboxSettings":
        """Raises SettingsError that names every missing or bad variable."""
        reader = Reader(os.environ if environment is None else environment)
        bank_port, bank_path = _place(reader, "BANK_URL", ("http://",))
        smtp_port, _ = _place(reader, "SMTP_URL", ("smtp://",))
        settings = cls(
            bank_port=bank_port,
            bank_path=bank_path.rstrip("/"),
            smtp_port=smtp_port,
            http_port=reader.integer("HTTP_PORT", 0, 0, 65535),
            database=Path(reader.text("VAR_DIR", "var")) / "sandbox" / "sandbox.sqlite",
            log_format=reader.text("LOG_FORMAT", "json", among=("json", "text")),
            instance=reader.text("INSTANCE", "1"),
            eid_dir=Path(eid_dir) if (eid_dir := reader.text("EID_DIR", "")) else None,
        )
        if bank_port and not settings.bank_path:
            reader.mistakes.append("BANK_URL must have a path, such as /bank; beside it lie the pages of the sandbox")
        reader.finish("sandbox")
        return settings


def _place(reader: Reader, name: str, starts: tuple[str, ...]) -> tuple[int, str]:
    url = reader.text(name, starts=starts)
    if not url:
        return 0, ""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.hostname not in LOOPBACK or port is None:
        reader.mistakes.append(f"{name} must name a port on 127.0.0.1; the sandbox listens there and nowhere else")
        return 0, ""
    return port, parts.path


__all__ = ["SandboxSettings", "SettingsError"]
