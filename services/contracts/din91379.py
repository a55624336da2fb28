"""The letters of DIN 91379: what a name in a German register may hold (Latin letters and the non-letters of names), and a text.

Converted from the character set of String.Latin+ 1.2 (KoSIT 2020; groups `bll` and `bnlreq` for names, besides them `bnl`,
`bnlopt`, `bnlnot` and `enl` for texts), as published with flxbe/Din91379-csharp under the MIT licence. Texts may also hold the
dashes 2010-2014. Single letters and signs are code points or ranges in hex; sequences are a base letter with its combining signs,
joined by `+`.
"""

import re
import unicodedata
from functools import cache

LETTERS = """
0041-005A 0061-007A 00C0-00D6 00D8-00F6 00F8-017E 0187-0188 018F 0197 01A0-01A1 01AF-01B0 01B7 01CD-01DC 01DE-01DF
01E2-01F0 01F4-01F5 01F8-01FF 0212-0213 0218-021B 021E-021F 0227-0233 0259 0268 0292 1E02-1E03 1E06-1E07 1E0A-1E11
1E1C-1E2B 1E2F-1E37 1E3A-1E3B 1E40-1E49 1E52-1E5B 1E5E-1E63 1E6A-1E6F 1E80-1E87 1E8C-1E97 1E9E 1EA0-1EF9
"""
SIGNS = """
0020 0027 002C-002E 0060 007E 00A8 00B4 00B7 02B9-02BA 02BE-02BF 02C8 02CC 2019 2021
"""
TEXT_SIGNS = """
0009 000A 0021-0026 0028-002B 002F-0040 005B-005F 007B-007D 00A0 00A1-00A7 00A9-00AC 00AE-00B3 00B5-00B6 00B8-00BF 00D7 00F7
0192 02B0 02B3 02C6 02DC 02E2 1D48 1D57 2010-2014 2018 201A 201C-201E 2020 2026 2030 2039-203A 2070 2074-2079 207F-2089 20AC
2122 221E 2264-2265
"""
SEQUENCES = """
0041+030B 0043+0300 0043+0304 0043+0306 0043+0308 0043+0315 0043+0323 0043+0326 0043+0328+0306 0044+0302 0046+0300
0046+0304 0047+0300 0048+0304 0048+0326 0048+0331 004A+0301 004A+030C 004B+0300 004B+0302 004B+0304 004B+0307
004B+0315 004B+031B 004B+0326 004B+035F+0048 004B+035F+0068 004C+0302 004C+0325 004C+0325+0304 004C+0326 004D+0300
004D+0302 004D+0306 004D+0310 004E+0302 004E+0304 004E+0306 004E+0326 0050+0300 0050+0304 0050+0315 0050+0323
0052+0306 0052+0325 0052+0325+0304 0053+0300 0053+0304 0053+031B+0304 0053+0331 0054+0300 0054+0304 0054+0308
0054+0315 0054+031B 0055+0307 005A+0300 005A+0304 005A+0306 005A+0308 005A+0327 0061+030B 0063+0300 0063+0304
0063+0306 0063+0308 0063+0315 0063+0323 0063+0326 0063+0328+0306 0064+0302 0066+0300 0066+0304 0067+0300 0068+0304
0068+0326 006A+0301 006B+0300 006B+0302 006B+0304 006B+0307 006B+0315 006B+031B 006B+0326 006B+035F+0068 006C+0302
006C+0325 006C+0325+0304 006C+0326 006D+0300 006D+0302 006D+0306 006D+0310 006E+0302 006E+0304 006E+0306 006E+0326
0070+0300 0070+0304 0070+0315 0070+0323 0072+0306 0072+0325 0072+0325+0304 0073+0300 0073+0304 0073+031B+0304
0073+0331 0074+0300 0074+0304 0074+0315 0074+031B 0075+0307 007A+0300 007A+0304 007A+0306 007A+0308 007A+0327
00C7+0306 00DB+0304 00E7+0306 00FB+0304 00FF+0301 010C+0315 010C+0323 010D+0315 010D+0323 012A+0301 012B+0301
017D+0326 017D+0327 017E+0326 017E+0327 1E32+0304 1E33+0304 1E62+0304 1E63+0304 1E6C+0304 1E6D+0304 1EA0+0308
1EA1+0308 1ECC+0308 1ECD+0308 1EE4+0304 1EE4+0308 1EE5+0304 1EE5+0308
"""


def _singles(text: str) -> list[str]:
    found = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += [chr(c) for c in range(int(first, 16), int(last or first, 16) + 1)]
    return found


@cache
def letters() -> tuple[str, ...]:
    """Every letter and every sequence, as text."""
    sequences = ["".join(chr(int(c, 16)) for c in part.split("+")) for part in SEQUENCES.split()]
    return (*_singles(LETTERS), *sequences)


@cache
def _pattern(*tables: str) -> re.Pattern[str]:
    signs = [sign for table in tables for sign in _singles(table)]
    units = {unicodedata.normalize("NFC", unit) for unit in (*letters(), *signs)}
    singles = "".join(re.escape(unit) for unit in sorted(units) if len(unit) == 1)
    sequences = sorted((unit for unit in units if len(unit) > 1), key=lambda unit: (-len(unit), unit))
    return re.compile("(?:" + "|".join([*map(re.escape, sequences), f"[{singles}]"]) + ")*")


def is_name(text: str) -> bool:
    """Whether every character (after NFC) may stand in a name and at least one letter is among them."""
    normal = unicodedata.normalize("NFC", text)
    return _pattern(SIGNS).fullmatch(normal) is not None and any(c.isalpha() for c in normal)


@cache
def name_pattern() -> str:
    """`is_name`, for text in NFC, as a regular expression that Python and ECMA-262 read the same way, for JSON Schema."""
    units = {unicodedata.normalize("NFC", unit) for unit in letters()}
    sequences = "|".join(sorted((unit for unit in units if len(unit) > 1), key=lambda unit: (-len(unit), unit)))
    singles = "".join(sorted(unit for unit in units if len(unit) == 1))
    signs = "".join(f"\\{sign}" if sign in "-]^\\" else sign for sign in _singles(SIGNS))
    return f"^[{signs}]*(?:{sequences}|[{singles}])(?:{sequences}|[{singles}{signs}])*$"


@cache
def text_pattern() -> str:
    """`is_text`, for text in NFC with any ends of lines, as a regular expression like that of `name_pattern`."""
    units = {unicodedata.normalize("NFC", unit) for unit in (*letters(), *_singles(SIGNS), *_singles(TEXT_SIGNS), "\r")}
    sequences = "|".join(sorted((unit for unit in units if len(unit) > 1), key=lambda unit: (-len(unit), unit)))
    singles = "".join(f"\\{unit}" if unit in "-[]^\\" else unit for unit in sorted(units) if len(unit) == 1)
    return f"^(?:{sequences}|[{singles}])*$"


def is_text(text: str) -> bool:
    """Whether every character (after NFC) may stand in a text that a German office has to process."""
    return _pattern(SIGNS, TEXT_SIGNS).fullmatch(unicodedata.normalize("NFC", text)) is not None
