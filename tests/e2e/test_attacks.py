"""Attacks on accounts: guessing, planted and stolen sessions, links used twice, forged forms, ways out, enumeration."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from gateway.session import COOKIE
from services.accounts.signing_in import PER_ACCOUNT, PER_NETWORK
from tests.e2e.client import Client
from tests.e2e.portal import Portal
from tests.integration.proxy import Proxy
from tests.patience import PATIENCE_SECONDS
from tests.people import with_account

ROUNDS, MOST_ROUNDS = 20, 60
"""After how many rounds the times are compared, again and again up to the most."""
ALIKE = 1.35
"""How far the medians may lie apart, both measured in turns; an answer without hashing would be several times faster."""


@pytest.fixture(scope="module")
def behind_a_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that believes a proxy on this machine, so that a test can come from any address."""
    with Stack(tmp_path_factory.mktemp("attacked") / "var", environment={"TRUSTED_PROXIES": "127.0.0.1"}) as stack:
        yield Portal(stack, Proxy.__new__(Proxy))


def sign_in(portal: Portal, email: str, password: str, address: str = "203.0.113.1") -> requests.Response:
    return requests.post(
        f"{portal.url}api/v1/sessions",
        json={"email": email, "password": password},
        headers={"X-Forwarded-For": address},
        timeout=PATIENCE_SECONDS,
    )


def entered(portal: Portal, email: str, client: Client | None = None) -> Client:
    """Somebody who signed in through the page."""
    client = client or Client(portal.url)
    answer = client.post("/sign-in", csrf_token=client.token("/"), email=email, password=SAMPLE_PASSWORD)
    assert answer.status_code == 303, answer.text
    return client


def test_one_password_on_many_accounts_is_stopped_and_other_networks_go_on(behind_a_proxy: Portal) -> None:
    email = with_account(behind_a_proxy.stack.var)
    answers = [
        sign_in(behind_a_proxy, f"citizen-{n}@example.org", "Sommer2026!", "198.51.100.7").status_code
        for n in range(PER_NETWORK.free + 10)
    ]
    assert answers.count(401) <= PER_NETWORK.free + 5
    assert answers[-1] == 429
    assert sign_in(behind_a_proxy, email, SAMPLE_PASSWORD, "198.51.100.7").status_code == 429
    assert sign_in(behind_a_proxy, email, SAMPLE_PASSWORD, "198.51.100.8").status_code == 201


def test_a_forged_address_is_believed_from_no_stranger(portal: Portal) -> None:
    answers = {sign_in(portal, "guessed-at@example.org", "Sommer2026!", f"198.51.100.{n}").status_code for n in range(40)}
    assert answers == {401, 429}, "another X-Forwarded-For each time is no way around the count of the account"


def test_guessing_at_an_account_does_not_keep_its_holder_out(behind_a_proxy: Portal) -> None:
    email = with_account(behind_a_proxy.stack.var)
    holder = entered(behind_a_proxy, email)
    answers = [sign_in(behind_a_proxy, email, "guess", f"198.51.101.{n}").status_code for n in range(PER_ACCOUNT.free + 5)]
    assert answers[-1] == 429
    holder.http.cookies.pop(COOKIE)
    entered(behind_a_proxy, email, holder)


def test_a_session_that_was_planted_is_not_the_one_after_signing_in(portal: Portal) -> None:
    attacker, victim = portal.newcomer(), Client(portal.url)
    for planted in ("planted", attacker.token):
        victim.http.cookies.clear()
        victim.http.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
        entered(portal, portal.newcomer().email, victim)
        token = victim.http.cookies.get(COOKIE, domain="127.0.0.1", path="/") or ""
        assert token != planted
        assert len(token) >= 43
    headers = {"Authorization": f"Bearer {attacker.token}"}
    left = requests.get(f"{portal.url}api/v1/sessions/current", headers=headers, timeout=PATIENCE_SECONDS)
    assert left.status_code == 401, "the session that was planted ends"


def test_a_token_is_worth_nothing_after_signing_out_of_it(portal: Portal) -> None:
    session = portal.newcomer()
    citizen = Client(portal.url, session)
    assert citizen.post("/sign-out", csrf_token=citizen.token("/home")).status_code == 303
    replayed = Client(portal.url, session)
    assert replayed.get("/home").status_code == 303
    headers = {"Authorization": f"Bearer {session.token}"}
    assert requests.get(f"{portal.url}api/v1/sessions/current", headers=headers, timeout=PATIENCE_SECONDS).status_code == 401


