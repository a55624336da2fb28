"""What acts of administration are called in the audit log; acts of other parts stand there by their own names."""

from gateway.pages.language import N_

GROUPS: dict[str, str] = {
    "office": N_("Offices"),
    "offer": N_("Offers and fees"),
    "staff": N_("Staff and roles"),
    "case": N_("Cases"),
    "identity": N_("Identity checks"),
    "session": N_("Sign-ins"),
    "password": N_("Passwords"),
    "factor": N_("Second factors"),
    "account": N_("Accounts"),
    "organisation": N_("Organisations"),
    "mandate": N_("Mandates"),
}
"""First words of actions, as one can search by them."""

ACTIONS: dict[str, str] = {
    "office.opened": N_("Office opened"),
    "office.changed": N_("Office changed"),
    "office.withdrawn": N_("Office withdrawn"),
    "office.taken_from_folder": N_("Office set as the network folder says"),
    "offer.opened": N_("Service offered"),
    "offer.moved": N_("Service given to another office"),
    "offer.fee_set": N_("Fee announced"),
    "offer.fee_dropped": N_("Announced fee taken back"),
    "offer.withdrawn": N_("Service no longer offered"),
    "offer.taken_from_folder": N_("Offer set as the network folder says"),
    "staff.invited": N_("Member of staff invited"),
    "staff.invited_again": N_("Invitation sent again"),
    "staff.invitation_accepted": N_("Invitation accepted"),
    "staff.renamed": N_("Name of a member of staff changed"),
    "staff.roles_changed": N_("Roles changed"),
    "staff.suspended": N_("Member of staff suspended"),
    "staff.reinstated": N_("Member of staff reinstated"),
}
