"""The house's own virtual host on a broker, with one user per kind of process: made, remembered, taken away after tests."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.broker.address import Address
from deploy.broker.administration import Administration, administration
from deploy.broker.connecting import lets_in
from deploy.broker.rights import Rights, pattern, rights
from deploy.broker.server import find
from deploy.trouble import Trouble

DEFAULT_VHOST = "amtsgang"


@dataclass(frozen=True)
class Tenancy:
    """A virtual host and the passwords of its users; without passwords, everybody comes in with the address as it was given."""

    address: Address
    vhost: str
    passwords: Mapping[str, str]

    @property
    def uris(self) -> dict[str, str]:
        """The address of each kind of process."""
        if not self.passwords:
            return dict.fromkeys(rights(), self.address.as_given)
        return {kind: self.address.uri(user_name(self.vhost, kind), self.passwords[kind], self.vhost) for kind in rights()}

    def save(self, path: Path, applied: str) -> None:
        """Only its owner may read the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        noted = {**asdict(self), "applied": applied, "folder": _folder(path)}
        path.write_text(json.dumps(noted, indent=2), encoding="utf-8")


@dataclass(frozen=True)
class Record:
    """What `broker.json` says: the tenancy, which rights it was given, and which var folder it was written in."""

    tenancy: Tenancy
    applied: str
    folder: str

    @classmethod
    def read(cls, path: Path) -> "Record | None":
        """None where there is none."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            tenancy = Tenancy(Address(**raw["address"]), raw["vhost"], raw["passwords"])
            return cls(tenancy, raw["applied"], raw.get("folder") or _folder(path))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_current(self) -> bool:
        """Whether the rights are those of this version, and the broker knows the users."""
        return self.applied == _fingerprint(self.tenancy.vhost) and lets_in(self.tenancy.uris["admin"])


def user_name(vhost: str, kind: str) -> str:
    """Users belong to the whole broker: the virtual host's name keeps those of two houses apart."""
    return f"{vhost}.{kind}"


def move_in(environment: Mapping[str, str], record: Path) -> Tenancy:
    """Virtual host and users for the processes of one var folder, made where they are missing or their rights have changed.

    Where this process has no right to manage users, it says so and everybody uses AMQP_URI as it is. A virtual host that is there
    already is taken over with all that waits in it, never emptied.
    """
    address = find(environment)
    known = Record.read(record)
    is_copy = known is not None and known.folder != _folder(record)
    if known and known.tenancy.address == address and not is_copy and known.is_current():
        return known.tenancy
    manager = administration(address, environment.get("AMQP_MANAGEMENT_URL"))
    if manager is None:
        return _as_given(address)
    if known and known.tenancy.passwords and known.tenancy.address == address:
        if is_copy:
            _refuse_copy(known, manager, record)
        passwords = {kind: known.tenancy.passwords.get(kind) or _password() for kind in rights()}
        tenancy = Tenancy(address, known.tenancy.vhost, passwords)
    else:
        tenancy = _new(address, _choose_vhost(address, environment, manager, record))
    manager.apply(definitions(tenancy))
    tenancy.save(record, _fingerprint(tenancy.vhost))
    return tenancy


def move_out(environment: Mapping[str, str], record: Path) -> None:
    """Deletes the virtual host of a var folder with its users and everything that waits in its queues."""
    known = Record.read(record)
    if known is None:
        return
    home = known.tenancy
    manager = administration(home.address, environment.get("AMQP_MANAGEMENT_URL"))
    if manager is None:
        raise Trouble(
            f"the users of the broker at {home.address.place} cannot be managed from here: start it, or run this as root."
        )
    if home.passwords:
        manager.remove(home.vhost, [user_name(home.vhost, kind) for kind in home.passwords])
    record.unlink()


@contextmanager
def temporary_vhost(environment: Mapping[str, str], prefix: str = "amtsgang-test") -> Iterator[Tenancy]:
    """A virtual host with the house's users and nothing in it; gone with its users at the end of the block."""
    address = find(environment)
    manager = administration(address, environment.get("AMQP_MANAGEMENT_URL"))
    if manager is None:
        raise Trouble(f"Tests need a virtual host of their own and may not manage users at {address.place}: run them as root.")
    tenancy = _new(address, f"{prefix}-{secrets.token_hex(4)}")
    manager.apply(definitions(tenancy))
    try:
        yield tenancy
    finally:
        manager.remove(tenancy.vhost, [user_name(tenancy.vhost, kind) for kind in tenancy.passwords])


