"""The settings of one process: read once from the environment, frozen, with every mistake named in one message."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.chassis.dependencies import CurrentSettings
    from services.chassis.key_ring import KeyRingFile

KEEPERS = ("applications",)
"""Services whose rows have keys of their own, wrapped with the master keys of the key ring."""

FAULTS = ("", "no_inbox", "ack_before_work", "publish_without_outbox")


class SettingsError(Exception):
    """The environment does not hold what this process needs; the text says what, all of it."""


@dataclass(frozen=True)
class Settings:
    """What a process is told from outside. Times are in seconds."""

    service: str
    amqp_uri: str
    database_url: str
    var_dir: Path
    portal_url: str
    secret_key: str
    key_ring: Path | None = None
    """The file of the master keys; services that keep no sealed rows have none."""
    instance: str = "1"
    http_port: int = 0
    log_format: str = "json"
    bank_url: str = ""
    smtp_url: str = ""
    eid_dir: str = ""
    clamd_uri: str = ""
    """Where ClamAV looks at attached files: `tcp://host:port` or `unix:///path`; empty: nobody does."""
    collect_after: float = 5.0
    rpc_workers: int = 64
    event_workers: int = 8
    trusted_proxies: tuple[str, ...] = ()
    """Networks of proxies whose word counts for whom they speak (X-Forwarded-For)."""
    fault: str = ""

    @staticmethod
    def dependency() -> "CurrentSettings":
        """The settings as a dependency of a service: `settings = Settings.dependency()`."""
        from services.chassis.dependencies import CurrentSettings  # noqa: PLC0415 - keeps nameko out of the gateway

        return CurrentSettings()

    @classmethod
    def from_environment(cls, service: str, environment: Mapping[str, str] | None = None) -> "Settings":
        """The settings of one service's process; raises SettingsError that names every missing or bad variable."""
        reader = Reader(os.environ if environment is None else environment)
        settings = cls(
            service=service,
            amqp_uri=reader.text("AMQP_URI", starts=("amqp://", "amqps://")),
            database_url=database_url(service, reader.environment),
            var_dir=Path(reader.text("VAR_DIR", "var")),
            portal_url=reader.text("PORTAL_URL", starts=("http://", "https://")).rstrip("/"),
            secret_key=reader.text("SECRET_KEY", least=32),
            key_ring=reader.key_ring("KEY_RING") if service in KEEPERS else None,
            instance=reader.text("INSTANCE", "1"),
            http_port=reader.integer("HTTP_PORT", 0, 0, 65535),
            log_format=reader.text("LOG_FORMAT", "json", among=("json", "text")),
            bank_url=reader.text("BANK_URL", None if service == "payments" else "").rstrip("/"),
            smtp_url=reader.text("SMTP_URL", None if service == "messaging" else ""),
            eid_dir=reader.text("EID_DIR", ""),
            clamd_uri=reader.text("CLAMD_URI", "", starts=("tcp://", "unix:///")) if reader.environment.get("CLAMD_URI") else "",
            collect_after=float(reader.integer("COLLECT_AFTER_SECONDS", 5, 0, 30 * 24 * 3600)),
            rpc_workers=reader.integer("RPC_WORKERS", 64, 1, 1000),
            event_workers=reader.integer("EVENT_WORKERS", 8, 1, 1000),
            trusted_proxies=reader.networks("TRUSTED_PROXIES"),
            fault=reader.text("FAULT", "", among=FAULTS),
        )
        reader.finish(service)
        return settings


def database_url(service: str, environment: Mapping[str, str]) -> str:
    """`DATABASE_URL_<SERVICE>`, or a SQLite file under VAR_DIR."""
    default = f"sqlite:///{Path(environment.get('VAR_DIR') or 'var').absolute() / (service + '.sqlite')}"
    return environment.get(f"DATABASE_URL_{service.upper()}") or default


def key_ring_from_environment() -> "KeyRingFile":
    """The key ring of a command that is no process of a service. Raises SettingsError."""
    from services.chassis.key_ring import KeyRingFile  # noqa: PLC0415 - keeps cryptography out of processes that need none

    reader = Reader(os.environ)
    path = reader.key_ring("KEY_RING")
    reader.finish("this command")
    return KeyRingFile(path)


class Reader:
    """Reads variables of an environment and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.mistakes: list[str] = []

    def text(
        self,
        name: str,
        default: str | None = None,
        *,
        starts: tuple[str, ...] = (),
        among: tuple[str, ...] = (),
        least: int = 0,
    ) -> str:
        """A text; None as default makes it required."""
        value: Any = self.environment.get(name) or default
        if value is None:
            self.mistakes.append(f"{name} is missing")
            return ""
        if starts and not value.startswith(starts):
            self.mistakes.append(f"{name} must start with {' or '.join(starts)}")
        if among and value not in among:
            self.mistakes.append(f"{name} must be one of {', '.join(a or '(empty)' for a in among)}")
        if len(value) < least:
            self.mistakes.append(f"{name} must have at least {least} characters")
        return str(value)

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        raw = self.environment.get(name) or str(default)
        if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
            self.mistakes.append(f"{name} must be a whole number from {least} to {most}")
            return default
        return int(raw)

    def key_ring(self, name: str) -> Path:
        """The file of the master keys, which must hold some and be closed to others."""
        from services.chassis import key_ring  # noqa: PLC0415 - keeps cryptography out of processes that need none

        path = Path(self.text(name))
        if self.environment.get(name):
            try:
                key_ring.read(path)
            except key_ring.KeyRingError as error:
                self.mistakes.append(f"{name}: {error}")
        return path

    def networks(self, name: str) -> tuple[str, ...]:
        """Addresses or networks (`10.0.0.0/8`), separated by commas; none by default."""
        found = tuple(part.strip() for part in (self.environment.get(name) or "").split(",") if part.strip())
        for part in found:
            try:
                ip_network(part)
            except ValueError:
                self.mistakes.append(f"{name} must hold addresses or networks separated by commas, not {part}")
                return ()
        return found

    def finish(self, process: str) -> None:
        """Raise SettingsError with every mistake found, if any."""
        if self.mistakes:
            raise SettingsError(f"{process} cannot start: {'; '.join(self.mistakes)}.")
