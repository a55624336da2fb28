"""Documents last (PDF/A-3a) and everyone can read them (PDF/UA-1): veraPDF says so, and says no to controls that must fail."""

import json
from pathlib import Path

import pypdf
import pytest
import typst
from pypdf.generic import NameObject

from services.contracts import registry
from services.contracts.din91379 import letters
from services.contracts.documents import RenderActivationLetter, RenderCopy
from services.documents import activation, copies, rendering
from tests.fakes.bus import SAMPLES
from tests.integration.documents.judging import judge
from tests.unit.documents import sample_cases

pytestmark = pytest.mark.slow

ACTIVATION = registry.load(
    RenderActivationLetter,
    json.loads((SAMPLES / "documents" / "render_activation_letter.request.json").read_text(encoding="utf-8")),
)
SENT = registry.load(RenderCopy, json.loads((SAMPLES / "documents" / "render_copy.request.json").read_text(encoding="utf-8")))
LONG = "Herstellung und Verkauf von Backwaren. " * 60


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """Everything in one start of Java."""
    folder = tmp_path_factory.mktemp("pdf")
    files = {f"{s['service']}.pdf": rendering.render(sample_cases.letter(s)) for s in sample_cases.services()}
    files["activation.pdf"] = rendering.render(activation.write(**ACTIVATION))
    sections = registry.dump(RenderCopy, SENT)["sections"]
    files["copy.pdf"] = rendering.render(copies.write(**{**SENT, "sections": sections}, address=sample_cases.PORTAL))
    files["long.pdf"] = rendering.render(sample_cases.letter(activity=LONG, dog_name=LONG))
    files["letters.pdf"] = rendering.render(sample_cases.letter(activity=" ".join(letters())))
    files["boxes.pdf"] = rendering.render(sample_cases.letter(activity="中文 🐕 \ue000"))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    without_tags(folder / "long.pdf", folder / "control-without-tags.pdf")
    plain(folder / "control-plain.pdf")
    return judge(sorted(folder.glob("*.pdf")))


def without_tags(source: Path, target: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=source)
    for name in ("/StructTreeRoot", "/MarkInfo"):
        del writer.root_object[NameObject(name)]
    writer.write(target)


def plain(target: Path) -> None:
    compiler = typst.Compiler(b"#set document(title: [Plain])\nA page.")
    target.write_bytes(compiler.compile(format="pdf", pdf_tags=False))  # type: ignore[arg-type]


@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_documents_are_archival_and_accessible(verdicts: dict[tuple[str, str], str], standard: str):
    ours = {
        file: verdict for (file, judged), verdict in verdicts.items() if judged == standard and not file.startswith("control")
    }
    assert len(ours) == len(sample_cases.services()) + 5
    assert set(ours.values()) == {"compliant"}, ours


@pytest.mark.parametrize("standard", ["3a", "ua1"])
@pytest.mark.parametrize("control", ["control-plain.pdf", "control-without-tags.pdf"])
def test_the_judge_can_say_no(verdicts: dict[tuple[str, str], str], control: str, standard: str):
    assert verdicts[control, standard].startswith("broken ")
