"""The sandbox without sockets: what its bank takes and refuses, what its mail server keeps, where it listens."""

import json
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from falcon import testing

from deploy.sandbox import mail
from deploy.sandbox.app import create_app
from deploy.sandbox.settings import SandboxSettings, SettingsError
from deploy.sandbox.store import Store
from services.payments.bank_file import Creditor, Debit, credit_transfer, direct_debits
from tests.unit.payments.orders import IBAN, NOON

CREDITOR = Creditor("Stadt Lingen (Ems)", "DE51999999990034540032", "DE47ZZZ09034540032")


def debits(message_id: str = "m1", *end_to_end_ids: str, cents: int = 3000) -> bytes:
    given = [Debit(e, "Erika Musterfrau", IBAN, cents, "AG-1", date(2026, 11, 20), "Auftrag") for e in end_to_end_ids or ("e1",)]
    return direct_debits(message_id, NOON, CREDITOR, date(2026, 11, 23), given)


def refund(message_id: str = "r1") -> bytes:
    return credit_transfer(
        message_id, NOON, CREDITOR, date(2026, 11, 23), holder="Erika Musterfrau", iban=IBAN, cents=1500, text="Erstattung"
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "sandbox" / "sandbox.sqlite")
    yield made
    made.close()


@pytest.fixture
def client(store: Store) -> Any:
    return testing.TestClient(create_app(store, "/bank"))


def post(client: Any, what: str, content: bytes) -> Any:
    return client.simulate_post(f"/bank/{what}", body=content, headers={"Content-Type": "application/xml"})


def booked(client: Any) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client.simulate_get("/bank/bookings").json["bookings"]
    return listed


def test_direct_debits_are_booked(client: Any):
    answer = post(client, "direct-debits", debits("m1", "e1", "e2"))
    assert (answer.status_code, answer.json["status"], answer.json["transactions"]) == (200, "accepted", 2)
    assert [(b["end_to_end_id"], b["cents"], b["debtor_iban"], b["creditor_iban"]) for b in booked(client)] == [
        ("e1", 3000, IBAN, CREDITOR.iban),
        ("e2", 3000, IBAN, CREDITOR.iban),
    ]


def test_a_refund_is_booked_the_other_way(client: Any):
    assert post(client, "credit-transfers", refund()).status_code == 200
    (booking,) = booked(client)
    assert (booking["kind"], booking["cents"]) == ("credit_transfer", 1500)
    assert (booking["debtor_iban"], booking["creditor_iban"]) == (CREDITOR.iban, IBAN)


@pytest.mark.parametrize(("what", "content"), [("direct-debits", debits()), ("credit-transfers", refund())])
def test_the_same_file_again_is_booked_once(client: Any, what: str, content: bytes):
    assert [post(client, what, content).json["repeated"] for _ in range(3)] == [False, True, True]
    assert len(booked(client)) == 1


def test_another_file_under_a_known_message_id_is_a_conflict(client: Any):
    post(client, "direct-debits", debits("m1", "e1"))
    assert post(client, "direct-debits", debits("m1", "e2")).status_code == 409
    assert len(booked(client)) == 1


def test_an_end_to_end_id_is_booked_once_and_nothing_else_of_its_file(client: Any):
    post(client, "direct-debits", debits("m1", "e1"))
    answer = post(client, "direct-debits", debits("m2", "e2", "e1"))
    assert answer.status_code == 422
    assert "e1" in answer.json["reason"]
    assert [b["end_to_end_id"] for b in booked(client)] == ["e1"]


