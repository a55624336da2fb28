"""What an author must know about an import: what was not understood, what reads otherwise than in the schema, what is to do."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Notes:
    """Sentences in the order they came up, each once and with everything it holds for."""

    missed: dict[str, dict[str, None]] = field(default_factory=dict)
    changed: dict[str, dict[str, None]] = field(default_factory=dict)
    to_do: dict[str, dict[str, None]] = field(default_factory=dict)

    def miss(self, what: str, why: str) -> None:
        """Something that was not understood, or has no place in a form."""
        self.missed.setdefault(why, {})[what] = None

    def change(self, what: str, how: str) -> None:
        """Something that reads otherwise in the form than in the schema."""
        self.changed.setdefault(how, {})[what] = None

    def ask(self, what: str, how: str) -> None:
        """Something only an author can say."""
        self.to_do.setdefault(how, {})[what] = None

    def chapters(self) -> list[tuple[str, list[str]]]:
        """The notes under their headings; a heading without notes says so itself."""
        return [
            ("Not understood" if self.missed else "Not understood: nothing", _told(self.missed)),
            ("Otherwise than in the schema" if self.changed else "Otherwise than in the schema: nothing", _told(self.changed)),
            ("What an author must do", _told(self.to_do)),
        ]


def _told(notes: dict[str, dict[str, None]]) -> list[str]:
    return [f"{', '.join(what)}: {sentence}" for sentence, what in notes.items()]
