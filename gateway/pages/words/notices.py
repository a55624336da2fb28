"""What the notices in the mailbox say."""

from dataclasses import dataclass

from gateway.pages.language import N_


@dataclass(frozen=True)
class NoticeWords:
    """A notice: its heading and its sentence."""

    title: str
    text: str


NOTICES: dict[str, NoticeWords] = {
    "mandate_asked": NoticeWords(
        N_("Somebody proposes a mandate"),
        N_("Please read who asks and for what before you answer. Without your answer nothing happens."),
    ),
    "mandate_granted": NoticeWords(
        N_("A mandate has begun"),
        N_("From now on the one acts for the other, as both have agreed. Either can end it at any time."),
    ),
    "mandate_declined": NoticeWords(N_("A mandate was declined"), N_("The other person does not want this mandate.")),
    "mandate_revoked": NoticeWords(N_("A mandate has ended"), N_("One of you has ended it. Nobody acts under it any more.")),
    "membership_offered": NoticeWords(
        N_("You are invited to an organisation"), N_("You can accept or decline the invitation within 14 days.")
    ),
    "membership_changed": NoticeWords(
        N_("Your role in an organisation has changed"), N_("You see under “Organisations” what you may do now.")
    ),
    "membership_ended": NoticeWords(N_("You are no longer a member of an organisation"), N_("You can no longer act for it.")),
    "account_registered": NoticeWords(
        N_("Welcome"), N_("Your account is ready. You can use it in the county and in all its municipalities.")
    ),
    "account_security_changed": NoticeWords(
        N_("The security of your account was changed"),
        N_(
            "The ways to sign in to your account have changed, or a recovery code was used. You find what applies now under "
            "“Security” in your account. This was not you? Then set a new password at once."
        ),
    ),
    "device_added": NoticeWords(
        N_("Somebody signed in from a new device"),
        N_(
            "Your account was signed in to from a browser or program that it did not know. You find all open sessions under "
            "“Sessions” in your account. This was not you? Then set a new password at once."
        ),
    ),
    "identity_verified": NoticeWords(
        N_("Your identity is verified"),
        N_(
            "An office has compared you with your identity document. This counts in the county and in all its municipalities. "
            "You see until when, and which values are verified, under “Identity” in your account."
        ),
    ),
    "identity_renewed": NoticeWords(
        N_("Your verified identity is renewed"),
        N_("An office has compared you with your identity document again. You see until when it counts under “Identity”."),
    ),
    "identity_revoked": NoticeWords(
        N_("Your verified identity was taken back"),
        N_(
            "An office has taken back the verification of your identity. Your account works on, with the trust level “normal”. "
            "You find the reason and the office under “Identity” in your account. Please ask there if you do not agree."
        ),
    ),
    "identity_expired": NoticeWords(
        N_("Your verified identity has ended"),
        N_("It no longer counts. You can have your identity verified again at any citizens’ office of the network."),
    ),
    "identity_expiry_announced": NoticeWords(
        N_("Your verified identity ends soon"),
        N_(
            "It ends within a month, with your document or after five years. To renew it, make a code under “Identity” in your "
            "account and bring it to a citizens’ office together with a valid document."
        ),
    ),
    "order_placed": NoticeWords(N_("Your order has arrived"), N_("We have received your order.")),
    "payment_secured": NoticeWords(
        N_("Your payment is secured"), N_("Your mandate has arrived. The offices can begin; the amount will be collected.")
    ),
    "application_submitted": NoticeWords(
        N_("Your application is at the office"), N_("The office has received your application and will take it up soon.")
    ),
    "application_approved": NoticeWords(
        N_("Your application is approved"), N_("The office has approved your application. What you receive is being prepared.")
    ),
    "application_rejected": NoticeWords(
        N_("Your application was rejected"),
        N_("The office could not approve your application. You find its reason with the application."),
    ),
    "application_correction_asked": NoticeWords(
        N_("The office asks you to correct something"),
        N_("Some of your answers are unclear or missing. Open the application, read what the office writes, and correct them."),
    ),
    "application_withdrawn": NoticeWords(
        N_("Your application is taken back"),
        N_("The office does not work on it any more. You can apply again at any time."),
    ),
    "application_handed_over": NoticeWords(
        N_("Another office works on your application"),
        N_("It was handed over because the other office is responsible. You need not do anything."),
    ),
    "application_completed": NoticeWords(N_("Your application is completed"), N_("Everything is done.")),
    "draft_expiring": NoticeWords(
        N_("A form in progress will be deleted"),
        N_(
            "You have not worked on it for 25 days. In five days it is deleted. "
            "Open it and change something if you still need it."
        ),
    ),
    "document_issued": NoticeWords(
        N_("Your document is ready"), N_("The office has issued your document. You can download it now.")
    ),
    "payment_refunded": NoticeWords(
        N_("Your fee goes back to you"),
        N_(
            "As the application was rejected or taken back, you do not pay for it. "
            "An amount that was collected is on its way back to your account."
        ),
    ),
}
