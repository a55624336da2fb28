"""`python3 -m deploy.setup [run|test]`: set up what running, or testing too, needs; only what has changed."""

import sys

OLDEST = (3, 11)


def main(purpose: str) -> None:
    """The version is looked at before any other module is read: an older Python could not even parse them."""
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        sys.exit("amtsgang: this is Python " + found + "; install Python 3.11 or newer, or name one with `make PYTHON=...`.")
    from deploy.setup.steps import set_up
    from deploy.trouble import told

    with told():
        set_up(for_tests=purpose == "test")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["run"], ["test"]):
        sys.exit("usage: python3 -m deploy.setup [run|test]")
    main((sys.argv[1:] or ["run"])[0])
