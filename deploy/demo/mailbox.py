"""The mailbox of the demo: the mails that the sandbox's mail server has caught."""

import re
from urllib.parse import parse_qs, urlsplit

import requests

from deploy.trouble import Trouble

TIMEOUT_SECONDS = 20.0


def link_token(address: str, to: str) -> str | None:
    """The token of the link in the newest mail to somebody; None while there is none."""
    try:
        mails = requests.get(address, params={"to": to}, timeout=TIMEOUT_SECONDS).json()["messages"]
    except (requests.RequestException, ValueError, KeyError):
        raise Trouble(f"the mails cannot be read at {address}: say with --mail where they are caught.") from None
    links = [link for mail in mails for link in re.findall(r"https?://\S+[?&]token=\S+", mail["text"])]
    return parse_qs(urlsplit(links[-1]).query)["token"][0] if links else None
