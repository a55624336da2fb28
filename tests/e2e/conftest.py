"""One portal and one browser for all journeys; every journey has a context, and so cookies, of its own."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.setup.testing import BROWSERS
from gateway.session import COOKIE
from tests.e2e.portal import Portal, Session, running

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Host names of members lead to the portal under test, as a name server would have it.
    "--host-resolver-rules=MAP *.example 127.0.0.1",
]
MILLISECONDS = 45_000
"""For a page, and for what is expected to appear in it: much longer than either takes on a slow, busy machine."""

Visitor = Callable[..., Page]


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Everything that `make run` starts."""
    with running(tmp_path_factory.mktemp("portal") / "var") as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, if possible the one without windows."""
    expect.set_options(timeout=MILLISECONDS)
    found = next(path for path in map(shutil.which, BROWSERS) if path)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser, portal: Portal) -> Iterator[Visitor]:
    """Opens the browser of another person: `visitor(as_=session, javascript=False, locale="en-GB")`."""
    contexts = []

    def opened(*, as_: Session | None = None, javascript: bool = True, locale: str = "de-DE", **more: Any) -> Page:
        context = browser.new_context(base_url=portal.url, locale=locale, java_script_enabled=javascript, **more)
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        if as_ is not None:
            context.add_cookies([{"name": COOKIE, "value": as_.token, "url": portal.url, "httpOnly": True, "sameSite": "Lax"}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
