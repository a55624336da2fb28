"""What fails where services are edited, in words."""

from gateway.pages.language import N_
from gateway.pages.words.failures.told import Trouble

TROUBLES: dict[str, Trouble] = {
    "applications.working_copy_exists": Trouble(
        N_("Somebody is working on this service already"),
        N_("There is one working copy of a service at a time, so that nobody overwrites what somebody else does."),
        N_("Go on with that one, if it belongs to your municipality, or wait until it is published or discarded."),
        "warning",
    ),
    "applications.service_exists": Trouble(
        N_("There is a service with this key already"),
        N_("Each service has a key of its own in the whole network."),
        N_("Please choose another key."),
        "warning",
    ),
    "applications.not_editable": Trouble(
        N_("This service belongs to others"),
        N_("Services that came with the portal are changed by the counties, others by the municipality that began them."),
        N_("Copy it to a new service of your municipality and change that."),
        "warning",
    ),
    "applications.newer_published": Trouble(
        N_("A newer version was published meanwhile"),
        N_("Your working copy began with an older one. Publishing it would undo what the newer one changed. Nothing is lost."),
        N_("Look at what was published meanwhile, and take it over or leave it; then publish."),
        "warning",
    ),
    "applications.nothing_changed": Trouble(
        N_("Nothing has changed"),
        N_("The working copy says the same as the version that counts now."),
        N_("Change something first, or discard the working copy."),
        "warning",
    ),
    "applications.no_working_copy": Trouble(
        N_("There is no working copy here"),
        N_("It was published or discarded, or belongs to another municipality."),
        N_("Look at the versions of the service, and begin a new one if you like."),
        "warning",
    ),
    "gateway.text_only": Trouble(
        N_("This can only be changed in the whole text"),
        N_("The text holds something that cannot be changed part by part. Nothing was saved, and nothing is lost."),
        N_("Open “The whole text” and change it there."),
        "warning",
    ),
}
