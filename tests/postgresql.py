"""A PostgreSQL server that lives as long as the tests that need it."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy import ports

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    # The data is thrown away: durability would only cost time.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Server:
    """A running server on a port of 127.0.0.1 that trusts everybody who reaches it."""

    port: int

    def new_database(self, name: str = "test") -> str:
        """The SQLAlchemy address of a new, empty database."""
        database = f"{name}_{secrets.token_hex(4)}"
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"'.encode())
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"


@contextmanager
def server() -> Iterator[Server]:
    """Start a server in a temporary folder and stop it at the end. It refuses to run as root: then the user postgres runs it."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="amtsgang-postgresql-"))
    data, port = folder / "data", ports.any_free()
    options = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", f"-p {port} -k {folder} {options}", "start")
        try:
            yield Server(port)
        finally:
            _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Debian keeps them out of PATH, one folder per version; the newest is taken."""
    found = [Path(path).parent for path in [shutil.which("initdb")] if path]
    found += sorted((p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")), key=lambda p: int(p.parent.name))
    assert found, "PostgreSQL is missing: apt-get install postgresql"
    return found[-1]


def _run(*command: object) -> None:
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*as_postgres, *map(str, command)], check=False, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
