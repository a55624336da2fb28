"""What the law asks a public website to say: accessibility, privacy, imprint."""

import asyncio
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
            (N_("Tell the municipality it concerns; you find its address below. It helps you in another way meanwhile."),),
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
    """One of the three pages: what holds for the portal, then what each member of the network says."""

    allow: ClassVar[Any] = ANYONE

    def __init__(self, subject: str) -> None:
        self.subject = subject

    async def on_get(self, req: Request, resp: Response) -> None:
        """Texts of the members come from the network folder."""
        catalogue, talk = visit.of(req).house.catalogue, reading(req)
        network = await catalogue.municipalities()
        members = await asyncio.gather(*(catalogue.municipality(m["slug"]) for m in network["municipalities"]))
        portal = [
            (talk.gettext(title), [talk.gettext(text) for text in paragraphs]) for title, paragraphs in PORTAL[self.subject]
        ]
        if self.subject == "imprint" and network.get("notice"):
            portal.append(("", [talk.local(network["notice"])]))
        await render(
            req,
            resp,
            "legal.html",
            heading=talk.gettext(HEADINGS[self.subject]),
            portal=portal,
            members=[{"name": m["name"], "text": talk.local(m[self.subject])} for m in members],
        )
