"""`var/run/processes.json`: which processes a running portal has and on which ports, for `make status` and for Prometheus."""

import json
from pathlib import Path
from typing import Any

from deploy.ports import HOST
from deploy.processes import Plan

FILE = Path("run") / "processes.json"
TARGETS = Path("run") / "prometheus-targets.json"


def write(var: Path, plan: Plan, socket: Path) -> None:
    """Beside it, the same as Prometheus's file_sd_configs reads it."""
    processes = [
        {"name": process.name, "kind": process.kind, "instance": process.instance, "http_port": process.http_port}
        for process in plan.processes
    ]
    outside = {name: plan.shared[name] for name in ("BANK_URL", "SMTP_URL")}
    known = {"url": plan.url, **outside, "supervisor": str(socket), "processes": processes}
    targets = [
        {
            "targets": [f"{HOST}:{process.http_port}"],
            "labels": {"process": process.name, "kind": process.kind, "instance_number": str(process.instance)},
        }
        for process in plan.processes
    ]
    (var / FILE).write_text(json.dumps(known, indent=2), encoding="utf-8")
    (var / TARGETS).write_text(json.dumps(targets, indent=2), encoding="utf-8")


def read(var: Path) -> dict[str, Any] | None:
    """None where no portal has run."""
    try:
        return dict(json.loads((var / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def forget(var: Path) -> None:
    """The portal has stopped."""
    (var / FILE).unlink(missing_ok=True)
    (var / TARGETS).unlink(missing_ok=True)
