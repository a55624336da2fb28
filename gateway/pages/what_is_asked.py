"""What a service will ask for, before anybody begins: its steps, its documents, and in words when each of them is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.pages.answers import NO, YES, today
from gateway.pages.language import N_, Speech
from services.contracts import addresses, conditions, countries

Entry = Mapping[str, Any]
Condition = Mapping[str, Any]

ENTRIES = "entries"
AND, OR = N_("and"), N_("or")
ANSWERED = N_("answer “%(question)s” with %(answers)s")
NOT_ANSWERED = N_("do not answer “%(question)s” with %(answers)s")
AT_LEAST = N_("state at least %(bound)s at “%(question)s”")
AT_MOST = N_("state at most %(bound)s at “%(question)s”")
NOT_BEFORE = N_("state a day from %(bound)s on at “%(question)s”")
NOT_AFTER = N_("state a day up to %(bound)s at “%(question)s”")
SOME_DAY = N_("state a day that fits at “%(question)s”")
SOMETHING = N_("state something at “%(question)s”")
NOTHING = N_("state nothing at “%(question)s”")
OTHERWISE = N_("otherwise than this: %(condition)s")


@dataclass(frozen=True)
class Step:
    """A step of the form. `when` is empty where everybody is asked; `sometimes` are questions by when they are asked."""

    title: str
    when: str
    is_repeated: bool
    always: list[str]
    sometimes: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Document:
    """A document to attach."""

    label: str
    help: str
    when: str
    required: bool


def steps(talk: Speech, sections: Sequence[Entry]) -> list[Step]:
    """The steps with their required questions, an address as one of them."""
    known: dict[str, Entry] = {}
    found = []
    for section in sections:
        when = _only_if(talk, section.get("when"), known)
        before = dict(known)
        known |= {field["name"]: field for field in section["fields"]}
        always: list[str] = []
        sometimes: dict[str, list[str]] = {}
        for address, run in addresses.runs(section["fields"]):
            label = talk.local((address or run[0])["label"])
            if not any(field["required"] for field in run):
                continue
            told = _only_if(talk, run[0].get("when"), known)
            (sometimes.setdefault(told, []) if told else always).append(label)
        if section.get("repeated"):
            known = {**before, section["name"]: {"type": ENTRIES, "label": section["title"]}}
        found.append(Step(talk.local(section["title"]), when, bool(section.get("repeated")), always, list(sometimes.items())))
    return found


def documents(talk: Speech, service: Entry) -> list[Document]:
    """The documents, in the order in which the form asks for them."""
    sections = service["sections"]
    known = {field["name"]: field for section in sections if not section.get("repeated") for field in section["fields"]}
    known |= {s["name"]: {"type": ENTRIES, "label": s["title"]} for s in sections if s.get("repeated")}
    return [
        Document(talk.local(one["label"]), talk.local(one.get("help")), _only_if(talk, one.get("when"), known), one["required"])
        for one in service.get("attachments") or ()
    ]


def _only_if(talk: Speech, when: Condition | None, known: Mapping[str, Entry]) -> str:
    return talk.gettext("only if you %(condition)s") % {"condition": in_words(talk, when, known)} if when else ""


def in_words(talk: Speech, when: Condition, known: Mapping[str, Entry]) -> str:
    """A condition as what somebody does who meets it: `answer “Reason” with “Takeover”`."""
    return f" {talk.gettext(AND)} ".join(_parts(talk, when, known))


def _parts(talk: Speech, when: Condition, known: Mapping[str, Entry]) -> Iterator[str]:
    for name, test in when.items():
        if name == "all":
            yield from (in_words(talk, part, known) for part in test)
        elif name == "any":
            yield f" {talk.gettext(OR)} ".join(in_words(talk, part, known) for part in test)
        elif name == "not":
            yield from _negated(talk, test, known)
        elif isinstance(test, Mapping):
            yield from (_compared(talk, known[name], comparison, bound) for comparison, bound in test.items())
        else:
            yield _answered(talk, ANSWERED, known[name], test)


def _negated(talk: Speech, when: Condition, known: Mapping[str, Entry]) -> Iterator[str]:
    is_plain = len(when) == 1 and not {*when} & {*conditions.JOINED}
    for name, test in when.items() if is_plain else ():
        if not isinstance(test, Mapping):
            yield _answered(talk, NOT_ANSWERED, known[name], test)
            return
    yield talk.gettext(OTHERWISE) % {"condition": in_words(talk, when, known)}


def _answered(talk: Speech, words: str, field: Entry, test: Any) -> str:
    wanted = test if isinstance(test, list) else [test]
    answers = f" {talk.gettext(OR)} ".join(talk.gettext("“%(answer)s”") % {"answer": _spoken(talk, field, one)} for one in wanted)
    return talk.gettext(words) % {"question": talk.local(field["label"]), "answers": answers}


def _spoken(talk: Speech, field: Entry, value: Any) -> str:
    if isinstance(value, bool):
        return talk.gettext(YES if value else NO)
    if field["type"] == "amount":
        return talk.money({"cents": value, "currency": "EUR"})
    labels = {choice["value"]: choice["label"] for choice in field.get("choices") or ()} or countries.listed(field["type"])
    return talk.local(labels.get(value)) or str(value)


def _compared(talk: Speech, field: Entry, comparison: str, bound: Any) -> str:
    question = {"question": talk.local(field["label"])}
    if comparison == "answered":
        words = SOMETHING if bound else NOTHING
        return talk.gettext(words) % question
    if field["type"] != "date":
        words = AT_LEAST if comparison == "at_least" else AT_MOST
        return talk.gettext(words) % {**question, "bound": _spoken(talk, field, bound)}
    day = conditions.day_of(bound, {}, today())
    if day is None:
        return talk.gettext(SOME_DAY) % question
    words = NOT_BEFORE if comparison == "at_least" else NOT_AFTER
    return talk.gettext(words) % {**question, "bound": talk.day(day)}
