"""The person at the API whom the demo plays: patient where the portal asks for it, plain about everything else."""

import io
import json

import pytest
import requests
from requests.adapters import BaseAdapter

from deploy.demo import portal
from deploy.demo.portal import Person, Refused, wait_for
from deploy.demo.telling import euros
from deploy.trouble import Trouble

URL = "http://portal.example"
BUSY = (503, {"title": "Try again in a moment.", "status": 503}, {"Retry-After": "0"})


class Portal(BaseAdapter):
    """Answers in turn what it was told to answer, and remembers the requests."""

    def __init__(self, *answers):
        super().__init__()
        self.answers, self.requests = list(answers), []

    def send(self, request, *_, **__):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, headers = answer
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, request.url
        response.headers.update({"Content-Type": "application/problem+json" if status >= 400 else "application/json", **headers})
        response.raw = io.BytesIO(json.dumps(body).encode())
        return response

    def close(self):
        pass


def at(answering: Portal) -> Person:
    person = Person(f"{URL}/")
    person._http.mount("http://", answering)
    return person


def test_a_busy_portal_gets_the_same_request_with_the_same_key_again():
    answering = Portal(BUSY, BUSY, (201, {"order_id": "1"}, {}))
    assert at(answering).post("/orders", expected_total_cents=3000) == {"order_id": "1"}
    assert len({(r.headers["Idempotency-Key"], r.body) for r in answering.requests}) == 1


def test_two_things_get_two_keys():
    answering = Portal((201, {}, {}), (201, {}, {}))
    person = at(answering)
    person.post("/orders")
    person.post("/orders")
    assert len({r.headers["Idempotency-Key"] for r in answering.requests}) == 2


def test_after_signing_in_everything_is_sent_with_the_token():
    answering = Portal((201, {"token": "secret"}, {}), (200, {}, {}))
    person = at(answering)
    person.sign_in("citizen@example.org", "password")
    person.get("/cart")
    assert "Authorization" not in answering.requests[0].headers
    assert answering.requests[1].headers["Authorization"] == "Bearer secret"
    assert answering.requests[1].url == f"{URL}/api/v1/cart"


def test_a_refusal_is_told_with_what_the_portal_said():
    answering = Portal((422, {"title": "Some fields need another look.", "fields": {"email": ["email"]}}, {}))
    with pytest.raises(Refused, match=r"POST /accounts.*422.*another look.*email"):
        at(answering).post("/accounts", email="nobody")


def test_what_is_hidden_is_refused_and_what_is_shown_although_it_should_not_be_is_trouble():
    answering = Portal((404, {"title": "Not found"}, {}), (200, {}, {}))
    person = at(answering)
    assert person.refused("/cases/1") == 404
    with pytest.raises(Trouble, match="should not be shown"):
        person.refused("/cases/1")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (requests.ConnectionError("refused"), "nothing answers at http://portal.example: start the portal with `make run`"),
        (requests.ReadTimeout("late"), "GET /cart got no answer"),
    ],
)
def test_where_nobody_answers_one_sentence_says_so(error, sentence):
    with pytest.raises(Trouble, match=sentence):
        at(Portal(error)).get("/cart")


def test_patience_ends(monkeypatch):
    monkeypatch.setattr(portal, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(portal, "LOOK_AGAIN_SECONDS", 0.01)
    with pytest.raises(Trouble, match="the document did not come"):
        wait_for("the document", lambda: None)


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00 EUR"), (5, "0.05 EUR"), (2250, "22.50 EUR"), (123456, "1234.56 EUR")])
def test_amounts_are_written_as_people_write_them(cents, text):
    assert euros({"cents": cents}) == text
