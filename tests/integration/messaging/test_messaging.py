"""Messaging as a process on the bus, on SQLite and on PostgreSQL, with the sandbox's mail server."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.bus import Bus
from services.chassis import ids
from services.contracts.actors import Actor
from services.contracts.errors import Forbidden, Invalid, NotFound, Unauthenticated
from tests.echo.running import Running
from tests.integration import events
from tests.integration.answering import answering
from tests.integration.events import eventually
from tests.integration.payments.sandbox import Sandbox, addresses, running_sandbox
from tests.patience import PATIENCE_SECONDS
from tests.services import running_service
from tests.unit.messaging.test_noticing import sample


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    """Where the mail server will be; it is not there yet."""
    return addresses()


@pytest.fixture(scope="module")
def messaging(
    vhost: str, new_database: Callable[[str], str], sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("messaging")
    url = new_database("messaging")
    with running_service("messaging", vhost, url, folder, SMTP_URL=f"{sandbox.smtp_url}?from=portal@amtsgang.example") as process:
        yield process


def tell(vhost: str, name: str, times: int = 1, minute: int = 0, **changes: Any) -> None:
    """An event like its golden sample, but for these changes."""
    events.tell(vhost, name, "something", {**sample(name), **changes}, times, time=f"2026-11-21T12:{minute:02}:00Z")


async def mailbox(bus: Bus, account_id: str, count: int) -> dict[str, Any]:
    """The mailbox, once it holds so many notices."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = await bus.call("messaging", "list_notices", Actor("citizen", account_id))
        if len(found["notices"]) >= count or time.monotonic() > until:
            assert len(found["notices"]) == count
            return found


async def test_every_event_becomes_one_notice_however_often_it_is_delivered(bus: Bus, vhost: str, messaging: Running):
    account = ids.new_id()
    names = ("order.placed", "payment.secured", "application.submitted", "application.approved", "document.issued")
    for minute, name in reversed(list(enumerate(names))):
        tell(vhost, name, times=3, minute=minute, account_id=account)
    found = await mailbox(bus, account, len(names))
    assert [notice["kind"].replace("_", ".", 1) for notice in found["notices"]] == list(names[::-1])
    assert (found["unread"], found["more"]) == (5, False)
    ordered = found["notices"][-1]["notice_id"]
    read = await bus.call("messaging", "read_notice", Actor("citizen", account), notice_id=ordered)
    assert (read["is_read"], read["amount"]) == (True, sample("order.placed")["total"])
    assert (await mailbox(bus, account, len(names)))["unread"] == 4
    older = await bus.call(
        "messaging", "list_notices", Actor("citizen", account), before=found["notices"][1]["notice_id"], limit=2
    )
    assert [notice["notice_id"] for notice in older["notices"]] == [n["notice_id"] for n in found["notices"][2:4]]
    assert older["more"] is True


async def test_a_notice_is_its_readers_alone(bus: Bus, vhost: str, messaging: Running):
    account = ids.new_id()
    tell(vhost, "order.placed", account_id=account)
    notice = (await mailbox(bus, account, 1))["notices"][0]["notice_id"]
    with pytest.raises(NotFound):
        await bus.call("messaging", "read_notice", Actor("citizen", ids.new_id()), notice_id=notice)
    with pytest.raises(Unauthenticated):
        await bus.call("messaging", "list_notices", Actor())
    with pytest.raises(Forbidden):
        await bus.call("messaging", "list_notices", Actor("staff", account))
    with pytest.raises(Invalid):
        await bus.call("messaging", "list_notices", Actor("citizen", account), limit=0)


@pytest.mark.slow
async def test_a_mail_server_that_is_away_holds_up_no_notice_and_gets_its_mails_when_it_is_back(
    bus: Bus, vhost: str, messaging: Running, sandbox: Sandbox, tmp_path: Path
):
    accounts = {ids.new_id(): f"{name}@example.org" for name in ("erika", "max")}

    def contact(account_id: str) -> dict[str, Any]:
        return {"email": accounts.get(account_id, "somebody@example.org"), "language": "en"}

    with answering(vhost, "accounts", {"get_contact": contact}):
        for account in accounts:
            for name in ("account.registered", "application.submitted", "document.issued"):
                tell(vhost, name, account_id=account)
            await mailbox(bus, account, 3)
        assert eventually(lambda: "messaging.mail_server_unavailable" in messaging.log.read_text())
        with running_sandbox(tmp_path, sandbox):
            assert eventually(lambda: all(sandbox.mails(address) for address in accounts.values()))
            mails = [mail for address in accounts.values() for mail in sandbox.mails(address)]
    assert len(mails) == len(accounts), "one mail for the three notices of one moment"
    for mail in mails:
        assert (mail["from"], mail["subject"]) == ("portal@amtsgang.example", "New message in your mailbox")
        assert "http://127.0.0.1:8000/mailbox" in mail["text"]
    assert not any(address in messaging.log.read_text() for address in accounts.values())
