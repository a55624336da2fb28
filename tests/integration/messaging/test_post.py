"""Handing over mails: to a real mail server as to the one of the unit tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from deploy import ports
from services.contracts.errors import Invalid, Unavailable
from services.messaging.providers.mail import Post, SmtpPost
from tests.patience import PATIENCE_SECONDS
from tests.unit.messaging.memory_post import MemoryPost

MAIL = "01926b2e-7d21-7a00-8b1c-2d3e4f506172"


@dataclass
class Server:
    """A foreign mail server (aiosmtpd) that can be told what to answer."""

    rcpt: str = "250 OK"
    data: str = "250 OK"
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, to: str, _options: list[str]) -> str:  # noqa: N802
        envelope.rcpt_tos.append(to)
        return self.rcpt

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if self.data.startswith("250"):
            self.taken.append((list(envelope.rcpt_tos), message_from_bytes(content, policy=policy.default)))
        return self.data


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(port=ports.any_free())
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=PATIENCE_SECONDS)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def smtp(server: Server) -> SmtpPost:
    return SmtpPost(f"smtp://127.0.0.1:{server.port}?from=portal@amtsgang.example")


@pytest.fixture(params=["smtp", "memory"])
def handed_over(request: pytest.FixtureRequest) -> tuple[Post, Callable[[], list[tuple[str, str, str]]]]:
    """A post, and what it took as (to, subject, text)."""
    if request.param == "memory":
        memory = MemoryPost()
        return memory, lambda: [(m.to, m.subject, m.text) for m in memory.taken]
    server: Server = request.getfixturevalue("server")
    return request.getfixturevalue("smtp"), lambda: [
        (to[0], str(m["Subject"]), m.get_content().replace("\r\n", "\n")) for to, m in server.taken
    ]


def test_a_mail_arrives_as_it_was_written(handed_over: tuple[Post, Callable[[], list[tuple[str, str, str]]]]):
    post, taken = handed_over
    text = "Grüße aus Sögel\n.\nEin Punkt allein beendet nichts.\n"
    post.send(MAIL, "citizen@example.org", "Neue Nachricht für Sie", text, "de")
    assert taken() == [("citizen@example.org", "Neue Nachricht für Sie", text)]


def test_the_headers_say_who_writes_in_which_language_and_that_nobody_need_answer(server: Server, smtp: SmtpPost):
    smtp.send(MAIL, "citizen@example.org", "New message", "Hello", "en")
    smtp.send(MAIL, "citizen@example.org", "New message", "Hello", "en")
    (_, first), (_, second) = server.taken
    assert first["From"] == "Amtsgang <portal@amtsgang.example>"
    assert first["To"] == "citizen@example.org"
    assert first["Content-Language"] == "en"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == f"<{MAIL}@amtsgang.example>"


def test_an_address_in_an_umlaut_domain_is_written_for_every_mail_server(server: Server, smtp: SmtpPost):
    smtp.send(MAIL, "erika@bürger.example", "Neue Nachricht", "Text", "de")
    assert server.taken[0][0] == ["erika@xn--brger-kva.example"]


@pytest.mark.parametrize("answer", ["550 No such user", "553 Not allowed"])
def test_an_address_that_is_refused_for_good_is_invalid(server: Server, smtp: SmtpPost, answer: str):
    server.rcpt = answer
    with pytest.raises(Invalid, match=r"messaging\.address_refused"):
        smtp.send(MAIL, "citizen@example.org", "Subject", "Text", "de")


@pytest.mark.parametrize(
    "answers", [{"rcpt": "450 Greylisted"}, {"data": "451 Try later"}, {"data": "554 Rejected"}, {"data": "452 Full"}]
)
def test_everything_else_may_work_later(server: Server, smtp: SmtpPost, answers: dict[str, str]):
    for name, answer in answers.items():
        setattr(server, name, answer)
    with pytest.raises(Unavailable, match=r"messaging\.mail_server_unavailable") as caught:
        smtp.send(MAIL, "citizen@example.org", "Subject", "Text", "de")
    assert "citizen" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_mail_server_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable):
        SmtpPost("smtp://127.0.0.1:9").send(MAIL, "citizen@example.org", "Subject", "Text", "de")


@pytest.mark.parametrize("address", ["no address", "", "a@b\nBcc: everybody@example.org", "a\r\n@example.org"])
def test_what_is_no_address_never_reaches_the_mail_server(server: Server, smtp: SmtpPost, address: str):
    with pytest.raises(Invalid, match=r"messaging\.address_refused"):
        smtp.send(MAIL, address, "Subject", "Text", "de")
    assert server.taken == []
