"""Kinds in words: roles, trust levels, municipalities, reasons of a suspension."""

from dataclasses import dataclass

from gateway.pages.language import N_


@dataclass(frozen=True)
class RoleWords:
    """What somebody is for the party they act for: a word, and what it allows."""

    label: str
    meaning: str


PARTY_ROLES: dict[str, RoleWords] = {
    "owner": RoleWords(
        N_("Owner"), N_("represents the organisation, gives all roles, can hand over and dissolve; may apply and pay for it")
    ),
    "manager": RoleWords(
        N_("Manager"), N_("changes its data, invites and removes members and readers; may apply and pay for it")
    ),
    "member": RoleWords(N_("Member"), N_("may apply and pay for the organisation and read its mailbox")),
    "reader": RoleWords(N_("Reader"), N_("may look at its applications, documents and mailbox, and nothing else")),
    "helper": RoleWords(N_("Mandate"), N_("may apply and pay for the person within the mandate")),
}
ROLES: dict[str, str] = {
    "clerk": N_("Clerk"),
    "approver": N_("Second approver"),
    "treasurer": N_("Treasurer"),
    "identity_officer": N_("Identity officer"),
    "editor": N_("Editor"),
    "administrator": N_("Administrator"),
    "operator": N_("Operator"),
}
LEVELS: dict[str, str] = {"low": N_("normal"), "substantial": N_("substantial"), "high": N_("high")}
"""Trust levels as citizens read them."""
MUNICIPALITY_KINDS: dict[str, str] = {
    "county": N_("County"),
    "town": N_("Town"),
    "municipality": N_("Municipality"),
    "joint_municipality": N_("Joint municipality (Samtgemeinde)"),
}
SUSPENSION_REASONS: dict[str, str] = {
    "left": N_("has left"),
    "absent": N_("is absent for a longer time"),
    "security": N_("the account may be in wrong hands"),
    "other": N_("another reason"),
}
