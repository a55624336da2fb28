"""`python -m deploy.demo [--url URL]`: play the whole errand against the running portal."""

import argparse
import os
import sys
from pathlib import Path

from deploy import register
from deploy.demo.journey import Journey
from deploy.demo.telling import Story
from deploy.folder import keep_private, var_folder
from deploy.trouble import Trouble, told


def main(arguments: list[str]) -> None:
    """Raises `Trouble` with one sentence where the journey ends early."""
    here = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description="Play the whole errand against a running portal.")
    parser.add_argument("--url", default=here, help=f"address of the portal, by default {here}")
    parser.add_argument("--mail", help="where its mails are caught, by default the sandbox of the portal in VAR_DIR")
    parser.add_argument("--folder", type=Path, default=var_folder() / "demo", help="where the PDFs go")
    options = parser.parse_args(arguments)
    story = Story()
    case_id, path = Journey(options.url, options.mail or sandbox_mail(), options.folder, story).play()
    print(f"\njourney completed: application {case_id}, document {path}, {story.seconds:.1f} s")


def sandbox_mail() -> str:
    """The mail catcher of the running portal."""
    known = register.read(var_folder())
    if known is None:
        raise Trouble("no portal runs here: start it with `make run`, or say --url and --mail.")
    return str(known["BANK_URL"]).removesuffix("/bank") + "/mail/messages"


if __name__ == "__main__":
    keep_private()
    with told():
        main(sys.argv[1:])
