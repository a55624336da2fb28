"""Gunicorn's own lines go the way of ours."""

import logging
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from services.chassis import logs
from services.chassis.settings import Settings

LOUD = ("gunicorn.error", "gunicorn.access", "uvicorn", "uvicorn.error")
TOLD_BY_THE_BUS = ("aiormq", "pamqp")
"""What these libraries say about a broker that is away, `gateway.bus` says once and better."""


class PortalLogger(Logger):  # type: ignore[misc]
    """What gunicorn asks for its log."""

    def setup(self, cfg: Any) -> None:
        """Gunicorn would set up handlers of its own."""
        super().setup(cfg)
        one_log()


def one_log() -> None:
    """One kind of line on standard output, whoever says it."""
    settings = Settings.from_environment("gateway")
    logs.configure("gateway", settings.instance, settings.log_format)
    for name in LOUD:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.INFO)
    for name in TOLD_BY_THE_BUS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
