"""Nobody who has only the database reads what citizens have typed; keys are rotated while the portal works."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select

from services.applications import (
    batching,
    casework,
    catalogue,
    correcting,
    deciding,
    drafting,
    editions,
    erasing,
    naming,
    network,
    ordering,
)
from services.applications.model import Batch, Case, Draft, NameKey
from services.chassis import clock, ids, key_ring, rotating
from services.chassis.call import Call
from services.chassis.database import Transactions, make_engine
from services.chassis.key_ring import KeyRingError, MasterKey
from services.chassis.migrate import configuration, migrate
from services.chassis.sealing import UnsealableError
from services.chassis.testing import settings_of
from tests.unit.applications import portal
from tests.unit.applications.portal import DOG, SOEGEL, answers, citizen, clerk

NAME = "Unverwechselbar"
ERIKA, ANNA = citizen(), clerk(f"{SOEGEL}/steueramt")
BEHALF = {"kind": "person", "party_name": "Max Mustermann"}


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "ring.json"
    key_ring.write(path, [MasterKey.new()])
    monkeypatch.setenv("KEY_RING", str(path))
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'applications.sqlite'}"


@pytest.fixture
def database(url: str, ring: Path) -> Iterator[Transactions]:
    """A migrated file with the offers of the small network."""
    migrate("applications", url)
    opened = Transactions("applications", make_engine(url), settings_of("applications"), key_ring.KeyRingFile(ring))
    with opened.transaction() as session:
        network.load(session, portal.network())
    yield opened
    opened.engine.dispose()


def typed(database: Transactions, name: str = NAME) -> str:
    """A draft that was begun by a command that may be repeated; its id."""
    data = {"service": DOG, "ars": SOEGEL, "answers": answers(DOG, family_name=name)}
    call = Call(data, ERIKA, 0, "applications", "start_draft", ids.new_id())
    assert database.once(call, drafting.start_draft) == database.once(call, drafting.start_draft)
    return str(database.once(call, drafting.start_draft)["draft_id"])


def ordered(database: Transactions) -> str:
    draft_id = typed(database)
    with database.transaction() as session:
        drafting.add_to_cart(session, ERIKA, draft_id=draft_id)
        order = ordering.place_order(session, ERIKA, expected_total_cents=0)
    return str(order["cases"][0]["case_id"])


def write(database: Transactions, case_id: str) -> str:
    """What else is written about a case, everything with the name; the number of a batch whose reason has it, too."""
    with database.transaction() as session:
        case = session.get_one(Case, case_id)
        case.behalf = {**BEHALF, "person_name": f"Ida {NAME}"}
        correcting.ask_for_correction(session, ANNA, case_id=case_id, fields_=["dog_name"], message=f"{NAME}e Frage")
        deciding.review_case(session, ANNA, case_id=case_id)
        deciding.add_note(session, ANNA, case_id=case_id, text=f"{NAME}er Vermerk")
        batch = batching.start_batch(session, ANNA, case_ids=[case_id], decision="reject", reason=f"{NAME}er Grund")
    batching.work(database.reading, database.transaction)
    return str(batch["batch_id"])


def on_disk(folder: Path) -> bytes:
    """Databases and their write-ahead logs."""
    files = sorted(folder.glob("*.sqlite*"))
    assert [file for file in files if file.name.endswith("-wal")]
    return b"".join(file.read_bytes() for file in files)


def test_what_was_typed_is_on_no_page_of_the_disk(database: Transactions, tmp_path: Path):
    typed(database, "Unverwechselbar-Entwurf")
    case_id = ordered(database)
    write(database, case_id)
    with database.transaction() as session:
        case = casework.get_case(session, ANNA, case_id=case_id)
        session.get_one(Case, case_id).assignee_id = "lesbar-zur-kontrolle"
    assert case["answers"]["family_name"] == NAME
    assert (case["reason"], case["behalf"]["person_name"]) == (f"{NAME}er Grund", f"Ida {NAME}")
    assert [case["corrections"][0]["message"], case["notes"][0]["text"]] == [f"{NAME}e Frage", f"{NAME}er Vermerk"]
    assert NAME.encode() not in on_disk(tmp_path)
    assert b"lesbar-zur-kontrolle" in on_disk(tmp_path)


def test_words_about_a_case_open_with_its_key_and_at_their_own_place_only(database: Transactions):
    first, second = ordered(database), ordered(database)
    for case_id in (first, second):
        write(database, case_id)
    with database.transaction() as session:
        one, other = session.get_one(Case, first), session.get_one(Case, second)
        other.notes[0].sealed_text = one.notes[0].sealed_text
        other.corrections[0].sealed_message = other.notes[0].sealed_text
        for lent in (lambda: other.notes[0].text, lambda: other.corrections[0].message):
            with pytest.raises(UnsealableError):
                lent()
        session.rollback()


def test_a_migration_seals_the_words_that_were_readable_and_back(url: str, database: Transactions, tmp_path: Path):
    case_id = ordered(database)
    batch_id = write(database, case_id)
    with database.engine.connect() as connection:
        command.downgrade(configuration("applications", connection), "0016")
        connection.commit()
        read = connection.exec_driver_sql
        assert read("SELECT reason FROM cases").scalar_one() == f"{NAME}er Grund"
        assert json.loads(read("SELECT behalf FROM cases").scalar_one())["person_name"] == f"Ida {NAME}"
        assert read("SELECT message FROM corrections").scalar_one() == f"{NAME}e Frage"
        assert read("SELECT text FROM notes").scalar_one() == f"{NAME}er Vermerk"
        assert read("SELECT reason FROM batches").scalar_one() == f"{NAME}er Grund"
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert NAME.encode() in (tmp_path / "applications.sqlite").read_bytes()
    migrate("applications", url)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert NAME.encode() not in (tmp_path / "applications.sqlite").read_bytes()
    with database.transaction() as session:
        case = casework.get_case(session, ANNA, case_id=case_id)
        assert [case["reason"], case["notes"][0]["text"]] == [f"{NAME}er Grund", f"{NAME}er Vermerk"]
        assert case["corrections"][0]["message"] == f"{NAME}e Frage"
        assert session.get_one(Batch, batch_id).reason == f"{NAME}er Grund"


def test_a_migration_marks_the_names_of_the_cases_that_are_there(url: str, database: Transactions):
    case_id = ordered(database)
    with database.engine.connect() as connection:
        command.downgrade(configuration("applications", connection), "0017")
        connection.commit()
    migrate("applications", url)
    with database.transaction() as session:
        found = naming.search_cases(session, ANNA, name=NAME, limit=10)
        assert [case["case_id"] for case in found["cases"]] == [case_id]


def test_a_version_goes_back_to_what_an_edition_kept(url: str, database: Transactions):
    ordered(database)
    with database.engine.connect() as connection:
        command.downgrade(configuration("applications", connection), "0011")
        connection.commit()
        kept = connection.exec_driver_sql("SELECT editions.* FROM editions JOIN cases ON cases.edition_id = editions.id")
        edition = kept.mappings().one()
    dogs = catalogue.services()[DOG]
    told = (json.loads(edition["deadline"]), bool(edition["four_eyes"]), json.loads(edition["attachments"]))
    assert told == (dogs.deadline, dogs.four_eyes, dogs.attachments)
    assert all(field["choices"] is not None for section in json.loads(edition["sections"]) for field in section["fields_"])
    migrate("applications", url)
    with database.reading() as session:
        assert editions.of(session.scalars(select(Case)).one()).service.sections


def test_an_erased_row_takes_its_key_with_it(database: Transactions, tmp_path: Path):
    draft_id = typed(database)
    with database.reading() as session:
        wrapped = session.get_one(Draft, draft_id).wrapped_key
    assert wrapped in on_disk(tmp_path)
    with database.transaction() as session:
        erasing.erase(session, account_id=ERIKA.own_id)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert wrapped not in b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite*"))


def test_rows_cannot_lend_each_other_their_answers(database: Transactions):
    first, second = typed(database, "Erste"), typed(database, "Zweite")
    with database.transaction() as session:
        of_second = session.get_one(Draft, second)
        of_second.sealed_answers = session.get_one(Draft, first).sealed_answers
        with pytest.raises(UnsealableError):
            _ = of_second.answers
        session.rollback()


def test_a_migration_seals_what_was_readable_and_back(url: str, ring: Path, tmp_path: Path):
    migrate("applications", url, "0005")
    now = "2026-11-29 12:00:00"
    with closing(sqlite3.connect(tmp_path / "applications.sqlite")) as old:
        for n in range(3):
            old.execute(
                "INSERT INTO drafts (id, account_id, service, ars, answers, changed_at, expires_at) "
                "VALUES (?, 'a', 's', '0', ?, ?, ?)",
                (f"d{n}", json.dumps({"family_name": f"{NAME} M̂{n}"}), now, now),
            )
        old.commit()
    migrate("applications", url)
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert NAME.encode() not in (tmp_path / "applications.sqlite").read_bytes()
    with Transactions("applications", engine, keys=key_ring.KeyRingFile(ring)).reading() as session:
        assert [d.answers for d in session.scalars(select(Draft).order_by(Draft.id))][2] == {"family_name": f"{NAME} M̂2"}
    with engine.connect() as connection:
        command.downgrade(configuration("applications", connection), "0005")
        connection.commit()
        assert json.loads(connection.exec_driver_sql("SELECT answers FROM drafts WHERE id = 'd1'").scalar_one()) == {
            "family_name": f"{NAME} M̂1"
        }
    engine.dispose()


def test_a_migration_with_something_to_seal_asks_for_the_key_ring(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("KEY_RING", raising=False)
    migrate("applications", url)  # nothing is there yet


def of_key(database: Transactions, key_id: str) -> int:
    with database.reading() as session:
        return sum(
            session.scalar(select(func.count()).where(entity.key_id == key_id)) or 0 for entity in (Draft, Case, Batch, NameKey)
        )


def test_rotating_gives_every_row_the_new_key_and_the_old_one_can_go(database: Transactions, ring: Path, capsys):
    case_id = ordered(database)
    draft_id, batch_id = typed(database, "Zweite"), write(database, case_id)
    [old] = key_ring.read(ring)
    rotating.rotate(ring, [database])
    assert "4 keys wrapped anew" in capsys.readouterr().out
    new = key_ring.read(ring)[-1]
    assert (of_key(database, old.id), of_key(database, new.id)) == (0, 4)
    with clock.fixed(new.made_at + timedelta(seconds=59)), pytest.raises(rotating.RotationError, match="in a minute"):
        rotating.retire(ring, [database])
    with clock.fixed(new.made_at + timedelta(seconds=60)):
        rotating.retire(ring, [database])
    assert key_ring.read(ring) == (new,)
    with database.reading() as session:
        assert drafting.get_draft(session, ERIKA, draft_id=draft_id)["answers"]["family_name"] == "Zweite"
        case = casework.get_application(session, ERIKA, case_id=case_id)
        assert (case["answers"]["family_name"], case["reason"]) == (NAME, f"{NAME}er Grund")
        assert session.get_one(Batch, batch_id).reason == f"{NAME}er Grund"
    with database.transaction() as session:
        assert naming.search_cases(session, ANNA, name=NAME, limit=10)["cases"]


def test_a_rotation_that_was_killed_goes_on_with_the_key_it_had_made(database: Transactions, ring: Path, capsys, monkeypatch):
    for name in ("Eins", "Zwei", "Drei"):
        typed(database, name)
    monkeypatch.setattr(rotating, "BATCH", 1)
    turns = iter(range(1))
    with monkeypatch.context() as killed, pytest.raises(StopIteration):
        killed.setattr("services.chassis.rotating.time.sleep", lambda _: next(turns))
        rotating.rotate(ring, [database])
    keys = key_ring.read(ring)
    with pytest.raises(rotating.RotationError, match="need"):
        rotating.retire(ring, [database])
    rotating.rotate(ring, [database])
    assert "going on" in capsys.readouterr().out
    assert key_ring.read(ring) == keys
    assert of_key(database, keys[-1].id) == 3


def test_a_row_that_is_saved_while_keys_rotate_loses_nothing(database: Transactions, ring: Path):
    draft_id = typed(database)
    with database.transaction() as session:
        draft = session.get_one(Draft, draft_id)
        assert draft.answers
        key_ring.write(ring, [*key_ring.read(ring), MasterKey.new()])
        draft.answers = {"family_name": "Danach"}
    rotating.rewrap(database, key_ring.KeyRingFile(ring), pause=0)
    with database.reading() as session:
        assert session.get_one(Draft, draft_id).answers == {"family_name": "Danach"}


def test_a_ring_that_is_not_the_one_of_the_database_is_refused(database: Transactions, ring: Path, url: str):
    rotating.check("applications", url)
    typed(database)
    rotating.check("applications", url)
    key_ring.write(ring, [MasterKey.new()])
    with pytest.raises(KeyRingError, match="put it back"):
        rotating.check("applications", url)
