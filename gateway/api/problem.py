"""What an error of the API looks like (RFC 9457)."""

from marshmallow import fields

from services.contracts.registry import Reply


class Problem(Reply):
    """An error. `slug` is stable and made for programs, `detail` for people; `fields` maps an input field to its mistakes."""

    type = fields.Url(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    slug = fields.String(required=True)
    correlation_id = fields.String(required=True, metadata={"description": "Name it when you ask the operator about this error."})
    fields_ = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), data_key="fields")