def test_links_of_mails_work_once(portal: Portal) -> None:
    api, email = f"{portal.url}api/v1", f"muster-{uuid4().hex[:12]}@example.org"
    register(portal, email)
    token = portal.link_for(email, "register/confirmation").partition("token=")[2]
    confirmation = {"token": token, "password": SAMPLE_PASSWORD}
    statuses = [send("POST", f"{api}/accounts/confirmation", confirmation).status_code for _ in range(2)]
    assert statuses == [201, 404]
    send("POST", f"{api}/accounts/password-reset", {"email": email})
    token = portal.link_for(email, "password/reset").partition("token=")[2]
    reset = {"token": token, "new_password": "fünf leise Hunde am Wehr"}
    statuses = [send("PUT", f"{api}/accounts/password-reset", reset).status_code for _ in range(2)]
    assert statuses == [204, 404]


@pytest.mark.parametrize("path", ["/account/password", "/account/email", "/account/sessions"])
def test_forms_of_an_account_need_the_proof_of_their_own_session(portal: Portal, path: str) -> None:
    session = portal.newcomer()
    citizen, stranger = Client(portal.url, session), Client(portal.url, portal.newcomer())
    typed = {"password": SAMPLE_PASSWORD, "new_password": "fünf leise Hunde am Wehr", "email": "thief@example.org"}
    for proof in ({}, {"csrf_token": stranger.token("/home")}):
        assert citizen.post(path, **typed, **proof).status_code == 403
    form = citizen.hidden(path)
    cross_site = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    sent = citizen.http.post(f"{citizen.url}{path}", data={**form, **typed}, headers=cross_site, timeout=PATIENCE_SECONDS)
    assert sent.status_code == 403
    assert portal.sign_in(session.email).account_id == session.account_id


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
        "/%2fevil.example", "/%5cevil.example", "/\t/evil.example", "javascript:alert(1)", "/..//evil.example",
        "http:///evil.example", "/.//evil.example", "@evil.example", "%2f%2fevil.example",
    ],
)  # fmt: skip
def test_no_wish_leads_out_of_the_house(portal: Portal, wish: str) -> None:
    citizen = portal.newcomer()
    client = Client(portal.url)
    form = {**client.hidden("/sign-in"), "next": wish}
    answer = client.post("/sign-in", **form, email=citizen.email, password=SAMPLE_PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/home"


@pytest.mark.parametrize("entrance", ["sign-in", "register", "reset"])
def test_neither_words_nor_time_tell_whether_an_address_has_an_account(portal: Portal, entrance: str) -> None:
    ask: Callable[[str], requests.Response] = {
        "sign-in": lambda email: sign_in(portal, email, "Sommer2026! wrong"),
        "register": lambda email: register(portal, email),
        "reset": lambda email: send("POST", f"{portal.url}api/v1/accounts/password-reset", {"email": email}),
    }[entrance]
    answers = told_apart_by_time(portal, ask, ask)
    assert answers["known"] == answers["unknown"]
    assert len(answers["known"]) == 1


def test_control_an_entrance_that_works_twice_for_an_account_is_told_by_its_time(portal: Portal) -> None:
    def once(email: str) -> requests.Response:
        return sign_in(portal, email, "Sommer2026! wrong")

    def twice(email: str) -> requests.Response:
        once(email)
        return once(email)

    with pytest.raises(AssertionError, match="lie apart"):
        told_apart_by_time(portal, twice, once)


def told_apart_by_time(portal: Portal, *asks: Callable[[str], requests.Response]) -> dict[str, set[str]]:
    """What is answered about a known and an unknown address, asked in turns until the times are alike.

    A machine that is busy with something else makes times differ now and then; an entrance that tells does so however often it is
    asked. Raises AssertionError if they lie apart after all rounds.
    """
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    answers: dict[str, set[str]] = {"known": set(), "unknown": set()}
    for n in range(1, MOST_ROUNDS + 1):
        emails = {"known": with_account(portal.stack.var), "unknown": f"nobody-{uuid4().hex[:12]}@example.org"}
        both = list(zip(times, asks, strict=True))
        for which, ask in both if n % 2 else reversed(both):
            began = time.perf_counter()
            answer = ask(emails[which])
            times[which].append(time.perf_counter() - began)
            told = answer.json()
            told.pop("correlation_id", None)
            headers = {name for name in answer.headers if name.lower() != "date"}
            answers[which].add(str((answer.status_code, sorted(told.items()), sorted(headers))))
        known, unknown = (statistics.median(taken) for taken in times.values())
        if n % ROUNDS == 0 and max(known, unknown) / min(known, unknown) < ALIKE:
            return answers
    raise AssertionError(f"the times lie apart: {times}")


def register(portal: Portal, email: str) -> requests.Response:
    person = {"email": email, "password": SAMPLE_PASSWORD, "given_names": "Erika", "family_name": "Musterfrau"}
    return send("POST", f"{portal.url}api/v1/accounts", person)


def send(method: str, url: str, body: dict[str, Any]) -> requests.Response:
    return requests.request(method, url, json=body, headers={"Idempotency-Key": uuid4().hex}, timeout=PATIENCE_SECONDS)
