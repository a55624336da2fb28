"""One suite for every bank: the one in memory of the unit tests, and the sandbox's behind HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from services.contracts.errors import Unavailable
from services.payments.bank_file import Creditor, Debit, credit_transfer, direct_debits
from services.payments.providers.bank import Bank, HttpBank, Refused
from tests.integration.payments.sandbox import addresses, running_sandbox
from tests.patience import PATIENCE_SECONDS
from tests.unit.payments.fake_bank import FakeBank
from tests.unit.payments.orders import IBAN, NOON

CREDITOR = Creditor("Stadt Lingen (Ems)", "DE51999999990034540032", "DE47ZZZ09034540032")
Booked = list[tuple[str, str, int]]


@dataclass(frozen=True)
class Case:
    bank: Bank
    booked: Callable[[], Booked]


@pytest.fixture(scope="module")
def sandbox_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield Case(
            HttpBank(sandbox.bank_url),
            lambda: [(b["kind"], b["end_to_end_id"], b["cents"]) for b in sandbox.bookings()],
        )


@pytest.fixture(params=["fake", "sandbox"])
def case(request: pytest.FixtureRequest) -> Case:
    if request.param == "sandbox":
        found: Case = request.getfixturevalue("sandbox_bank")
        return found
    bank = FakeBank()
    return Case(bank, lambda: [(b.kind, b.end_to_end_id, b.cents) for b in bank.bookings()])


def debits(message_id: str, *end_to_end_ids: str) -> bytes:
    given = [Debit(e, "Erika Musterfrau", IBAN, 3000, "AG-1", date(2026, 11, 20), "Auftrag") for e in end_to_end_ids]
    return direct_debits(message_id, NOON, CREDITOR, date(2026, 11, 23), given)


def refund(message_id: str, cents: int = 1500) -> bytes:
    return credit_transfer(
        message_id, NOON, CREDITOR, date(2026, 11, 23), holder="Erika Musterfrau", iban=IBAN, cents=cents, text="Erstattung"
    )


def new() -> str:
    return uuid4().hex


def test_what_is_accepted_is_booked(case: Case):
    one, two, back = new(), new(), new()
    case.bank.debit(debits(new(), one, two))
    case.bank.transfer(refund(back))
    assert {("direct_debit", one, 3000), ("direct_debit", two, 3000), ("credit_transfer", back, 1500)} <= set(case.booked())


def test_the_same_file_again_is_accepted_and_booked_once(case: Case):
    one, back, message = new(), new(), new()
    for _ in range(3):
        case.bank.debit(debits(message, one))
        case.bank.transfer(refund(back))
    assert [e for _, e, _ in case.booked() if e in {one, back}] == [one, back]


def test_another_file_under_the_same_id_is_no_refusal(case: Case):
    message, one, two = new(), new(), new()
    case.bank.debit(debits(message, one))
    with pytest.raises(Unavailable):
        case.bank.debit(debits(message, two))
    assert two not in str(case.booked())


def test_a_file_with_a_debit_already_booked_is_refused_as_a_whole(case: Case):
    one, two = new(), new()
    case.bank.debit(debits(new(), one))
    with pytest.raises(Refused):
        case.bank.debit(debits(new(), two, one))
    assert two not in str(case.booked())


@pytest.mark.parametrize("content", [b"", b"<", refund("x")], ids=["empty", "no XML", "another kind"])
def test_what_is_no_file_of_debits_is_refused(case: Case, content: bytes):
    before = case.booked()
    with pytest.raises(Refused):
        case.bank.debit(content)
    assert case.booked() == before


def test_what_is_no_transfer_is_refused(case: Case):
    with pytest.raises(Refused):
        case.bank.transfer(debits(new(), new()))


def test_a_bank_that_nobody_answers_for_is_unavailable():
    with pytest.raises(Unavailable):
        HttpBank(addresses().bank_url).debit(debits(new(), new()))


def test_an_answer_that_is_not_the_banks_is_no_refusal(sandbox_bank: Case, tmp_path: Path):
    assert isinstance(sandbox_bank.bank, HttpBank)
    with pytest.raises(Unavailable):
        HttpBank(sandbox_bank.bank.url + "/nowhere").debit(debits(new(), new()))


def test_a_sandbox_started_again_knows_what_it_booked(tmp_path: Path):
    place, content = addresses(), debits(new(), new())
    for _ in range(2):
        with running_sandbox(tmp_path, place) as sandbox:
            HttpBank(sandbox.bank_url).debit(content)
            assert len(sandbox.bookings()) == 1
            assert b"python_info" in requests.get(f"{sandbox.http_url}/metrics", timeout=PATIENCE_SECONDS).content
