"""What slugs, states and kinds say in words a citizen understands: the one catalogue of the pages.

Messages are English here and translated when a page is rendered (`gateway/locale`).
"""

from gateway.pages.words.done import DONE
from gateway.pages.words.failures import BY_KIND, BY_SLUG, trouble
from gateway.pages.words.fields import FIELD_ERRORS, TYPED_LABELS, field_error
from gateway.pages.words.kinds import LEVELS, MUNICIPALITY_KINDS, PARTY_ROLES, ROLES, SUSPENSION_REASONS
from gateway.pages.words.notices import NOTICES
from gateway.pages.words.states import (
    CASE_EVENTS,
    CASE_STATES,
    MANDATE_STATES,
    PAYMENT_STATES,
    SHARE_STATES,
    STAFF_STATES,
    for_staff,
    meaning,
    urgency_badge,
)

__all__ = [
    "BY_KIND",
    "BY_SLUG",
    "CASE_EVENTS",
    "CASE_STATES",
    "DONE",
    "FIELD_ERRORS",
    "LEVELS",
    "MANDATE_STATES",
    "MUNICIPALITY_KINDS",
    "NOTICES",
    "PARTY_ROLES",
    "PAYMENT_STATES",
    "ROLES",
    "SHARE_STATES",
    "STAFF_STATES",
    "SUSPENSION_REASONS",
    "TYPED_LABELS",
    "field_error",
    "for_staff",
    "meaning",
    "trouble",
    "urgency_badge",
]