def definitions(tenancy: Tenancy) -> dict[str, Any]:
    """RabbitMQ's own format for virtual hosts, users and permissions."""
    table = rights()
    names = {kind: user_name(tenancy.vhost, kind) for kind in table}
    return {
        "vhosts": [{"name": tenancy.vhost}],
        "users": [{"name": names[kind], "password": password, "tags": ""} for kind, password in tenancy.passwords.items()],
        "permissions": [_permission(tenancy.vhost, names[kind], right) for kind, right in table.items()],
        "topic_permissions": [
            {
                "user": names[kind],
                "vhost": tenancy.vhost,
                "exchange": exchange,
                "write": pattern(topic.write),
                "read": pattern(topic.read),
            }
            for kind, right in table.items()
            for exchange, topic in right.topics.items()
        ],
    }


def _permission(vhost: str, user: str, right: Rights) -> dict[str, str]:
    return {
        "user": user,
        "vhost": vhost,
        "configure": pattern(right.configure),
        "write": pattern(right.write),
        "read": pattern(right.read),
    }


def _fingerprint(vhost: str) -> str:
    """Changes when any right does; passwords stay out of it."""
    blank = Tenancy(Address(), vhost, dict.fromkeys(rights(), ""))
    return hashlib.sha256(json.dumps(definitions(blank), sort_keys=True).encode()).hexdigest()


def _new(address: Address, vhost: str) -> Tenancy:
    return Tenancy(address, vhost, {kind: _password() for kind in rights()})


def _password() -> str:
    return secrets.token_urlsafe(24)


def _choose_vhost(address: Address, environment: Mapping[str, str], manager: Administration, record: Path) -> str:
    """The one asked for; else the one named after this folder if it has one, or `amtsgang` if that is free.

    Nobody knows whose events wait in an `amtsgang` that no portal works on: they may be this folder's, where it has databases
    already and its `broker.json` is lost. A folder without a past has none there.
    """
    wished = environment.get("AMQP_VHOST") or (address.vhost if address.vhost != "/" else None)
    if wished:
        if manager.load(wished).workers:
            raise Trouble(
                f"a portal works on virtual host {wished} at {address.place}: "
                "stop it first, or name another one with AMQP_VHOST=."
            )
        return wished
    taken = manager.vhosts()
    own = f"{DEFAULT_VHOST}-{hashlib.sha256(_folder(record).encode()).hexdigest()[:8]}"
    if own in taken:
        return own
    if DEFAULT_VHOST not in taken:
        return DEFAULT_VHOST
    load = manager.load(DEFAULT_VHOST)
    if load.events and not load.workers and _has_past(record, environment):
        raise Trouble(
            f"{load.events} events wait in virtual host {DEFAULT_VHOST} at {address.place}, and no {record} says whose they are: "
            f"if this is a portal restored without that file, start it with `make run AMQP_VHOST={DEFAULT_VHOST}`; "
            f"if they are another portal's, with `make run AMQP_VHOST={own}`."
        )
    return own


def _has_past(record: Path, environment: Mapping[str, str]) -> bool:
    """Whether a portal may have run with this folder before."""
    return any(record.parent.glob("*.sqlite")) or any(name.startswith("DATABASE_URL_") for name in environment)


def _refuse_copy(known: Record, manager: Administration, record: Path) -> None:
    """Two portals on one virtual host would take each other's events."""
    if manager.load(known.tenancy.vhost).workers:
        raise Trouble(
            f"{record} comes from {known.folder}, and a portal works on its virtual host {known.tenancy.vhost}: "
            f"stop that one to go on from here, or delete {record} to give this copy a virtual host of its own."
        )


def _folder(record: Path) -> str:
    return str(record.parent.resolve())


def _as_given(address: Address) -> Tenancy:
    if not lets_in(address.as_given):
        raise Trouble(
            f"The broker at {address.place} refuses user {address.user} on virtual host {address.vhost}: "
            "set AMQP_URI to an address it accepts, or run this as root."
        )
    print(
        f"All processes use the broker at {address.place} as {address.user}, who may not create users with least rights.",
        flush=True,
    )
    return Tenancy(address, address.vhost, {})
