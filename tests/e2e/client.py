"""A browser without a screen: follows forms by hand, so that a test can send what no page would."""

import re
from html import unescape

import requests

from gateway.csrf import FIELD
from gateway.session import COOKIE
from tests.e2e.portal import Session
from tests.patience import PATIENCE_SECONDS

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


class Client:
    """Keeps cookies; redirects are shown, not followed."""

    def __init__(self, url: str, as_: Session | None = None) -> None:
        self.url = url.rstrip("/")
        self.http = requests.Session()
        if as_ is not None:
            self.http.cookies.set(COOKIE, as_.token)

    def get(self, path: str) -> requests.Response:
        """The page."""
        return self.http.get(self.url + path, allow_redirects=False, timeout=PATIENCE_SECONDS)

    def post(self, path: str, **typed: str) -> requests.Response:
        """Send a form."""
        return self.http.post(self.url + path, data=typed, allow_redirects=False, timeout=PATIENCE_SECONDS)

    def hidden(self, path: str) -> dict[str, str]:
        """What the first form in the page's content carries unseen."""
        return hidden(self.get(path))

    def token(self, path: str) -> str:
        """A token for forms of this session."""
        found = HIDDEN.findall(self.get(path).text)
        return unescape(dict(found)[FIELD])


def hidden(page: requests.Response) -> dict[str, str]:
    """What the forms in the page's content carry unseen."""
    content = MAIN.search(page.text)
    assert content, page.text
    return {name: unescape(value) for name, value in HIDDEN.findall(content.group())}
