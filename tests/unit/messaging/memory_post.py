"""A mail server of the tests."""

from dataclasses import dataclass, field

from services.contracts.errors import Failure


@dataclass(frozen=True)
class Letter:
    mail_id: str
    to: str
    subject: str
    text: str
    language: str


@dataclass
class MemoryPost:
    """Keeps what it takes; `fails_with` makes it refuse."""

    taken: list[Letter] = field(default_factory=list)
    fails_with: Failure | None = None

    def send(self, mail_id: str, to: str, subject: str, text: str, language: str) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.taken.append(Letter(mail_id, to, subject, text, language))
