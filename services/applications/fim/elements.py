"""What a schema of XDatenfelder consists of, the same for every version of the standard."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Count:
    """How often an element may stand in its place (Anzahl); `most` None is without end."""

    least: int = 1
    most: int | None = 1

    @property
    def repeats(self) -> bool:
        """Whether it may stand there more than once."""
        return self.most is None or self.most > 1

    def __str__(self) -> str:
        return f"{self.least}:{'*' if self.most is None else self.most}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words (Regel), and perhaps as a script."""

    id: str
    name: str
    text: str
    script: str
    line: int


@dataclass(frozen=True, slots=True)
class Value:
    """One entry of a code list."""

    code: str
    name: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer must be like (Präzisierung), as it is written."""

    least_length: str = ""
    most_length: str = ""
    least: str = ""
    most: str = ""
    pattern: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """What every element has: `label` is what is asked, `output` how it is called in documents."""

    id: str
    version: str
    name: str
    label: str
    output: str
    help: str
    basis: tuple[str, ...]
    rules: tuple[Rule, ...]
    line: int
    count: Count

    @property
    def told(self) -> str:
        """The element in a sentence."""
        return f"{self.id} “{self.name}”"


@dataclass(frozen=True, slots=True)
class Field(Named):
    """One field (Datenfeld). `values` None: no list of values is known; `list_name`: the code list it refers to."""

    kind: str
    type: str
    limits: Limits
    content: str
    values: tuple[Value, ...] | None
    list_name: str
    prefill: str
    media_types: tuple[str, ...]
    most_bytes: str
    columns: str

    @property
    def is_file(self) -> bool:
        """Whether a document is to be brought, of any number."""
        return self.type == "file" and self.kind in {"input", "select"} and self.count.most != 0

    @property
    def file_rules(self) -> str:
        """What is said of a file, in words; empty if nothing is."""
        return ", ".join([*self.media_types, *([f"at most {self.most_bytes} bytes"] if self.most_bytes else [])])


@dataclass(frozen=True, slots=True)
class Group(Named):
    """A group of fields and groups (Datenfeldgruppe); `is_choice`: exactly one of them is filled in (Auswahlgruppe)."""

    children: tuple["Field | Group", ...]
    is_choice: bool


@dataclass(frozen=True, slots=True)
class Schema(Group):
    """The whole form (Stammdatenschema), or a group that came alone; `unknown` are elements that say what nobody reads."""

    standard: str
    description: str
    keywords: tuple[str, ...]
    status: str
    unknown: tuple[tuple[int, str], ...] = field(default=())
