"""Writes schemas of XDatenfelder 2 and 3 for tests, as the editors of FIM export them, and what becomes of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from services.applications import catalogue, forms
from services.applications.catalogue import Service
from services.applications.fim import Imported, convert
from services.contracts import conditions
from tests.answers import answer, fill

NAMESPACES = {"2": "urn:xoev-de:fim:standard:xdatenfelder_2", "3": "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"}
GENERICODE = "http://docs.oasis-open.org/codelist/ns/genericode/1.0/"


@dataclass
class Field:
    """A field; `limits` as XDatenfelder 3 names them, `values` as code and name, `urn` for a list that is only referred to."""

    id: str
    name: str = "Feld"
    kind: str = "input"
    type: str = "text"
    count: str = "1:1"
    help: str = ""
    limits: dict[str, str] = field(default_factory=dict)
    values: Sequence[tuple[str, str]] = ()
    urn: str = ""
    content: str = ""
    extra: str = ""


@dataclass
class Group:
    """A group; `art` X is an Auswahlgruppe, `rules` are sentences."""

    id: str
    children: Sequence["Field | Group"]
    name: str = "Gruppe"
    count: str = "1:1"
    help: str = ""
    art: str = ""
    rules: Sequence[str] = ()


def schema(children: Iterable[Field | Group], *, standard: str = "3", rules: Iterable[str] = (), extra: str = "") -> bytes:
    """A whole document."""
    numbers = count(1)
    inner = "".join(_rule(rule, standard, next(numbers)) for rule in rules)
    inner += "".join(_structure(one, standard, numbers) for one in children)
    label = "bezeichnung" if standard == "3" else "bezeichnungEingabe"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{NAMESPACES[standard]}">
<x:header><x:nachrichtID>1</x:nachrichtID><x:erstellungszeitpunkt>2026-09-01T00:00:00Z</x:erstellungszeitpunkt></x:header>
<x:stammdatenschema>
{_identity("S1" + "0" * _digits(standard), "1.0")}
<x:name>Muster</x:name>
<x:{label}>Musterantrag</x:{label}>
{extra}{inner}</x:stammdatenschema>
</x:xdatenfelder.stammdatenschema.0102>
""".encode()


def taken(imported: Imported) -> Service:
    """The service as the catalogue reads it from its file."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{imported.service}.yaml").write_text(imported.text, encoding="utf-8")
        return catalogue.read(Path(folder))[imported.service]


def form(*children: Field | Group, standard: str = "3", rules: tuple[str, ...] = ()) -> tuple[Service, Imported]:
    """A form of elements, which can be filled in."""
    imported = convert(schema(children, standard=standard, rules=rules), "it.xml")
    service = taken(imported)
    assert forms.errors(service, fill(service.sections)) == {}
    return service, imported


def every_answer(service: Service) -> dict[str, Any]:
    """Answers to every question that can be asked, also to those that need not be answered; at least one entry of everything."""
    given: dict[str, Any] = {}
    known = -1
    while known < len(str(given)):
        known = len(str(given))
        for step in conditions.steps(service.sections, given, forms.today()):
            if step.section["repeated"] and step.section["name"] not in given:
                given[step.section["name"]] = [{} for _ in step.entries] or [{}]
                continue
            for asked in step.entries:
                home = given if asked.number is None else given[step.section["name"]][asked.number]
                home |= {field["name"]: answer(field, asked) for field in asked.fields if field["name"] not in home}
    return given


def notes(imported: Imported, chapter: str) -> list[str]:
    """What is noted under a heading."""
    return next(told for title, told in imported.notes.chapters() if title.startswith(chapter))


def genericode(urn: str, values: Iterable[tuple[str, str]]) -> str:
    """A code list in Genericode 1.0."""
    rows = "".join(
        f'<gc:Row><gc:Value ColumnRef="code"><gc:SimpleValue>{escape(code)}</gc:SimpleValue></gc:Value>'
        f'<gc:Value ColumnRef="name"><gc:SimpleValue>{escape(name)}</gc:SimpleValue></gc:Value></gc:Row>'
        for code, name in values
    )
    return f"""<gc:CodeList xmlns:gc="{GENERICODE}"><Identification><ShortName>Liste</ShortName><Version>1</Version>
