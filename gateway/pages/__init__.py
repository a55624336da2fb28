"""The pages of the portal: which address shows what."""

from typing import Any

from gateway.pages import (
    applications,
    documents,
    drafts,
    entrance,
    home,
    legal,
    mailbox,
    operations,
    ordering,
    staff,
    start,
    static,
    verification,
)


def routes() -> list[tuple[str, Any]]:
    """Every address with its page."""
    return [
        ("/", start.Start()),
        ("/static/{name:path}", static.Static()),
        ("/favicon.ico", static.Icon()),
        ("/language", entrance.Language()),
        ("/register", entrance.Register()),
        ("/sign-in", entrance.SignIn(is_staff=False)),
        ("/sign-out", entrance.SignOut()),
        ("/home", home.Home()),
        ("/drafts/{draft_id}", drafts.Draft()),
        ("/drafts/{draft_id}/discard", drafts.Discard()),
        ("/cart", ordering.Cart()),
        ("/cart/remove", ordering.TakeOut()),
        ("/checkout", ordering.Checkout()),
        ("/orders/{order_id}", ordering.Order()),
        ("/orders/{order_id}/payment", ordering.Payment()),
        ("/applications", applications.Applications()),
        ("/applications/{case_id}", applications.Application()),
        ("/documents", documents.Documents()),
        ("/documents/{document_id}", documents.Download()),
        ("/mailbox", mailbox.Mailbox()),
        ("/mailbox/{notice_id}", mailbox.Notice()),
        ("/verify", verification.Verify()),
        ("/verify/{code}", verification.Verification()),
        ("/accessibility", legal.Legal("accessibility")),
        ("/privacy", legal.Legal("privacy")),
        ("/imprint", legal.Legal("imprint")),
        ("/staff", staff.Queue()),
        ("/staff/sign-in", entrance.SignIn(is_staff=True)),
        ("/staff/cases/{case_id}", staff.Case()),
        ("/staff/operations", operations.Operations()),
        # Last in reading, not in effect: a fixed address always wins over a municipality of that name.
        ("/{municipality}", start.Municipality()),
        ("/{municipality}/{service}", start.Service()),
    ]
        ("/{municipality}/accessibility", legal.LegalOfMember("accessibility")),
        ("/{municipality}/privacy", legal.LegalOfMember("privacy")),
        ("/{municipality}/imprint", legal.LegalOfMember("imprint")),
