"""XML from outside as a tree: no document type, no entities, no network, no more than can be meant."""

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree

from services.contracts.values import visible

Element = Any
"""An element of lxml, which ships no types."""

LARGEST = 20_000_000
"""Bytes. The largest schemas of the federal repository are below 10 MB."""
DOCTYPE = re.compile(rb"<!DOCTYPE")


class BrokenSchema(Exception):
    """A file is no schema that can be read: every mistake as a line and a sentence, and the text with the file before each."""

    def __init__(self, file: str, mistakes: Iterable[tuple[int, str]]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(f"{file}:{line}: {sentence}" for line, sentence in self.mistakes))


def root(data: bytes, file: str) -> Element:
    """The root element of a document; comments and processing instructions are gone. Raises BrokenSchema."""
    if len(data) > LARGEST:
        raise BrokenSchema(file, [(1, f"The file is larger than {LARGEST // 1_000_000} MB.")])
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    doctype = DOCTYPE.search(data)
    refused = (
        data.count(b"\n", 0, doctype.start()) + 1 if doctype else 1,
        "A document type or entities have no place in a schema.",
    )
    try:
        found = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        told = f"This is not well-formed XML: {str(error.msg).partition(', line ')[0]}."
        raise BrokenSchema(file, [refused if doctype else (error.lineno or 1, told)]) from None
    if found.getroottree().docinfo.internalDTD is not None:
        raise BrokenSchema(file, [refused])
    return found


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def text(element: Element | None) -> str:
    """All text in an element that can be seen, on one line; a dash, which stands for none in FIM, is none."""
    found = "" if element is None else " ".join(visible(" ".join("".join(element.itertext()).split())).split())
    return "" if found in {"-", "–"} else found


def children(element: Element, name: str) -> list[Element]:
    """The children of an element with this name, in whatever namespace."""
    return [child for child in element if local(child) == name]


def child(element: Element, name: str) -> Element | None:
    """The child of an element with this name that says something, or else the first."""
    found = children(element, name)
    return next((one for one in found if says_something(one)), found[0] if found else None)


def says_something(element: Element) -> bool:
    """Whether an element has text, children or attributes."""
    return len(element) > 0 or bool(element.attrib) or bool((element.text or "").strip())


def inner(element: Element, *names: str) -> str:
    """The text of a child, or of a child's child; empty where there is none."""
    found: Element | None = element
    for name in names:
        found = None if found is None else child(found, name)
    return text(found)
