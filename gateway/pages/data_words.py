"""What the audit log, the export and the receipt of an erasure say, in words a citizen understands."""

from gateway.pages.words import N_

ACTIONS: dict[str, str] = {
    "account.activated": N_("Your account was activated with the letter from the counter"),
    "account.disuse_warned": N_("You were told that your account will be deleted because it is not used"),
    "account.email_change_asked": N_("Another e-mail address was asked for"),
    "account.email_change_undone": N_("The change of the e-mail address was undone"),
    "account.email_changed": N_("Your e-mail address was changed"),
    "account.erased": N_("The account was deleted"),
    "account.exported": N_("Your data was downloaded"),
    "account.password_changed": N_("Your password was changed"),
    "account.password_reset": N_("Your password was set anew by e-mail"),
    "account.registered": N_("Your account was registered"),
    "account.security_changed": N_("The ways to sign in to your account were changed"),
    "acting.began": N_("Began to act for somebody else"),
    "acting.ended": N_("Ended acting for somebody else"),
    "activation_letter.printed": N_("A letter to activate your account was printed"),
    "case.decided": N_("Decided your application"),
    "case.reviewed": N_("Took up your application"),
    "case.sent": N_("Posted what you had applied for"),
    "case.viewed": N_("Looked at your application"),
    "draft.begun": N_("A form was begun on behalf of somebody"),
    "factor.added": N_("A second factor was set up"),
    "factor.removed": N_("A second factor was removed"),
    "identity.declined": N_("A check of your identity was declined"),
    "identity.dropped": N_("Your proof of identity no longer counts"),
    "identity.expired": N_("Your proof of identity has expired"),
    "identity.lapsed": N_("A check of your identity was not completed in time"),
    "identity.recorded": N_("Recorded a check of your identity"),
    "identity.renewed": N_("Your proof of identity was renewed"),
    "identity.revoked": N_("Your proof of identity was withdrawn"),
    "identity.verified": N_("Confirmed your identity"),
    "identity.viewed": N_("Looked at your personal details to check your identity"),
    "mandate.asked": N_("A mandate was asked for"),
    "mandate.declined": N_("A mandate was declined"),
    "mandate.granted": N_("A mandate was granted"),
    "mandate.revoked": N_("A mandate was ended"),
    "mandate.withdrawn": N_("A request for a mandate was withdrawn"),
    "membership.began": N_("Became a member of an organisation"),
    "membership.changed": N_("The role in an organisation was changed"),
    "membership.declined": N_("An invitation of an organisation was declined"),
    "membership.ended": N_("A membership in an organisation ended"),
    "membership.offered": N_("Somebody was invited into an organisation"),
    "membership.withdrawn": N_("An invitation of an organisation was withdrawn"),
    "organisation.changed": N_("The details of an organisation were changed"),
    "organisation.dissolved": N_("An organisation was removed from the portal"),
    "organisation.founded": N_("An organisation was entered in the portal"),
    "person.looked_up": N_("Looked for your account"),
    "profile.changed": N_("Your personal details were changed"),
    "session.ended": N_("A device was signed out"),
    "session.opened": N_("Signed in"),
    "session.others_ended": N_("All other devices were signed out"),
    "visit_code.created": N_("A code for the counter was made"),
}
"""What happened, by the action of the audit log. Whoever reads it is the person it concerns."""

OTHER_ACTION = N_("Other: %(action)s")

REASONS: dict[str, str] = {
    "casework": N_("to work on your application"),
    "visit_code": N_("you showed your code at the counter"),
    "second_officer": N_("as the second officer who confirms"),
    "asked": N_("you asked for it"),
    "disuse": N_("nobody had used it for two years"),
}
OTHER_REASON = N_("to do its work")

KEPT: dict[str, tuple[str, str]] = {
    "cases": (
        N_("Applications that an office has received"),
        N_("They belong to the files of the office, which must be able to show what it decided (Art. 17 (3) b GDPR)."),
    ),
    "payments": (
        N_("Payments"),
        N_("The books of the treasuries must be kept for ten years from the end of the year (section 147 AO)."),
    ),
    "mandates": (
        N_("Name and account of the payer in direct debit mandates"),
        N_("A debit can be disputed for 13 months (section 676b BGB); until then the treasury must be able to show the mandate."),
    ),
    "document_checks": (
        N_("Entries by which a printed document can be checked"),
        N_("Whoever was shown a document must be able to check that it is genuine. They hold nothing about you."),
    ),
}
"""What an erasure leaves: what it is, and why."""

SERVICES: dict[str, str] = {
    "accounts": N_("Account"),
    "applications": N_("Forms and applications"),
    "payments": N_("Payments"),
    "messaging": N_("Mailbox"),
    "documents": N_("Documents"),
}

TABLES: dict[str, str] = {
    "accounts": N_("Account"),
    "activation_letters": N_("Letters to activate an account"),
    "acting_sessions": N_("Acting for somebody else"),
    "audit_log": N_("Who saw or did what"),
    "bookings": N_("Bookings"),
    "cases": N_("Applications"),
    "devices": N_("Devices"),
    "documents": N_("Documents"),
    "drafts": N_("Forms in progress"),
    "electronic_identities": N_("Electronic identity"),
    "identity_checks": N_("Checks of identity"),
    "links": N_("Links in mails"),
    "mails": N_("E-mails"),
    "mandates": N_("Mandates"),
    "memberships": N_("Memberships in organisations"),
    "notices": N_("Notices"),
    "orders": N_("Orders"),
    "organisation_invitations": N_("Invitations of organisations"),
    "organisations": N_("Organisations"),
    "payments": N_("Payments"),
    "profile_values": N_("Personal details"),
    "recovery_codes": N_("Recovery codes"),
    "refunds": N_("Refunds"),
    "registrations": N_("Registrations"),
    "reservations": N_("Numbers of documents"),
    "second_factors": N_("Second factors"),
    "sessions": N_("Sessions"),
    "shares": N_("Fees of applications"),
    "steps": N_("Course of applications"),
    "visit_codes": N_("Codes for the counter"),
}
"""Headings of the export, by the table a record is in."""
