"""What fails at signing in, with e-mail addresses, second factors and electronic identities, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

TROUBLES: dict[str, Trouble] = {
    "accounts.wrong_credentials": Trouble(
        N_("Signing in did not work"),
        N_("The e-mail address or the password is not right."),
        N_("Check both and try again."),
    ),
    "accounts.eid_refused": Trouble(
        N_("The electronic identity could not be used"),
        N_("Its answer did not reach us whole, came too late, or is below the trust level that we asked for."),
        N_("Please begin again."),
        "warning",
    ),
    "accounts.eid_not_linked": Trouble(
        N_("No account is linked with this electronic identity"),
        N_("Whoever has an account links it once."),
        N_("Sign in with your password, or create an account; then link the electronic identity under “Security”."),
        "warning",
    ),
    "accounts.eid_taken": Trouble(
        N_("This electronic identity belongs to another account"),
        N_("Each can be linked with one account only."),
        N_("Sign in with it, or unlink it from the other account first."),
        "warning",
    ),
    "accounts.eid_other": Trouble(
        N_("Your account is linked with another electronic identity"),
        N_("An account can have one only."),
        N_("If your identity card is new, unlink the old one under “Security” first."),
        "warning",
    ),
    "accounts.eid_mismatch": Trouble(
        N_("This is the electronic identity of somebody else"),
        N_("Your account's identity is verified already, with another name or date of birth."),
        N_("If your name has changed, have it verified anew at a citizens’ office."),
        "warning",
    ),
    "accounts.no_eid": Trouble(
        N_("There is no electronic identity here"),
        N_("This portal is not connected to a provider of electronic identities."),
        N_("Sign in with your password."),
        "warning",
    ),
    "accounts.no_challenge": Trouble(
        N_("That took too long"),
        N_("For your safety we wait only a few minutes."),
        N_("Please begin again."),
        "warning",
    ),
    "accounts.passkey_refused": Trouble(
        N_("The passkey could not be used"),
        N_("It may belong to another account or another website, or it was removed."),
        N_("Sign in with your password instead."),
        "warning",
    ),
    "accounts.passkeys_unavailable": Trouble(
        N_("Passkeys do not work here"),
        N_("Browsers bind passkeys to a host name with a secure connection. This portal is reached in another way."),
        N_("Use an authenticator app."),
        "warning",
    ),
    "accounts.factor_there": Trouble(
        N_("This is set up already"),
        N_("Your authenticator app was confirmed a moment ago."),
        N_("You find it under “Security”."),
        "info",
    ),
    "accounts.no_factor": Trouble(
        N_("This second factor is gone"),
        N_("It was removed, or the time to confirm it is over."),
        N_("Begin again under “Security”."),
        "warning",
    ),
    "accounts.too_many_factors": Trouble(
        N_("There are too many second factors"),
        N_("An account can have twenty at most."),
        N_("Remove one that you no longer use."),
        "warning",
    ),
    "accounts.not_confirmed": Trouble(
        N_("Please confirm your e-mail address first"),
        N_("You have registered, but the address is not confirmed yet. We have sent you the mail once more."),
        N_("Open the link in it. It works for 24 hours."),
        "warning",
    ),
    "accounts.email_taken": Trouble(
        N_("There is an account with this address already"),
        N_("An e-mail address can have one account only."),
        N_("Sign in, or use another address."),
    ),
}