<CanonicalUri>{urn}</CanonicalUri><CanonicalVersionUri>{urn}_1</CanonicalVersionUri></Identification>
<ColumnSet><Column Id="name" Use="optional"><ShortName>Name</ShortName></Column>
<Column Id="code" Use="required"><ShortName>Code</ShortName></Column>
<Key Id="codeKey"><ShortName>CodeKey</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>
<SimpleCodeList>{rows}</SimpleCodeList></gc:CodeList>"""


def _digits(standard: str) -> int:
    return 10 if standard == "3" else 7


def _identity(id_: str, version: str) -> str:
    return f"<x:identifikation><x:id>{id_}</x:id><x:version>{version}</x:version></x:identifikation>"


def _rule(text: str, standard: str, number: int) -> str:
    words = "freitextRegel" if standard == "3" else "definition"
    return f"""<x:regel>{_identity(f"R{number:0{_digits(standard) + 1}}", "1.0")}<x:name>Regel {number}</x:name>
<x:{words}>{escape(text)}</x:{words}></x:regel>
"""


def _structure(one: Field | Group, standard: str, numbers: "count[int]") -> str:
    inner = _field(one, standard) if isinstance(one, Field) else _group(one, standard, numbers)
    return f"<x:struktur>\n<x:anzahl>{one.count}</x:anzahl>\n<x:bezug/>\n<x:enthaelt>\n{inner}</x:enthaelt>\n</x:struktur>\n"


def _named(one: Field | Group) -> str:
    name = escape(one.name)
    return f"""{_identity(one.id, "1.0")}
<x:name>{name}</x:name>
<x:bezeichnungEingabe>{name}</x:bezeichnungEingabe>
<x:hilfetextEingabe>{escape(one.help)}</x:hilfetextEingabe>
"""


def _group(one: Group, standard: str, numbers: "count[int]") -> str:
    art = f"<x:art><code>{one.art}</code></x:art>\n" if one.art else ""
    rules = "".join(_rule(rule, standard, next(numbers)) for rule in one.rules)
    inner = "".join(_structure(child, standard, numbers) for child in one.children)
    return f"<x:datenfeldgruppe>\n{_named(one)}{art}{rules}{inner}</x:datenfeldgruppe>\n"


def _field(one: Field, standard: str) -> str:
    return f"""<x:datenfeld>
{_named(one)}<x:feldart><code>{one.kind}</code></x:feldart>
<x:datentyp><code>{one.type}</code></x:datentyp>
{_limits(one, standard)}<x:inhalt>{escape(one.content)}</x:inhalt>
{_list(one, standard)}{one.extra}</x:datenfeld>
"""


def _limits(one: Field, standard: str) -> str:
    if standard == "3":
        return f"<x:praezisierung{''.join(f' {name}={quoteattr(said)}' for name, said in one.limits.items())}/>\n"
    said = ",".join(f'"{name}":"{value}"' for name, value in one.limits.items())
    return f"<x:praezisierung>{escape('{' + said + '}') if said else ''}</x:praezisierung>\n"


def _list(one: Field, standard: str) -> str:
    if one.values and standard == "3":
        values = "".join(f"<x:wert><x:code>{escape(c)}</x:code><x:name>{escape(n)}</x:name></x:wert>" for c, n in one.values)
        return f"<x:werte>{values}</x:werte>\n"
    inner = genericode("urn:muster:liste", one.values) if one.values else ""
    urn = one.urn or ("urn:muster:liste" if inner else "")
    if not urn:
        return ""
    names = f"<x:canonicalIdentification>{urn}</x:canonicalIdentification><x:version>1</x:version>"
    names += f"<x:canonicalVersionUri>{urn}_1</x:canonicalVersionUri>"
    if standard == "2":
        names = f"{_identity('C10000001', '1.0')}<x:genericodeIdentification>{names}</x:genericodeIdentification>"
    return f"<x:codelisteReferenz>{names}{inner}</x:codelisteReferenz>\n"
