"""`make import-fim`: what is written where, what is printed, and that a mistake leaves nothing behind."""

from pathlib import Path

import pytest

from services.applications import catalogue
from services.applications.fim.__main__ import main
from tests.unit.applications.test_fim_reading import BROKEN, SAMPLES, VALID
from tests.unit.applications.xdatenfelder import Field, genericode, schema


@pytest.mark.parametrize("name", VALID)
def test_a_sample_is_written_and_its_notes_are_printed(name, tmp_path, capsys):
    assert main([str(SAMPLES / name), str(tmp_path / "new")]) == 0
    (service,) = catalogue.read(tmp_path / "new").values()
    printed = capsys.readouterr().out
    text = (tmp_path / "new" / f"{service.service}.yaml").read_text("utf-8")
    notes = [line for line in printed.splitlines() if line.startswith("- ")]
    assert len(notes) > 5
    assert all(f"# {line}\n" in text for line in notes)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sample_is_told_and_nothing_is_written(name, tmp_path, capsys):
    assert main([str(SAMPLES / name), str(tmp_path / "new")]) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"{name}:{BROKEN[name][0]}: ")
    assert "Nothing was written." in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_its_own_name_is_a_service_of_that_name(tmp_path):
    to = tmp_path / "hund-anmelden.yaml"
    assert main([str(SAMPLES / "xdf2-select.xml"), str(to)]) == 0
    assert set(catalogue.read(tmp_path)) == {"hund-anmelden"}


def test_an_authors_work_is_not_written_over(tmp_path, capsys):
    arguments = [str(SAMPLES / "xdf2-select.xml"), str(tmp_path)]
    assert main(arguments) == main(arguments) == 0
    (path,) = tmp_path.glob("*.yaml")
    path.write_text(path.read_text("utf-8").replace("level: high", "level: low"), encoding="utf-8")
    assert main(arguments) == 1
    assert "is there already" in capsys.readouterr().err
    assert "level: low" in path.read_text("utf-8")


@pytest.mark.parametrize("to", ["Hund anmelden.yaml", "hund_anmelden.yaml"])
def test_a_name_that_no_service_may_have_is_refused(to, tmp_path, capsys):
    assert main([str(SAMPLES / "xdf2-select.xml"), str(tmp_path / to)]) == 1
    assert "like its service" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "none.xml"), str(tmp_path)]) == 1
    assert "none.xml: No such file or directory" in capsys.readouterr().err


def test_code_lists_beside_the_schema_are_taken(tmp_path):
    (tmp_path / "schema.xml").write_bytes(schema([Field("F1", kind="select", urn="urn:de:orte")], standard="2"))
    (tmp_path / "C10000001_genericode.xml").write_text(genericode("urn:de:orte", [("1", "Meppen")]), encoding="utf-8")
    assert main([str(tmp_path / "schema.xml"), str(tmp_path / "new")]) == 0
    (service,) = catalogue.read(tmp_path / "new").values()
    assert [field["type"] for field in service.fields()] == ["choice"]


def test_a_broken_code_list_beside_the_schema_is_told(tmp_path, capsys):
    (tmp_path / "schema.xml").write_bytes(schema([Field("F1")]))
    (tmp_path / "C1_genericode.xml").write_text("<a>", encoding="utf-8")
    assert main([str(tmp_path / "schema.xml"), str(tmp_path / "new")]) == 1
    assert capsys.readouterr().err.startswith("C1_genericode.xml:1: ")


def test_the_makefile_knows_the_command():
    makefile = (Path(__file__).resolve().parents[3] / "Makefile").read_text("utf-8")
    assert "import-fim: setup ##" in makefile
    assert "services.applications.fim" in makefile
