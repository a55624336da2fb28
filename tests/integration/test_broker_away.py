"""The broker is away for a minute under load: everybody is answered within the deadline, and afterwards nothing is missing."""

import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.broker import temporary_vhost
from deploy.stack import Stack
from tests.chaos.auditing import Books, audit
from tests.chaos.people import Citizen, Tally, clerks_of_places
from tests.integration.proxy import proxied
from tests.patience import PATIENCE_SECONDS
from tests.people import with_account

AWAY_SECONDS = 60
SUBMISSIONS = 60


def by_way_of(port: int, uri: str) -> str:
    """The same address through the proxy."""
    parts = urlsplit(uri)
    return parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}").geturl()


@pytest.mark.slow
def test_a_minute_without_the_broker_loses_nothing(tmp_path: Path) -> None:
    with temporary_vhost() as uris, proxied(uris["admin"]) as line:
        through = {kind: by_way_of(line.port, uri) for kind, uri in uris.items()}
        with Stack(tmp_path, uris=through, environment={"LOG_FORMAT": "json"}) as stack:
            url = stack.url.rstrip("/")
            tally, stop = Tally(SUBMISSIONS), threading.Event()
            clerks = clerks_of_places(url, stop, tally)
            citizens = [Citizen(url, with_account(tmp_path), tally) for _ in range(3)]
            for thread in (*clerks, *citizens):
                thread.start()
            until = time.monotonic() + PATIENCE_SECONDS
            while len(tally.orders) < SUBMISSIONS // 4:
                assert time.monotonic() < until, tally.troubles
                time.sleep(0.05)
            line.cut()
            accepted = len(tally.orders)
            time.sleep(AWAY_SECONDS)
            assert len(tally.orders) <= accepted + len(citizens), "without a broker nothing new can be accepted"
            line.restore()
            until = time.monotonic() + PATIENCE_SECONDS
            for citizen in citizens:
                citizen.join(PATIENCE_SECONDS)
            books = Books(tmp_path)
            while not books.is_done():
                assert time.monotonic() < until, "the portal did not go on"
                time.sleep(0.2)
            stop.set()
            time.sleep(2)
            found = audit(tmp_path, tally.orders.values())
    assert (tally.troubles, found.lost, found.duplicated) == ([], [], [])
    assert len(tally.orders) == SUBMISSIONS
    assert all(citizen.person.put_off for citizen in citizens), "everybody was told to try again in a moment"
    assert sum(citizen.person.unanswered for citizen in citizens) == 0, "everybody was answered, whatever the answer"
