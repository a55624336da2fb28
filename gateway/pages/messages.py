"""`python -m gateway.pages.messages`: takes new messages into the catalogues of words and says which still need translation."""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.pages.language import LOCALE
from services.contracts.values import LANGUAGES

ROOT = Path(__file__).parent.parent
METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
"""Not silent: the words of a template that cannot be parsed would vanish from the catalogues, so it is an error."""
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
SOURCE = "en"
"""The language of the code: what it says needs no translation."""

Message = str | tuple[str, ...]


def extracted(root: Path = ROOT) -> set[Message]:
    """Every message; singular and plural together. Raises jinja2.TemplateSyntaxError for a template that cannot be parsed."""
    return {message for _, _, message, _, _ in extract_from_dir(root, METHODS, OPTIONS, KEYWORDS) if message}


def path_of(language: str) -> Path:
    """Where the words of a language are."""
    return LOCALE / language / "LC_MESSAGES" / "amtsgang.po"


def read(language: str) -> Catalog:
    """The words of a language as they are."""
    with path_of(language).open("rb") as source:
        return read_po(source, locale=language, domain="amtsgang")


def updated(language: str) -> Catalog:
    """The words of a language for the messages of today; a new one is empty, and what nobody says any more is gone."""
    known = {key_of(message.id): message.string for message in read(language) if message.id}
    fresh = Catalog(locale=language, domain="amtsgang", header_comment=read(language).header_comment, fuzzy=False)
    for message in extracted():
        empty: Message = ("", "") if isinstance(message, tuple) else ""
        fresh.add(message, message if language == SOURCE else known.get(key_of(message), empty))
    return fresh


def key_of(message: str | list[str] | tuple[str, ...]) -> str:
    """What a message is looked up by: its singular."""
    return message if isinstance(message, str) else message[0]


def written(catalog: Catalog) -> str:
    """The file, in the order of the alphabet and without the dates and names that change with every run."""
    out = BytesIO()
    write_po(out, catalog, width=120, sort_output=True)
    lines = out.getvalue().decode().rstrip("\n").split("\n")
    kept = ('"Language: ', '"Plural-Forms: ', '"MIME-Version: ', '"Content-')
    end = lines.index("")
    head = [line for line in lines[:end] if not line.startswith('"') or line.startswith(kept)]
    return "\n".join([*head, *lines[end:]]) + "\n"


def main() -> int:
    """1 while something is to be translated."""
    missing = 0
    for language in LANGUAGES:
        catalog = updated(language)
        path_of(language).write_text(written(catalog), encoding="utf-8")
        for message in catalog:
            if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string]):
                print(f"{path_of(language)}: {key_of(message.id)}")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
