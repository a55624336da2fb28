"""Contract of the editing of services: working copies, what is wrong in them, their versions, and what is between two of them."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from services.contracts import values
from services.contracts.attachments import Attachment
from services.contracts.forms import Deadline, Plain, Section
from services.contracts.registry import Method, Reply, Request

LONGEST_SOURCE = 300_000
"""Characters. The longest service that comes with the portal has a fifth of it."""
KINDS = ("added", "removed", "changed", "moved")


class Described(Reply):
    """A service as one of its versions tells it, wherever it is offered. Also what a working copy would look like."""

    service = values.slug(required=True)
    leika_key = values.leika_key(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    summary = fields.Nested(values.Bilingual, required=True)
    description = fields.Nested(values.Bilingual, required=True)
    legal_basis = fields.List(fields.String(), required=True)
    level = values.choice(*values.LEVELS, required=True)
    ending = fields.String(required=True)
    link = fields.String(allow_none=True, load_default=None)
    preparation = fields.List(fields.Nested(values.Bilingual), load_default=list)
    sections = fields.List(fields.Nested(Section), required=True)
    plain = fields.Nested(Plain, allow_none=True, load_default=None)
    deadline = fields.Nested(Deadline, allow_none=True, load_default=None)
    four_eyes = fields.Boolean(load_default=False)
    verified_identity = fields.Boolean(load_default=False)
    attachments = fields.List(fields.Nested(Attachment), load_default=list)
    kept_years = fields.Integer(load_default=10)
    keywords = fields.List(fields.String(), load_default=list)


class EditionInfo(Reply):
    """One version of a service. `ars` and `published_by` are null for one that came with the portal."""

    service = values.slug(required=True)
    number = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)
    published_by = values.Id(allow_none=True, required=True)
    ars = values.ars(allow_none=True, required=True)
    note = fields.String(required=True, metadata={"description": "What its editor said of it."})
    has_source = fields.Boolean(required=True, metadata={"description": "False for versions older than the editing in pages."})


class WorkingCopyInfo(Reply):
    """That somebody works on a service, in the name of which municipality, and since when it was last changed."""

    ars = values.ars(required=True)
    changed_at = fields.AwareDateTime(required=True)
    changed_by = values.Id(required=True)


class EditedService(Reply):
    """A service as an editor finds it. `owner` is null where it came with the portal; it belongs to the counties then."""

    service = values.slug(required=True)
    name = fields.Nested(values.Bilingual, required=True)
    owner = values.ars(allow_none=True, required=True)
    may_change = fields.Boolean(required=True, metadata={"description": "Whether this editor may; everybody may copy."})
    current = fields.Nested(EditionInfo, allow_none=True, required=True, metadata={"description": "Null before the first."})
    working_copy = fields.Nested(WorkingCopyInfo, allow_none=True, required=True)
    has_newer_shipped = fields.Boolean(
        required=True, metadata={"description": "The portal came with a text that this network has not taken over."}
    )
    against_law = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "Keys of what counts now that say less than a law, which counts all the same, with slugs."},
    )


class EditedServices(Reply):
    """Every service that is published, and those in the making of the municipality, by name."""

    services = fields.List(fields.Nested(EditedService), required=True)


class EditorOf(Request):
    """In the name of which municipality."""

    ars = values.ars(required=True)


class ServiceKey(EditorOf):
    """A service, by an editor of a municipality."""

    service = values.slug(required=True)


class Editions(Reply):
    """A service with all its versions, the newest first."""

    service = fields.Nested(EditedService, required=True)
    editions = fields.List(fields.Nested(EditionInfo), required=True)


class EditionKey(ServiceKey):
    """A version of a service."""

    number = values.version(required=True)


class Edition(EditionInfo):
    """A version whole: as it was written, and as it reads."""

    source = fields.String(required=True, metadata={"description": "YAML, see docs/services.md; empty where it is not kept."})
    described = fields.Nested(Described, required=True)


class Mistake(Reply):
    """What is wrong, and where: `line` counts from 1, `place` is a path like `sections.0.fields.2.type`, empty for the text."""

    line = fields.Integer(required=True)
    place = fields.String(required=True)
    slugs = fields.List(fields.String(), required=True)


class WorkingCopy(WorkingCopyInfo):
    """A service in the making. It is kept with its mistakes; `described` is null while it cannot be read for them.

    A change names the `version` it was made from. `based_on` is the number of the version that still has to count when this is
    published; null for a new service. `current` is the number of the one that counts.
    """

    service = values.slug(required=True)
    based_on = fields.Integer(allow_none=True, required=True)
    current = fields.Integer(allow_none=True, load_default=None)
    version = fields.Integer(required=True)
    source = fields.String(required=True)
    mistakes = fields.List(fields.Nested(Mistake), required=True)
    described = fields.Nested(Described, allow_none=True, required=True)


def source(**kwargs: Any) -> fields.String:
    """The text of a service file: any that a database can keep."""
    checks = (
        validate.Length(max=LONGEST_SOURCE, error="too_long"),
        validate.ContainsNoneOf("\0", error="text"),
        values.encodable,
    )
    return fields.String(validate=checks, metadata={"pattern": r"^[^\x00]*$"}, **kwargs)


class StartWorkingCopy(ServiceKey):
    """Begin to change `service`, or begin a new one of that name as a copy of `copied_from` or from a text.

    `number` is the version to begin with, with `takes_shipped` it is the text that came with the portal; else the newest.
    """

    copied_from = values.slug(allow_none=True, load_default=None)
    number = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, error="version"))
    takes_shipped = values.Flag(load_default=False)
    source = source(allow_none=True, load_default=None)

    @validates_schema
    def check_beginning(self, given: dict[str, Any], **_: Any) -> None:
        """It begins with one thing."""
        if sum(map(bool, (given.get("number"), given.get("takes_shipped"), given.get("source") is not None))) > 1:
            raise ValidationError("one_beginning", "number")


class WorkingCopyVersion(ServiceKey):
    """A working copy as it was when it was looked at."""

    version = values.version(required=True)


class SaveWorkingCopy(WorkingCopyVersion):
    """The whole text; mistakes in it are told and do not keep it from being saved.

    `based_on` says that it has taken in what was published since: it is the number of the version that counts now.
    """

    source = source(required=True)
    based_on = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, error="version"))


class TryAnswers(ServiceKey):
    """Answers as a citizen might give them, to see what a working copy makes of them. They are not kept."""

    answers = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)


class TriedAnswers(Reply):
    """What is wrong with them, as slugs by field."""

    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class CompareEditions(ServiceKey):
    """What changes from one version to another. Null: the working copy, `with_shipped`: what came with the portal."""

    before = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, error="version"))
    after = fields.Integer(strict=True, allow_none=True, load_default=None, validate=validate.Range(min=1, error="version"))
    with_shipped = values.Flag(load_default=False)


class Change(Reply):
    """One difference. `place` names steps, fields and answers by their names: `sections.children.fields.birth_date.label.de`."""

    kind = values.choice(*KINDS, required=True)
    place = fields.String(required=True)
    before = fields.Raw(allow_none=True, required=True)
    after = fields.Raw(allow_none=True, required=True)


class Changes(Reply):
    """Every difference, in the order of the file."""

    changes = fields.List(fields.Nested(Change), required=True)


class PublishService(WorkingCopyVersion):
    """Make a working copy the version that counts from now on, in the whole network."""

    note = values.OfficialText(most=1000, required=True)


NOT_HERE = ("accounts.no_municipality", "applications.no_service")
NO_COPY = (*NOT_HERE, "applications.no_working_copy")
CHANGED = "applications.changed_meanwhile"

METHODS = {
    "list_edited_services": Method(EditorOf, EditedServices, errors=NOT_HERE[:1]),
    "list_editions": Method(ServiceKey, Editions, errors=NOT_HERE),
    "get_edition": Method(EditionKey, Edition, errors=NOT_HERE),
    "compare_editions": Method(CompareEditions, Changes, errors=(*NO_COPY, "invalid")),
    "start_working_copy": Method(
        StartWorkingCopy,
        WorkingCopy,
        idempotent=True,
        errors=(*NOT_HERE, "applications.working_copy_exists", "applications.service_exists", "applications.not_editable"),
    ),
    "get_working_copy": Method(ServiceKey, WorkingCopy, errors=NO_COPY),
    "save_working_copy": Method(SaveWorkingCopy, WorkingCopy, errors=(*NO_COPY, CHANGED, "applications.newer_published")),
    "discard_working_copy": Method(WorkingCopyVersion, Editions, errors=(*NO_COPY, CHANGED)),
    "try_answers": Method(TryAnswers, TriedAnswers, errors=(*NO_COPY, "invalid")),
    "publish_service": Method(
        PublishService,
        EditionInfo,
        idempotent=True,
        errors=(
            *NO_COPY,
            CHANGED,
            "applications.not_editable",
            "applications.newer_published",
            "applications.nothing_changed",
            "invalid",
        ),
    ),
}
