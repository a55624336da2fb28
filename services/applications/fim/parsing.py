"""A document of XDatenfelder 1, 2 or 3 as a schema, or every mistake in it with its line."""

import json
import re
from collections.abc import Mapping
from typing import Any

from services.applications.fim import codelists
from services.applications.fim.document import BrokenSchema, Element, child, children, inner, local, root, says_something, text
from services.applications.fim.elements import Count, Field, Group, Limits, Named, Rule, Schema, Value

NAMESPACE = re.compile(r"urn:xoev-de:fim:standard:xdatenfelder_(?P<standard>[123](?:\.[0-9]+)*)")
COUNT = re.compile(r"(?P<least>[0-9]{1,6}):(?P<most>[0-9]{1,6}|\*)")
KINDS = ("input", "select", "label", "hidden", "locked")
TYPES = ("text", "text_latin", "date", "time", "datetime", "bool", "num", "num_int", "num_currency", "file", "obj")
STATUS = {"status": ("inVorbereitung", "aktiv", "inaktiv"), "freigabestatus": tuple("12345678")}
"""XDatenfelder 2; XDatenfelder 3, the code list urn:xoev-de:xprozess:codeliste:status."""
NOT_RELEASED = {"inVorbereitung", "inaktiv", "1", "2", "3", "4", "7", "8"}
CHOICE_GROUP = "X"

SEVERAL = frozenset(
    {"bezug", "stichwort", "relation", "regel", "struktur", "mediaType", "param", "ziel", "fehler", "dokumentsteckbrief"}
)
"""What may stand in an element more than once."""
EDITORIAL = frozenset(
    [
        "id",
        "identifikation",
        "name",
        "bezeichnung",
        "bezeichnungEingabe",
        "bezeichnungAusgabe",
        "beschreibung",
        "definition",
        "bezug",
        "status",
        "freigabestatus",
        "statusGesetztAm",
        "statusGesetztDurch",
        "gueltigAb",
        "gueltigBis",
        "fachlicherErsteller",
        "versionshinweis",
        "freigabedatum",
        "veroeffentlichungsdatum",
        "letzteAenderung",
        "letzeAenderung",
        "schemaelementart",
        "hilfetext",
        "hilfetextEingabe",
        "hilfetextAusgabe",
        "stichwort",
        "relation",
        "ableitungsmodifikationenStruktur",
        "ableitungsmodifikationenRepraesentation",
        "dokumentsteckbrief",
        "version",
        "fimId",
    ]
)
READ = {
    "schema": EDITORIAL | {"regel", "struktur", "art"},
    "datenfeld": EDITORIAL
    | {"feldart", "datentyp", "praezisierung", "inhalt", "codelisteReferenz", "codeliste", "werte", "vorbefuellung", "regel"}
    | {"codeKey", "nameKey", "helpKey", "maxSize", "mediaType"},
    "regel": EDITORIAL | {"freitextRegel", "script", "skript", "typ", "param", "ziel", "fehler"},
}
CLOSED = {
    "identifikation": frozenset({"id", "version"}),
    "struktur": frozenset({"anzahl", "bezug", "enthaelt"}),
    "enthaelt": frozenset({"datenfeld", "datenfeldgruppe"}),
}
"""What these hold is said once for all by the standard; anything else is a mistake."""


def parse(data: bytes, file: str, lists: Mapping[str, tuple[Value, ...]] | None = None) -> Schema:
    """The schema in a document; `lists` are code lists from elsewhere by their URN. Raises BrokenSchema."""
    whole = root(data, file)
    namespace = whole.nsmap.get(whole.prefix)
    match = NAMESPACE.fullmatch(namespace or "")
    if match is None or not local(whole).startswith("xdatenfelder."):
        told = f"This is no XDatenfelder 2 or 3: <{local(whole)}> of the namespace {namespace or 'none'}."
        raise BrokenSchema(file, [(whole.sourceline, told)])
    parser = _Parser(match["standard"], {**(lists or {}), **codelists.embedded(whole)})
    schema = parser.schema(whole)
    if schema is None or parser.mistakes:
        raise BrokenSchema(file, parser.mistakes)
    return schema


