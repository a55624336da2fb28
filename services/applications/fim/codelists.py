"""Code lists: written into a field, or as Genericode (OASIS) in the schema or in a file beside it."""

from collections.abc import Mapping

from services.applications.fim.document import Element, child, children, inner, local, root, text
from services.applications.fim.elements import Value

CODES = ("code", "schluessel", "key", "id")
NAMES = ("name", "bezeichnung", "wert", "beschreibung", "value", "codename")


def inline(element: Element) -> list[Value]:
    """The value in a `wert` of XDatenfelder 3; nothing where it has no code."""
    code = inner(element, "code")
    return [Value(code, inner(element, "name") or code, inner(element, "hilfe"))] if code else []


def names(element: Element) -> list[str]:
    """What the code list of a field may be called, the exact version first."""
    for kind in ("codelisteReferenz", "codeliste"):
        holder = child(element, kind)
        if holder is not None:
            code = child(holder, "genericodeIdentification")
            place = holder if code is None else code
            found = [inner(place, "canonicalVersionUri"), inner(place, "canonicalIdentification")]
            if all(found) is False and found[1] and inner(place, "version"):
                found.insert(0, f"{found[1]}_{inner(place, 'version')}")
            found += [inner(holder, "kennung"), inner(holder, "identifikation", "id"), inner(holder, "id")]
            return [name for name in found if name]
    return []


def embedded(element: Element) -> dict[str, tuple[Value, ...]]:
    """Every Genericode list anywhere in a document, by the names it has."""
    found: dict[str, tuple[Value, ...]] = {}
    for one in element.iter("{*}CodeList"):
        values = genericode(one, {})
        identity = child(one, "Identification")
        for name in ("CanonicalUri", "CanonicalVersionUri", "ShortName"):
            if values and identity is not None and (called := inner(identity, name)):
                found[called] = values
    return found


def read(data: bytes, file: str) -> dict[str, tuple[Value, ...]]:
    """The Genericode lists of a file by their names. Raises BrokenSchema."""
    return embedded(root(data, file))


def genericode(element: Element, keys: Mapping[str, str]) -> tuple[Value, ...]:
    """The rows of a Genericode list; `keys` name the columns for `code`, `name` and `help` where the schema does."""
    columns, key = _columns(element)
    listed = child(element, "SimpleCodeList")
    rows = [] if listed is None else [_row(row, columns) for row in children(listed, "Row")]
    used = columns or list(dict.fromkeys(name for row in rows for name in row))
    if not used:
        return ()
    code = _first(used, keys.get("code", ""), key, *CODES) or used[0]
    name = _first([one for one in used if one != code], keys.get("name", ""), *NAMES) or next(
        (c for c in used if c != code), code
    )
    return tuple(Value(row[code], row.get(name) or row[code], row.get(keys.get("help", ""), "")) for row in rows if row.get(code))


def _columns(element: Element) -> tuple[list[str], str]:
    """The columns of a list, and the one that is its key."""
    holder = child(element, "ColumnSet")
    if holder is None:
        return [], ""
    columns = [str(one.get("Id")) for one in children(holder, "Column") if one.get("Id")]
    keys = [ref.get("Ref", "") for one in children(holder, "Key") for ref in one if local(ref) == "ColumnRef"]
    return columns, keys[0] if keys else ""


def _row(element: Element, columns: list[str]) -> dict[str, str]:
    """A row by column; a value without a column's name is of the column after the last one (Genericode 1.0, 3.1)."""
    found: dict[str, str] = {}
    place = -1
    for value in children(element, "Value"):
        named = value.get("ColumnRef")
        place = columns.index(named) if named in columns else place + 1
        column = named or (columns[place] if place < len(columns) else str(place))
        found[column] = text(value)
    return found


def _first(columns: list[str], *wanted: str) -> str:
    lower = {column.lower(): column for column in reversed(columns)}
    return next((lower[name.lower()] for name in wanted if name and name.lower() in lower), "")
