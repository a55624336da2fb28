"""The pages in which an editor copies, changes, previews, compares and publishes services."""

from typing import Any

from gateway.pages.editing.copies import ROOT
from gateway.pages.editing.history import Comparison, Service, VersionFile
from gateway.pages.editing.listing import New, Services, Start
from gateway.pages.editing.newer import Newer
from gateway.pages.editing.part import ABOUT, ATTACHMENT, FEE, FIELD, STEP, Part
from gateway.pages.editing.previewing import Preview
from gateway.pages.editing.publishing import Publish
from gateway.pages.editing.working import Text, TextFile, WorkingCopy


def routes() -> list[tuple[str, Any]]:
    """Every address with its page."""
    service = f"{ROOT}/{{ars}}/services/{{service}}"
    copy = f"{service}/working-copy"
    return [
        (ROOT, Start()),
        (f"{ROOT}/{{ars}}", Services()),
        (f"{ROOT}/{{ars}}/new", New()),
        (service, Service()),
        (f"{service}/versions/{{number}}", Preview()),
        (f"{service}/versions/{{number}}/text", VersionFile()),
        (f"{service}/comparison", Comparison()),
        (copy, WorkingCopy()),
        (f"{copy}/newer", Newer()),
        (f"{copy}/about", Part(ABOUT)),
        (f"{copy}/steps/{{step}}", Part(STEP)),
        (f"{copy}/steps/{{step}}/fields/{{field}}", Part(FIELD)),
        (f"{copy}/attachments/{{attachment}}", Part(ATTACHMENT)),
        (f"{copy}/fees/{{fee}}", Part(FEE)),
        (f"{copy}/text", Text()),
        (f"{copy}/text/file", TextFile()),
        (f"{copy}/preview", Preview()),
        (f"{copy}/publication", Publish()),
    ]