class _Parser:
    def __init__(self, standard: str, lists: Mapping[str, tuple[Value, ...]]) -> None:
        self.standard = standard
        self.lists = lists
        self.mistakes: list[tuple[int, str]] = []
        self.unknown: list[tuple[int, str]] = []

    def schema(self, whole: Element) -> Schema | None:
        found = [one for one in whole if local(one) in {"stammdatenschema", "datenfeldgruppe", "datenfeld"}]
        if len(found) != 1:
            line = found[1].sourceline if found else whole.sourceline
            self.wrong(line, f"<{local(whole)}> holds {'several schemas' if found else 'no schema, group or field'}.")
            return None
        element = found[0]
        read = self.field(element, Count()) if local(element) == "datenfeld" else self.group(element, Count())
        return Schema(
            **_named(read),
            children=read.children if isinstance(read, Group) else (read,),
            is_choice=isinstance(read, Group) and read.is_choice,
            standard=self.standard,
            description=inner(element, "beschreibung") or inner(element, "definition"),
            keywords=tuple(word for word in map(text, children(element, "stichwort")) if word),
            status=self.status(element),
            unknown=tuple(self.unknown),
        )

    def wrong(self, line: int, sentence: str) -> None:
        self.mistakes.append((line, sentence))

    def look(self, element: Element, known: frozenset[str]) -> None:
        """Note what stands there twice, and what nobody here reads."""
        seen = set()
        closed = local(element) in CLOSED
        for one in element:
            name = local(one)
            if name not in known:
                told = f"<{name}> in <{local(element)}>"
                (self.mistakes if closed else self.unknown).append(
                    (one.sourceline, f"{told} is not of the standard." if closed else told)
                )
            elif (says_something(one) and not closed and name not in SEVERAL) or (
                closed and name in {"id", "version", "anzahl", "enthaelt"}
            ):
                if name in seen:
                    self.wrong(one.sourceline, f"<{name}> stands in <{local(element)}> twice.")
                seen.add(name)

    def named(self, element: Element, count: Count) -> Named:
        kind = local(element)
        self.look(element, READ.get(kind, READ["schema"]))
        self.status(element)
        name = inner(element, "name")
        label = inner(element, "bezeichnungEingabe") or inner(element, "bezeichnung")
        if not (name or label):
            self.wrong(element.sourceline, f"<{kind}> has no <name>.")
        id_, version = self.identity(element)
        return Named(
            id=id_,
            version=version,
            name=name or label,
            label=label or name,
            output=inner(element, "bezeichnungAusgabe"),
            help=inner(element, "hilfetextEingabe") or inner(element, "hilfetext"),
            basis=tuple(part for one in children(element, "bezug") for part in _lines(one)),
            rules=tuple(self.rule(one) for one in children(element, "regel")),
            line=element.sourceline,
            count=count,
        )

    def identity(self, element: Element) -> tuple[str, str]:
        holder = child(element, "identifikation")
        if holder is None and self.standard.startswith("1"):
            holder = element
        if holder is None:
            self.wrong(element.sourceline, f"<{local(element)}> has no <identifikation>.")
            return "", ""
        if holder is not element:
            self.look(holder, CLOSED["identifikation"])
        found = inner(holder, "id")
        if not found:
            place = child(holder, "id")
            line = holder.sourceline if place is None else place.sourceline
            self.wrong(line, f"<{local(holder)}> has no <id>." if place is None else "<id> is empty.")
        return found, inner(holder, "version")

    def status(self, element: Element) -> str:
        for name, allowed in STATUS.items():
            place = child(element, name)
            if place is not None and (found := _code(place)):
                if found not in allowed:
                    self.wrong(place.sourceline, f"“{found}” is no value of <{name}>.")
                return found
        return ""

    def rule(self, element: Element) -> Rule:
        self.look(element, READ["regel"])
        return Rule(
            id=self.identity(element)[0],
            name=inner(element, "name") or inner(element, "bezeichnungEingabe"),
            text=inner(element, "freitextRegel") or inner(element, "definition") or inner(element, "beschreibung"),
            script=inner(element, "skript") or inner(element, "script"),
            line=element.sourceline,
        )

    def group(self, element: Element, count: Count) -> Group:
        named = self.named(element, count)
        holds = tuple(one for place in children(element, "struktur") for one in self.structure(place))
        return Group(**_named(named), children=holds, is_choice=_code(child(element, "art")) == CHOICE_GROUP)

    def structure(self, element: Element) -> list[Field | Group]:
        self.look(element, CLOSED["struktur"])
        count = self.count(element)
        holder = child(element, "enthaelt")
        if holder is None or len(holder) == 0:
            self.wrong(element.sourceline, "<struktur> has no <enthaelt> with a field or a group.")
            return []
        self.look(holder, CLOSED["enthaelt"])
        return [self.group(one, count) for one in children(holder, "datenfeldgruppe")] + [
            self.field(one, count) for one in children(holder, "datenfeld")
        ]

    def count(self, element: Element) -> Count:
        place = child(element, "anzahl")
        written = text(place)
        match = COUNT.fullmatch(written)
        if match:
            count = Count(int(match["least"]), None if match["most"] == "*" else int(match["most"]))
            if count.most is None or count.most >= count.least:
                return count
        line = element.sourceline if place is None else place.sourceline
        told = "<struktur> has no <anzahl>." if not written else f"“{written}” is no <anzahl> such as 0:1, 1:1 or 0:*."
        self.wrong(line, told)
        return Count()

    def field(self, element: Element, count: Count) -> Field:
        named = self.named(element, count)
        values, list_name = self.values(element)
        return Field(
            **_named(named),
            kind=self.one_of(element, "feldart", KINDS),
            type=self.one_of(element, "datentyp", TYPES),
            limits=_limits(child(element, "praezisierung")),
            content=inner(element, "inhalt"),
            values=values,
            list_name=list_name,
            prefill=_code(child(element, "vorbefuellung")),
            media_types=tuple(filter(None, map(text, children(element, "mediaType")))),
            most_bytes=inner(element, "maxSize"),
            columns=", ".join(filter(None, (inner(element, f"{key}Key") for key in ("code", "name", "help")))),
        )

    def one_of(self, element: Element, name: str, allowed: tuple[str, ...]) -> str:
        place = child(element, name)
        found = _code(place)
        if found in allowed:
            return found
        line = element.sourceline if place is None else place.sourceline
        self.wrong(line, f"“{found}” is no value of <{name}>." if found else f"<{local(element)}> has no <{name}>.")
        return allowed[0]

    def values(self, element: Element) -> tuple[tuple[Value, ...] | None, str]:
        """The values of a field, from within it or from a code list that is known, and what the code list is called."""
        inline = [one for place in element.iter("{*}wert") for one in codelists.inline(place)]
        names = codelists.names(element)
        keys = {key: inner(element, f"{key}Key") for key in ("code", "name", "help")}
        if inline:
            return tuple(inline), names[0] if names else ""
        listed = next(iter(element.iter("{*}SimpleCodeList")), None)
        if listed is not None:
            return codelists.genericode(listed.getparent(), keys), names[0] if names else ""
        return next((self.lists[name] for name in names if name in self.lists), None), names[0] if names else ""


