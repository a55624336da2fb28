"""`python -m tests.echo <service> <amqp uri> <folder> [milliseconds of each rung …]`: one process of echo or mirror."""

import os
import sys
from dataclasses import replace
from pathlib import Path

from services.chassis import process


def main(service: str, amqp_uri: str, folder: str, *rungs: str) -> int:
    process._patch()
    from sqlalchemy import inspect

    from services.chassis import audit, tables, topology
    from services.chassis.database import make_engine
    from services.chassis.settings import Settings
    from tests.echo.contract import install
    from tests.echo.service import TABLES

    install()
    if rungs:
        quick = (replace(rung, milliseconds=int(ms)) for rung, ms in zip(topology.LADDER, rungs, strict=True))
        topology.LADDER = tuple(quick)
    url = f"sqlite:///{Path(folder) / service}.sqlite"
    engine = make_engine(url)
    tables.METADATA.create_all(engine)
    TABLES.create_all(engine)
    if not inspect(engine).has_table(audit.LOG.name):
        with engine.begin() as connection:
            audit.create(connection)
    engine.dispose()
    settings = Settings(service, amqp_uri, url, Path(folder), "http://127.0.0.1", "x" * 32, fault=os.environ.get("FAULT", ""))
    return process.run(settings)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