@pytest.mark.parametrize(
    ("of", "to"),
    [
        (b"<?xml", b"<"),
        (b'<?xml version="1.0" encoding="UTF-8"?>', b'<!DOCTYPE a [<!ENTITY b "c">]>'),
        (b"pain.008.001.08", b"pain.008.001.02"),
        (b"<NbOfTxs>1<", b"<NbOfTxs>2<"),
        (b"<CtrlSum>30.00<", b"<CtrlSum>30.01<"),
        (b'Ccy="EUR"', b'Ccy="USD"'),
        (b"30.00", b"0.00"),
        (b"30.00", b"-30.00"),
        (b"30.00", b"30.001"),
        (b"<SeqTp>OOFF<", b"<SeqTp>ONCE<"),
        (b"DE02120300000000202051", b"DE02120300000000202050"),
        (b"<MndtId>AG-1</MndtId>", b""),
        (b"<MsgId>m1<", b"<MsgId><"),
        (b"<MsgId>m1<", b"<MsgId>" + b"m" * 36 + b"<"),
        (b"<EndToEndId>e1<", b"<EndToEndId><"),
        (b"CdtrSchmeId>", b"Cdtr2SchmeId>"),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(client: Any, of: bytes, to: bytes):
    content = debits()
    assert of in content
    answer = post(client, "direct-debits", content.replace(of, to))
    assert (answer.status_code, answer.json["status"]) == (422, "rejected")
    assert answer.json["reason"]
    assert booked(client) == []


def test_transfers_are_no_debits(client: Any):
    assert post(client, "direct-debits", refund()).status_code == 422
    assert post(client, "credit-transfers", debits()).status_code == 422


def test_sums_are_kept_per_treasury(client: Any):
    post(client, "direct-debits", debits("m1", "e1", "e2"))
    post(client, "credit-transfers", refund())
    assert client.simulate_get("/bank/bookings").json["sums"] == [
        {"kind": "credit_transfer", "treasury_iban": CREDITOR.iban, "count": 1, "cents": 1500},
        {"kind": "direct_debit", "treasury_iban": CREDITOR.iban, "count": 2, "cents": 6000},
    ]


def test_bookings_can_be_read_on_from_the_last_one_seen(client: Any):
    post(client, "direct-debits", debits("m1", "e1", "e2", "e3"))
    first, *_ = booked(client)
    further = client.simulate_get("/bank/bookings", params={"after": first["number"], "limit": 1}).json["bookings"]
    assert [b["end_to_end_id"] for b in further] == ["e2"]


def test_a_restart_loses_nothing(tmp_path: Path):
    path = tmp_path / "sandbox.sqlite"
    store = Store(path)
    post(testing.TestClient(create_app(store, "/bank")), "direct-debits", debits())
    store.close()
    store = Store(path)
    client = testing.TestClient(create_app(store, "/bank"))
    assert post(client, "direct-debits", debits()).json["repeated"]
    assert len(booked(client)) == 1
    store.close()


def written(to: str, subject: str = "Neue Nachricht in Ihrem Postfach") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "portal@example.org", to
    message.set_content("Grüße aus Sögel <script>")
    return bytes(message)


def test_mails_are_kept_and_found_by_recipient(store: Store, client: Any):
    mail.catch(store, "portal@example.org", ["a@example.org"], written("a@example.org"))
    mail.catch(store, "portal@example.org", ["b@example.org"], written("b@example.org"))
    (found,) = client.simulate_get("/mail/messages", params={"to": "B@example.org"}).json["messages"]
    assert (found["to"], found["subject"]) == (["b@example.org"], "Neue Nachricht in Ihrem Postfach")
    assert found["text"].strip() == "Grüße aus Sögel <script>"
    assert len(client.simulate_get("/mail/messages").json["messages"]) == 2


def test_a_mail_that_is_none_is_kept_too(store: Store, client: Any):
    mail.catch(store, "", ["a@example.org"], b"\xff\xfe no mail at all")
    assert len(client.simulate_get("/mail/messages").json["messages"]) == 1
    assert client.simulate_get("/mail").status_code == 200


@pytest.mark.parametrize("path", ["/", "/bank", "/bank/", "/mail", "/mail/"])
def test_every_page_says_that_it_is_a_sandbox_and_escapes_what_it_shows(store: Store, client: Any, path: str):
    post(client, "direct-debits", debits())
    mail.catch(store, "portal@example.org", ["a@example.org"], written("a@example.org", subject="<script>"))
    page = client.simulate_get(path)
    assert page.status_code == 200
    assert "This is a sandbox" in page.text
    assert "<script>" not in page.text


def test_lists_say_it_too(client: Any):
    assert all(client.simulate_get(path).json["sandbox"] for path in ("/bank/bookings", "/mail/messages"))


def test_it_listens_where_the_services_look():
    settings = SandboxSettings.from_environment(
        {"BANK_URL": "http://127.0.0.1:8080/bank", "SMTP_URL": "smtp://localhost:8081", "VAR_DIR": "/srv/x"}
    )
    assert (settings.bank_port, settings.bank_path, settings.smtp_port) == (8080, "/bank", 8081)
    assert settings.database == Path("/srv/x/sandbox/sandbox.sqlite")


@pytest.mark.parametrize(
    ("bank", "smtp", "named"),
    [
        ("", "", ["BANK_URL", "SMTP_URL"]),
        ("http://bank.example.org:80/bank", "smtp://127.0.0.1", ["BANK_URL", "SMTP_URL"]),
        ("http://127.0.0.1:8080", "smtps://127.0.0.1:25", ["BANK_URL", "SMTP_URL"]),
        ("http://127.0.0.1:99999/bank", "smtp://127.0.0.1:25", ["BANK_URL"]),
    ],
)
def test_every_address_it_cannot_take_is_named(bank: str, smtp: str, named: list[str]):
    with pytest.raises(SettingsError) as error:
        SandboxSettings.from_environment({"BANK_URL": bank, "SMTP_URL": smtp})
    assert [name for name in ("BANK_URL", "SMTP_URL") if name in str(error.value)] == named


def test_amounts_read_as_amounts():
    from deploy.sandbox.app import euros

    assert json.dumps([euros(5), euros(3050)]) == '["0.05 EUR", "30.50 EUR"]'