def _named(named: Named) -> dict[str, Any]:
    return {name: getattr(named, name) for name in Named.__slots__}


def _code(element: Element | None) -> str:
    return "" if element is None else inner(element, "code") or text(element)


def _lines(element: Element) -> list[str]:
    lines = (" ".join(line.split()).strip("; ") for line in "".join(element.itertext()).splitlines())
    return [line for line in lines if line not in {"", "-", "–"}]


def _limits(element: Element | None) -> Limits:
    """From attributes in XDatenfelder 3, from JSON in a text in XDatenfelder 2; anything else is a note."""
    if element is None:
        return Limits()
    written = text(element)
    found: Mapping[str, object] = dict(element.attrib)
    if not found and written.startswith("{"):
        try:
            found = json.loads(re.sub(r'\\(?!["\\/])', r"\\\\", written))
        except ValueError:
            return Limits(note=written)
        written = ""
    said = {name: " ".join(str(value).split()) for name, value in found.items() if not isinstance(value, (dict, list))}
    return Limits(
        least_length=said.pop("minLength", ""),
        most_length=said.pop("maxLength", ""),
        least=said.pop("minValue", ""),
        most=said.pop("maxValue", ""),
        pattern=said.pop("pattern", ""),
        note="; ".join(filter(None, [written, said.pop("note", ""), *(f"{name}: {value}" for name, value in said.items())])),
    )
