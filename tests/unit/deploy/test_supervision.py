import os
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from deploy import ports
from deploy.environment import ROOT
from deploy.processes import Plan, plan
from deploy.scale import parse
from deploy.supervision import configuration_of


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(ports, "is_free", lambda port: port != 8101)
    uris = dict.fromkeys((*parse(""), "operator", "admin"), "amqp://somebody:per%cent@localhost:5672/town")
    return plan(8000, parse("documents=2"), uris, {"SECRET_KEY": "known to all processes"})


def test_ports_lie_above_the_public_one_and_pass_over_taken_ones(planned: Plan) -> None:
    assert [process.http_port for process in planned.processes][:3] == [8100, 8102, 8103]
    assert len({process.http_port for process in planned.processes}) == len(planned.processes)


def test_only_processes_that_speak_on_the_bus_get_an_address_of_the_broker(planned: Plan) -> None:
    without = {process.kind for process in planned.processes if "AMQP_URI" not in process.environment}
    assert without == {"sandbox"}


def test_the_gateway_is_told_its_workers_in_the_variable_that_it_reads(tmp_path: Path) -> None:
    scaled = plan(8000, parse("gateway=3"), {}, {})
    told = next(process.environment for process in scaled.processes if process.kind == "gateway")
    needed = {"AMQP_URI": "amqp://localhost", "PORTAL_URL": "http://localhost", "SECRET_KEY": "x" * 32, "VAR_DIR": str(tmp_path)}
    asked = "import runpy; print(runpy.run_path('gateway/server.py')['workers'])"
    found = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env={**os.environ, **needed, **told}, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "3"


def test_the_configuration_names_every_process_once_and_never_gives_up(planned: Plan, tmp_path: Path) -> None:
    parser = RawConfigParser()
    parser.read_string(configuration_of(planned, tmp_path, tmp_path / "socket"))
    programs = [section.removeprefix("program:") for section in parser.sections() if section.startswith("program:")]
    assert sorted(programs) == sorted(process.name for process in planned.processes)
    assert {parser[f"program:{name}"]["autorestart"] for name in programs} == {"true"}
    grouped = ",".join(parser[f"group:{group}"]["programs"] for group in ("front", "back")).split(",")
    assert sorted(grouped) == sorted(programs)


def test_a_per_cent_sign_in_a_password_survives_supervisord(planned: Plan, tmp_path: Path) -> None:
    assert "per%%cent" in configuration_of(planned, tmp_path, tmp_path / "socket")


def test_secrets_shared_by_all_stay_out_of_the_file(planned: Plan, tmp_path: Path) -> None:
    assert planned.shared["SECRET_KEY"] not in configuration_of(planned, tmp_path, tmp_path / "socket")
