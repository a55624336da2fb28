"""Rules of FIM are sentences for people; a few forms of a sentence are understood, and every other one is told.

`Wenn F… "…" = 001 "…", dann muss F… "…" befüllt werden.` and `… darf … nicht befüllt werden`, `WENN …, DANN aktiviere F… UND
mache es zu einer Pflichtangabe`, `F… muss befüllt werden.`, `Es muss entweder G… oder G… befüllt werden.`
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

LONGEST_RULE = 5000
"""Characters; what is longer is no rule in one of these forms, and is not looked at."""
ID = r"[GF][0-9]{5,}(?:\.[GF][0-9]{5,})*"
QUOTED = re.compile("\"[^\"]*\"|„[^“”\"]*[“”\"]|“[^”]*”|'[^']*'|‚[^‘’']*[‘’']|»[^«]*«")
MARK = "\x00"
"""Stands around the number of a quotation while a sentence is looked at; XML cannot hold it."""
QUOTATION = f"{MARK}(?P<quote>[0-9]+){MARK}"
KIND = r"(?:(?:das|die|der|dem|den)\s+)?(?:(?:Daten)?feld(?:er|gruppen?)?|(?:Daten)?gruppen?)?\s*"
REF = rf"{KIND}(?P<id>{ID})(?:\s*{MARK}[0-9]+{MARK})?"
REFS = r"(?P<refs>(?:(?!\bnicht\b|\bnur\b).)+?)"
FILLED = r"(?:(?:be|aus|ge)?füllt|angegeben)"
DONE = rf"{FILLED}\s+(?:werden|sein)"
SENTENCE = re.compile(r"(?<=[.!;])\s+(?=[A-ZÄÖÜ])|\s+(?=(?:WENN|Wenn)\b)")
CONDITION = re.compile(r"(?:wenn|falls)\s+(?P<condition>.+?),?\s*\bdann\s+(?P<clauses>.+)", re.IGNORECASE | re.DOTALL)
REVERSED = re.compile(r"(?P<clauses>.+?),?\s+(?:wenn|falls)\s+(?P<condition>.+)", re.IGNORECASE | re.DOTALL)
CLAUSE = re.compile(r"\s+und\s+(?=(?:aktiviere|deaktiviere|mache|muss|müssen|darf|dürfen)\b)", re.IGNORECASE)
EITHER = re.compile(rf"(?:es\s+)?muss\s+entweder\s+(?P<refs>.+?)\s+{DONE}", re.IGNORECASE)
IT = re.compile(r"mache\s+(?:es|sie|dies|dieses)\s+zu\s+einer\s+Pflichtangabe", re.IGNORECASE)
CLAUSES = tuple(
    (actions, re.compile(form, re.IGNORECASE))
    for actions, form in (
        (("hide",), rf"deaktiviere\s+{REFS}"),
        (("show",), rf"aktiviere\s+{REFS}"),
        (("require",), rf"(?:muss|müssen)\s+{REFS}\s+{DONE}"),
        (("require",), rf"{REFS}\s+(?:muss|müssen)\s+{DONE}"),
        (("require",), rf"(?:ist|sind)\s+{REFS}\s+(?:zu\s+befüllen|auszufüllen|anzugeben|verpflichtend)"),
        (("show", "require"), rf"{REFS}\s+(?:muss|müssen)\s+(?:genau|nur)\s+dann\s+{DONE}"),
        (("hide",), rf"(?:darf|dürfen)\s+{REFS}\s+nicht\s+{DONE}"),
        (("hide",), rf"{REFS}\s+(?:darf|dürfen)\s+nicht\s+{DONE}"),
        (("show",), rf"{REFS}\s+(?:darf|dürfen)\s+nur\s+(?:dann\s+)?{DONE}"),
    )
)
COMPARISON = re.compile(
    rf"""{REF}\s*(?:(?:ist|sind|hat|wurde)\s+)?(?:
        (?P<empty>(?:nicht\s+)?(?:leer|{FILLED}))
        | (?P<operator><>|!=|<=|>=|=|<|>|ungleich|gleich|(?:mit\s+)?de[nm]\s+Wert)?\s*(?P<values>.+?)
    )(?:\s+(?:ist|sind|hat|(?:aus)?gewählt\s+(?:ist|wird|wurde)))?""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
