"""The way back from the provider of electronic identities ends in the browser that began it, and in no other."""

import hashlib

from falcon.testing import TestClient

from tests.fakes.bus import FakeBus


def test_a_ticket_opens_nothing_in_a_browser_that_began_nothing(client: TestClient, bus: FakeBus) -> None:
    """Else a link with a stranger's ticket would sign a newcomer in to the stranger's account."""
    answer = client.simulate_get("/eid/finish", query_string="ticket=of-a-stranger")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?why=eid")
    assert bus.made("accounts", "finish_eid") == []


def test_a_ticket_goes_on_with_what_only_this_browser_holds(client: TestClient, bus: FakeBus) -> None:
    secret = "v" * 43
    client.simulate_get("/eid/finish", query_string="ticket=own", cookies={"amtsgang_visitor": secret})
    (call,) = bus.made("accounts", "finish_eid")
    assert call.data["browser"] == hashlib.sha256(f"visitor:{secret}".encode()).hexdigest()
