"""What the law asks a public website to say: accessibility, privacy, imprint."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from falcon.asgi import Request, Response

from gateway import visit
from gateway.pages.language import N_
from gateway.pages.rendering import reading, render
from services.contracts.actors import ANYONE

Sections = tuple[tuple[str, tuple[str, ...]], ...]

HEADINGS = {
    "accessibility": N_("Accessibility"),
    "privacy": N_("Privacy"),
    "imprint": N_("Imprint"),
}
PORTAL: dict[str, Sections] = {
    "accessibility": (
        (
            "",
            (
                N_("This portal is built to meet the Web Content Accessibility Guidelines 2.2, level AA, and BITV 2.0."),
                N_(
                    "It works with the keyboard, with a screen reader, at 400 % zoom and without JavaScript. Every page "
                    "is checked by a program (axe-core) whenever the portal is changed; such a check does not find every "
                    "barrier."
                ),
            ),
        ),
        (
            N_("Known barriers"),
            (
                N_(
                    "The documents are tagged PDF files (PDF/UA-1), in German only. There is no version in plain "
                    "language or sign language yet. No test with people who depend on assistive technology has been made "
                    "yet."
                ),
            ),
        ),
        (
            N_("You have found a barrier?"),
            (N_("Tell the municipality it concerns; it says where on its own page. It helps you in another way meanwhile."),),
        ),
    ),
    "privacy": (
        (
            N_("What is stored"),
            (
                N_(
                    "Your account: e-mail address, names, language and the password as a value from which it cannot be "
                    "read back. Your forms, orders, applications, mandates, notices and documents."
                ),
                N_("A form you do not hand in is deleted after 30 days."),
            ),
        ),
        (
            N_("Who sees it"),
            (
                N_(
                    "The clerks of the office that decides on your application, and the treasury for the payment. Staff "
                    "of other offices do not see it."
                ),
                N_("E-mails from the portal only say that there is news; what it is, you read here."),
            ),
        ),
        (
            N_("Cookies"),
            (
                N_(
                    "Three, all needed: one keeps you signed in, one protects forms before you sign in, one remembers "
                    "the language you chose. Nothing is counted or passed on to others."
                ),
            ),
        ),
    ),
    "imprint": (),
}


class Legal:
    """One of the three pages: what holds for the portal, and the way to what each member of the network says."""

    allow: ClassVar[Any] = ANYONE

    def __init__(self, subject: str) -> None:
        self.subject = subject

    async def on_get(self, req: Request, resp: Response) -> None:
        """The portal's own words, with the notice of the network in the imprint."""
        catalogue = visit.of(req).house.catalogue
        network = await catalogue.municipalities()
        await _render(req, resp, self.subject, members=network["municipalities"])


class LegalOfMember:
    """One of the three pages as a member of the network says it, before what holds for the portal."""

    allow: ClassVar[Any] = ANYONE

    def __init__(self, subject: str) -> None:
        self.subject = subject

    async def on_get(self, req: Request, resp: Response, municipality: str) -> None:
        """Its texts come from the network folder. Raises not_found for an unknown slug."""
        found = await visit.of(req).house.catalogue.municipality(municipality)
        await _render(req, resp, self.subject, member=found)


async def _render(
    req: Request, resp: Response, subject: str, *, member: Mapping[str, Any] | None = None, members: Sequence[Any] = ()
) -> None:
    catalogue, talk = visit.of(req).house.catalogue, reading(req)
    portal = [(talk.gettext(title), [talk.gettext(text) for text in paragraphs]) for title, paragraphs in PORTAL[subject]]
    notice = (await catalogue.municipalities()).get("notice")
    if subject == "imprint" and notice:
        portal.append(("", [talk.local(notice)]))
    await render(
        req,
        resp,
        "legal.html",
        heading=talk.gettext(HEADINGS[subject]),
        subject=subject,
        portal=portal,
        member=member,
        said=talk.local(member[subject]).split("\n") if member else [],
        members=members,
        legal=f"/{member['slug']}" if member else "",
    )
