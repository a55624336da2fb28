"""What is wrong with a request itself, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

REQUEST_UNREADABLE = Trouble(
    N_("The request could not be read"),
    N_("What your browser sent is not what this page expects."),
    N_("Open the page anew and try again."),
)
TROUBLES: dict[str, Trouble] = {
    "gateway.wrong_host": Trouble(
        N_("The portal has another address"),
        N_("It does not answer under the name you used."),
        N_("Go on at its own address. Sign in only there."),
        "warning",
    ),
    "idempotency.key_reused": Trouble(
        N_("This was sent already, with other content"),
        N_("To be safe, we did not do it a second time."),
        N_("See in “My applications” what has arrived, then begin anew."),
        "warning",
    ),
    "gateway.csrf": Trouble(
        N_("Please send it once more"),
        N_("This page was open for too long, or you have signed in or out since."),
        N_("Look through what you typed and send it again."),
        "warning",
    ),
    "gateway.csrf_origin": Trouble(
        N_("This was sent from another website"),
        N_("To protect you, the portal takes forms only from its own pages. Nothing was done."),
        N_("Open the portal itself and do it there."),
    ),
    "gateway.address": Trouble(
        N_("The address cannot be read"),
        N_("It holds characters that no address of this portal has."),
        N_("Check the address, or begin at the start page."),
    ),
    "gateway.body_too_large": Trouble(
        N_("That was too much at once"),
        N_("What was sent is larger than this page takes."),
        N_("Shorten the text or choose a smaller file, then send it again."),
    ),
    "gateway.method_not_allowed": Trouble(
        N_("This address cannot be used like that"),
        N_("The address exists, but not for what was sent to it."),
        N_("Begin at the start page."),
    ),
    "gateway.body_too_slow": Trouble(
        N_("The connection was too slow"),
        N_("What you sent did not arrive in time."),
        N_("Check your connection and send it again."),
        "warning",
    ),
    "gateway.bad_request": REQUEST_UNREADABLE,
    "gateway.not_a_form": REQUEST_UNREADABLE,
    "gateway.form_unreadable": REQUEST_UNREADABLE,
    "gateway.not_utf8": REQUEST_UNREADABLE,
    "gateway.control_characters": REQUEST_UNREADABLE,
}
