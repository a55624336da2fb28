"""Measures a whole portal: start-up, memory, pages, submissions from end to end, events from outbox to handler."""

import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import requests

from deploy import broker
from deploy.samples import SAMPLE_PASSWORD
from deploy.stack import Stack
from services.chassis import outbox
from services.chassis.database import Transactions, make_engine
from tests.answers import fill
from tests.bench.figures import Figure, percentiles
from tests.chaos.auditing import Books
from tests.chaos.people import MANDATE, Citizen, Tally, clerks_of_places
from tests.e2e.client import hidden
from tests.people import with_account

REQUESTS = 200
SUBMISSIONS = 300
EVENTS = 3000
WARM_UP = 20
LONGEST_WAIT = 300


def figures() -> list[Figure]:
    """Everything, on a portal of its own."""
    with broker.temporary_vhost() as uris, tempfile.TemporaryDirectory(prefix="amtsgang-bench-") as folder:
        var = Path(folder)
        began = time.monotonic()
        with Stack(var, uris=uris):
            first = time.monotonic() - began
        began = time.monotonic()
        with Stack(var, uris=uris) as stack:
            second = time.monotonic() - began
            return [
                Figure("start-up, new folder", first, "s"),
                Figure("start-up, second time", second, "s", most=10),
                *_pages(stack.url),
                *_submissions(stack),
                _events(var),
                *_memory(stack),
            ]


def _times(work: Callable[[], Any]) -> list[float]:
    for _ in range(WARM_UP):
        work()
    found = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return found


def _pages(url: str) -> list[Figure]:
    browser = requests.Session()

    def get(path: str) -> Callable[[], requests.Response]:
        return lambda: _good(browser.get(url + path, timeout=10))

    start = percentiles("start page", _times(get("")), 50)
    service = percentiles("service page", _times(get("soegel/business-registration")), 50)
    _sign_in(browser, url)
    draft, fields = _draft(browser, url)
    form = percentiles(
        "form post", _times(lambda: _good(browser.post(draft, data=fields, timeout=10, allow_redirects=False))), 50
    )
    return [*start, *service, *form, *percentiles("API submit", _times(_submit(url)))]


def _good(answer: requests.Response) -> requests.Response:
    answer.raise_for_status()
    return answer


def _sign_in(browser: requests.Session, url: str) -> None:
    address, person = url + "sign-in", {"email": "citizen@example.org", "password": SAMPLE_PASSWORD}
    _good(browser.post(address, data={**hidden(_good(browser.get(address, timeout=10))), **person}, timeout=10))


def _draft(browser: requests.Session, url: str) -> tuple[str, dict[str, str]]:
    """A draft's address and what its form sends."""
    address = url + "soegel/dog-registration"
    form = _good(browser.post(address, data=hidden(_good(browser.get(address, timeout=10))), timeout=10))
    return form.url, {**hidden(form), "answers.dog_name": "Bello", "answers.breed": "Mischling", "do": "later"}


def _submit(url: str) -> Callable[[], requests.Response]:
    api = requests.Session()
    sign_in = {"email": "citizen@example.org", "password": SAMPLE_PASSWORD}
    token = _good(api.post(f"{url}api/v1/sessions", json=sign_in, timeout=10)).json()["token"]
    api.headers["Authorization"] = f"Bearer {token}"
    offer = _good(api.get(f"{url}api/v1/municipalities/soegel/services/business-registration", timeout=10)).json()
    application = {"service": offer["service"], "ars": offer["ars"], "answers": fill(offer["sections"])}
    body = {"applications": [application], "mandate": MANDATE}
    return lambda: _good(api.post(f"{url}api/v1/applications", json=body, headers={"Idempotency-Key": uuid4().hex}, timeout=10))


def _submissions(stack: Stack) -> list[Figure]:
    """From the first request of eight citizens until every case has been decided and has ended."""
    books, url = Books(stack.var), stack.url.rstrip("/")
    tally, stop = Tally(SUBMISSIONS), threading.Event()
    clerks = clerks_of_places(url, stop, tally)
    for clerk in clerks:
        clerk.start()
    _wait(books.is_done)
    began = time.monotonic()
    citizens = [Citizen(url, with_account(stack.var), tally) for _ in range(8)]
    for citizen in citizens:
        citizen.start()
    for citizen in citizens:
        citizen.join()
    accepted = time.monotonic() - began
    _wait(books.is_done)
    ended = time.monotonic() - began
    stop.set()
    return [
        Figure("submissions accepted", len(tally.orders) / accepted, "per second", least=10),
        Figure("submissions decided and ended", len(tally.orders) / ended, "per second", least=10),
    ]


def _events(var: Path) -> Figure:
    """From the commit of the first to the commit of the last one's handler."""
    account = Books(var).rows("accounts", "SELECT id FROM accounts WHERE kind = 'citizen'")[0][0]
    engine = make_engine(f"sqlite:///{var / 'accounts.sqlite'}")

    def handled() -> int:
        return int(
            Books(var).rows("messaging", "SELECT count(*) FROM inbox WHERE handler = 'messaging.on.account.registered'")[0][0]
        )

    before, began = handled(), time.monotonic()
    with Transactions("accounts", engine).transaction() as session:
        for _ in range(EVENTS):
            outbox.publish(session, "account.registered", subject=account, data={"account_id": account})
    _wait(lambda: handled() >= before + EVENTS, every=0.02)
    seconds = time.monotonic() - began
    engine.dispose()
    return Figure("events, outbox to handler", EVENTS / seconds, "per second")


def _wait(holds: Callable[[], bool], every: float = 0.2) -> None:
    until = time.monotonic() + LONGEST_WAIT
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("the portal did not finish its work")
        time.sleep(every)


def _memory(stack: Stack) -> list[Figure]:
    """Proportional set size: what is shared between processes counts in parts."""
    sizes: dict[str, float] = defaultdict(float)
    for running in stack.processes:
        if running.pid:
            process = psutil.Process(running.pid)
            for each in (process, *process.children(recursive=True)):
                sizes[running.name] += each.memory_full_info().pss / 2**20
    return [
        *(Figure(f"memory of {name}", size, "MiB") for name, size in sizes.items()),
        Figure("memory of all processes", sum(sizes.values()), "MiB"),
    ]
