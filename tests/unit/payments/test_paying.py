"""From the order to the signed mandate."""

import pytest
from sqlalchemy import func, select

from services.chassis.database import Transactions
from services.chassis.ids import new_id
from services.chassis.testing import published
from services.contracts.actors import Actor
from services.contracts.errors import Conflict, Invalid, NotFound, Unavailable
from services.contracts.payments import Payment as PaymentReply
from services.contracts.registry import check
from services.payments import opening, paying
from services.payments.model import Mandate, Payment, Treasury
from tests.unit.payments.orders import IBAN, LINGEN, MANDATE, SOEGEL, Order, pay, place


def test_a_free_order_gets_no_payment(transactions: Transactions):
    with transactions.transaction() as session:
        place(session, (SOEGEL, 0))
        assert session.scalar(select(func.count()).select_from(Payment)) == 0


def test_free_cases_have_no_share(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session, (SOEGEL, 3000), (SOEGEL, 0))
        payment = paying.get_payment(session, order.citizen, order_id=order.order_id)
    assert [s["case_id"] for s in payment["shares"]] == order.case_ids[:1]


@pytest.mark.parametrize("total", [2999, 3001, 0])
def test_shares_that_do_not_add_up_are_refused(transactions: Transactions, total: int):
    wrong = {**Order([(SOEGEL, 3000)]).placed(), "total": {"cents": total, "currency": "EUR"}}
    with pytest.raises(Invalid), transactions.transaction() as session:
        opening.open_payment(session, **wrong)


def test_a_second_payment_for_an_order_is_a_conflict(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session)
    with pytest.raises(Conflict), transactions.transaction() as session:
        opening.open_payment(session, **order.placed())


def test_an_open_payment_shows_what_is_due(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session, (SOEGEL, 3000), (LINGEN, 2250))
        payment = paying.get_payment(session, order.citizen, order_id=order.order_id)
    assert payment["state"] == "open"
    assert payment["total"] == {"cents": 5250, "currency": "EUR"}
    assert {(s["ars"], s["amount"]["cents"], s["state"]) for s in payment["shares"]} == {
        (SOEGEL, 3000, "due"),
        (LINGEN, 2250, "due"),
    }
    assert payment["masked_iban"] is None


def test_signing_secures_every_share_and_says_so_without_the_iban(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session, (SOEGEL, 3000), (LINGEN, 2250))
        payment = pay(session, order)
        told = published(session)
    assert payment["state"] == "secured"
    assert {s["state"] for s in payment["shares"]} == {"secured"}
    assert payment["masked_iban"] == "DE…2051"
    assert not check(PaymentReply, payment)
    assert IBAN not in str(payment)
    assert [name for name, _ in told] == ["payment.secured"]
    assert told[0][1] == {
        "payment_id": payment["payment_id"],
        "order_id": order.order_id,
        "account_id": order.account_id,
        "amount": {"cents": 5250, "currency": "EUR"},
        "grant_id": None,
    }


def test_each_treasury_gets_its_own_mandate_under_one_reference(transactions: Transactions):
    with transactions.transaction() as session:
        payment = pay(session, place(session, (SOEGEL, 3000), (LINGEN, 1500), (LINGEN, 750)), iban="de02 1203 0000 0000 2020 51")
        mandates = list(session.scalars(select(Mandate)))
    assert {(m.ars, m.creditor_id) for m in mandates} == {(SOEGEL, "DE34ZZZ09034545407"), (LINGEN, "DE47ZZZ09034540032")}
    assert {m.reference for m in mandates} == {payment["mandate_reference"]}
    assert {m.iban for m in mandates} == {IBAN}


def test_references_differ(transactions: Transactions):
    with transactions.transaction() as session:
        references = {pay(session, place(session))["mandate_reference"] for _ in range(50)}
    assert len(references) == 50


@pytest.mark.parametrize("iban", ["DE02120300000000202050", "12345", "CH9300762011623852957"])
def test_a_wrong_iban_is_said_beside_its_field(transactions: Transactions, iban: str):
    with pytest.raises(Invalid) as failure, transactions.transaction() as session:
        pay(session, place(session), iban=iban)
    assert failure.value.fields == {"mandate.iban": ["iban"]}


def test_a_holder_without_letters_is_said_beside_its_field(transactions: Transactions):
    with pytest.raises(Invalid) as failure, transactions.transaction() as session:
        pay(session, place(session), holder="🙂 1", iban="DE")
    assert failure.value.fields == {"mandate.holder": ["name_letters"], "mandate.iban": ["iban"]}


@pytest.mark.parametrize(("iban", "slug"), [("DE00", "iban"), ("", "required")])
def test_everything_wrong_with_a_mandate_is_said_at_once(transactions: Transactions, iban: str, slug: str):
    with pytest.raises(Invalid) as failure, transactions.transaction() as session:
        pay(session, place(session), holder="", iban=iban, agrees=False)
    assert failure.value.fields == {
        "mandate.holder": ["required"],
        "mandate.iban": [slug],
        "mandate.agrees": ["mandate_agreement"],
    }


def test_an_order_not_known_yet_is_asked_for_again(transactions: Transactions):
    with pytest.raises(Unavailable) as failure, transactions.transaction() as session:
        paying.start_payment(session, Actor("citizen", new_id()), order_id=new_id(), mandate=MANDATE)
    assert failure.value.slug == "payments.order_not_known_yet"


@pytest.mark.parametrize("do", ["start", "get"])
def test_somebody_elses_order_is_not_there(transactions: Transactions, do: str):
    stranger = Actor("citizen", new_id())
    with pytest.raises(NotFound) as failure, transactions.transaction() as session:
        order = place(session)
        if do == "start":
            paying.start_payment(session, stranger, order_id=order.order_id, mandate=MANDATE)
        else:
            paying.get_payment(session, stranger, order_id=order.order_id)
    assert failure.value.slug == "payments.no_payment"


def test_paying_twice_is_a_conflict(transactions: Transactions):
    with pytest.raises(Conflict) as failure, transactions.transaction() as session:
        order = place(session)
        pay(session, order)
        pay(session, order)
    assert failure.value.slug == "payments.already_paid"


def test_without_its_treasury_nothing_is_signed(transactions: Transactions):
    with transactions.transaction() as session:
        order = place(session)
        session.delete(session.get_one(Treasury, SOEGEL))
    with pytest.raises(Unavailable), transactions.transaction() as session:
        pay(session, order)
    with transactions.reading() as session:
        assert paying.get_payment(session, order.citizen, order_id=order.order_id)["state"] == "open"
