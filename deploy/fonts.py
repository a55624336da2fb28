"""`python -m deploy.fonts Arimo-Regular.ttf Arimo-Bold.ttf`: makes the documents' fonts of Arimo (Debian: `fonts-croscore`).

Typst writes a wrong text behind a letter whose mark stands above the line of the letter (typst/typst#8767), so that whoever
copies, searches or listens to a name like "K̄" gets its letter twice. Arimo sets every sequence of DIN 91379 right, but from two
or three glyphs; here each becomes one glyph, put together where Arimo puts its parts. Needed only to make the fonts anew.
"""

import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.otlLib import builder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from services.contracts.din91379 import letters

FAMILY = "Amtsgang Sans"
TARGET = Path(__file__).parents[1] / "services" / "documents" / "fonts"

# Latin, Greek and Cyrillic with their signs: what a form in a European town hall may hold.
KEPT = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x268, 0x268), (0x292, 0x292), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x45F),
    (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x2193), (0x2200, 0x22FF), (0x25A0, 0x25CF),
)  # fmt: skip

# Entries of the name table (OpenType, `name`).
FAMILY_NAME, STYLE_NAME, UNIQUE_ID, FULL_NAME, POSTSCRIPT_NAME, TRADEMARK = 1, 2, 3, 4, 6, 7


@dataclass(frozen=True)
class Part:
    """A glyph of a sequence and where it stands."""

    glyph: str
    x: int
    y: int


def make(source: Path, target: Path) -> None:
    """The font of one weight."""
    font = TTFont(source, recalcTimestamp=False)
    compose(font, uharfbuzz.Font(uharfbuzz.Face(source.read_bytes())))
    rename(font)
    slim(font)
    font.save(target)


def compose(font: Any, shaper: Any) -> None:
    """Give every sequence a glyph of its own, and say that its parts are replaced by it (feature `ccmp`)."""
    order = font.getGlyphOrder()
    ligatures: dict[tuple[str, ...], str] = {}
    for sequence in (text for text in letters() if len(unicodedata.normalize("NFC", text)) > 1):
        for form in ("NFC", "NFD"):
            parts, width = shaped(shaper, order, unicodedata.normalize(form, sequence))
            name = "din_" + "_".join(f"{ord(character):04X}" for character in unicodedata.normalize("NFC", sequence))
            if len(parts) > 1 and tuple(part.glyph for part in parts) not in ligatures:
                add_glyph(font, name, parts, width)
                ligatures[tuple(part.glyph for part in parts)] = name
    font.setGlyphOrder(list(font["glyf"].glyphOrder))
    add_lookup(font["GSUB"].table, builder.buildLigatureSubstSubtable(ligatures))


def shaped(shaper: Any, order: list[str], text: str) -> tuple[list[Part], int]:
    """The glyphs of a text, where HarfBuzz puts them, and the width of the whole."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(shaper, buffer)
    parts, width = [], 0
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        parts.append(Part(order[glyph.codepoint], width + place.x_offset, place.y_offset))
        width += place.x_advance
    return parts, width


def add_glyph(font: Any, name: str, parts: list[Part], width: int) -> None:
    """A glyph made of others."""
    pen = TTGlyphPen(font.getGlyphSet())
    for part in parts:
        pen.addComponent(part.glyph, (1, 0, 0, 1, part.x, part.y))
    font["glyf"][name] = pen.glyph()
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, font["glyf"][name].xMin)


def add_lookup(table: Any, ligatures: Any) -> None:
    """Let every script replace the parts, after what the font does with them itself."""
    lookups = table.LookupList
    lookups.Lookup.append(builder.buildLookup([ligatures]))
    lookups.LookupCount = len(lookups.Lookup)
    for feature in (record.Feature for record in table.FeatureList.FeatureRecord if record.FeatureTag == "ccmp"):
        feature.LookupListIndex.append(lookups.LookupCount - 1)
        feature.LookupCount = len(feature.LookupListIndex)


def rename(font: Any) -> None:
    """A name of its own, as a changed font must have; copyright, designer and licence stay."""
    style = font["name"].getDebugName(STYLE_NAME)
    names = {
        FAMILY_NAME: FAMILY,
        UNIQUE_ID: f"{FAMILY} {style}",
        FULL_NAME: f"{FAMILY} {style}",
        POSTSCRIPT_NAME: f"{FAMILY.replace(' ', '')}-{style}",
    }
    for record in [r for r in font["name"].names if r.nameID in names or r.nameID == TRADEMARK]:
        font["name"].removeNames(nameID=record.nameID)
    for name, text in names.items():
        font["name"].setName(text, name, 3, 1, 0x409)
    font["name"].names.sort()


def slim(font: Any) -> None:
    """Without what documents never print, and without hints for screens."""
    options = subset.Options(hinting=False, layout_features=["ccmp", "kern", "mark", "mkmk"], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["DSIG", "gasp"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in KEPT for c in range(first, last + 1)])
    subsetter.subset(font)


def main(arguments: list[str]) -> int:
    """Makes a font of each file and prints its path and size."""
    for source in map(Path, arguments):
        target = TARGET / source.name.replace("Arimo", FAMILY.replace(" ", ""))
        make(source, target)
        print(f"{target} {target.stat().st_size}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
