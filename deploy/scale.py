"""`SCALE="documents=2 applications=3"`: how many processes of which kind."""

from collections.abc import Mapping

from deploy.trouble import Trouble
from services.contracts.registry import SERVICES

KINDS = (*SERVICES, "relay", "gateway")
MOST = 32


def parse(text: str) -> Mapping[str, int]:
    """One of each kind unless it says otherwise; raises with a sentence for an unknown name or a bad number."""
    scale = dict.fromkeys(KINDS, 1)
    for wish in text.replace(",", " ").split():
        name, _, number = wish.partition("=")
        if name not in scale:
            raise Trouble(f'SCALE names "{name}", which is none of {", ".join(KINDS)}: write it like SCALE="documents=2".')
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST):
            raise Trouble(f'SCALE says "{wish}": after {name}= comes a whole number from 1 to {MOST}.')
        scale[name] = int(number)
    return scale