VALUE = re.compile(rf"(?:(?P<code>[\w.-]+)?\s*{QUOTATION}|(?P<bare>[\w.-]+))", re.DOTALL)
JOINED = re.compile(r"\s+(?P<joint>und|oder)\s+", re.IGNORECASE)
NEXT_TEST = re.compile(rf"{KIND}{ID}", re.IGNORECASE)
LISTED = re.compile(r"\s*,\s*|\s+(?:und|sowie)\s+", re.IGNORECASE)
OR = re.compile(r"\s+oder\s+", re.IGNORECASE)
EQUAL = {"": "=", "gleich": "=", "=": "=", "ungleich": "<>", "!=": "<>", "<>": "<>"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a rule looks at: the field by its id, how, and the values as code and name (either may be empty)."""

    id: str
    operator: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What one sentence demands of one element: `show`, `hide` or `require` it where all (or any) of the tests hold."""

    action: str
    target: str
    tests: tuple[Comparison, ...] = ()
    is_any: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """One sentence that lets exactly one of several elements be filled in."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a rule and what it demands; nothing where it is not understood."""

    text: str
    effects: tuple[Effect | Either, ...] = ()


def sentences(text: str) -> list[Sentence]:
    """What a rule says, sentence by sentence."""
    if len(text) > LONGEST_RULE:
        return [Sentence(shorten(text, LONGEST_RULE, placeholder=" …") or "…")]
    quotes: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quotes.append(match[0][1:-1])
        return f"{MARK}{len(quotes) - 1}{MARK}"

    masked = QUOTED.sub(hide, text)
    found = []
    for part in SENTENCE.split(masked):
        plain = re.sub(QUOTATION, lambda match: f"“{quotes[int(match['quote'])]}”", part).strip()
        if plain:
            found.append(Sentence(plain, tuple(_understood(part.strip().rstrip(".!; "), quotes))))
    return found


def _understood(sentence: str, quotes: list[str]) -> Iterator[Effect | Either]:
    if either := EITHER.fullmatch(sentence):
        targets = _targets(OR.split(either["refs"]))
        if len(targets) > 1:
            yield Either(targets)
        return
    match = CONDITION.fullmatch(sentence) or REVERSED.fullmatch(sentence)
    tests, is_any = _tests(match["condition"], quotes) if match else ((), False)
    if match and not tests:
        return
    yield from _effects(match["clauses"] if match else sentence, tests, is_any=is_any)


def _effects(clauses: str, tests: tuple[Comparison, ...], *, is_any: bool) -> list[Effect]:
    """The effects of all clauses; none where one of them is not understood."""
    found: list[Effect] = []
    targets: tuple[str, ...] = ()
    for clause in CLAUSE.split(clauses):
        actions, match = next(((actions, m) for actions, form in CLAUSES if (m := form.fullmatch(clause.strip()))), ((), None))
        if match is not None:
            targets = _targets(LISTED.split(match["refs"]))
        elif IT.fullmatch(clause.strip()):
            actions = ("require",)
        if not actions or not targets or (actions[0] == "show" and not tests):
            return []
        found += [Effect(action, target, tests, is_any) for target in targets for action in actions]
    return found


def _targets(parts: list[str]) -> tuple[str, ...]:
    """The ids in a list of elements; none where anything else is in it."""
    found = [re.fullmatch(REF, part.strip(), re.IGNORECASE) for part in parts]
    return tuple(match["id"] for match in found if match) if all(found) else ()


def _tests(condition: str, quotes: list[str]) -> tuple[tuple[Comparison, ...], bool]:
    """The tests of a condition and whether any of them is enough; none where they are not understood, or mixed."""
    parts, joints = [], set()
    rest = condition.strip()
    start = 0
    for joint in JOINED.finditer(condition):
        if NEXT_TEST.match(condition, joint.end()):
            parts.append(condition[start : joint.start()])
            joints.add(joint["joint"].lower())
            start = joint.end()
    rest = condition[start:]
    tests = [_test(part.strip().rstrip(", "), quotes) for part in [*parts, rest]]
    if len(joints) > 1 or not all(tests):
        return (), False
    return tuple(test for test in tests if test), joints == {"oder"}


def _test(text: str, quotes: list[str]) -> Comparison | None:
    match = COMPARISON.fullmatch(text)
    if match is None:
        return None
    if empty := (match["empty"] or "").lower().split():
        return Comparison(match["id"], "filled" if (empty[0] == "nicht") == (empty[-1] == "leer") else "empty")
    operator = " ".join((match["operator"] or "").lower().split())
    operator = "=" if operator.endswith("wert") else operator
    values = [_value(part.strip(), quotes) for part in re.split(r"\s+oder\s+|\s*,\s*", match["values"], flags=re.IGNORECASE)]
    if not all(values) or (not operator and not _is_truth(values)):
        return None
    return Comparison(match["id"], EQUAL.get(operator, operator), tuple(value for value in values if value))


def _value(text: str, quotes: list[str]) -> tuple[str, str] | None:
    match = VALUE.fullmatch(text)
    if match is None:
        return None
    return match["bare"] or match["code"] or "", quotes[int(match["quote"])] if match["quote"] else ""


def _is_truth(values: list[tuple[str, str] | None]) -> bool:
    return all(value and value[0].lower() in {"wahr", "falsch"} for value in values)
