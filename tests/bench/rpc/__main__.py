"""`python -m tests.bench.rpc [seconds] [rounds]`: prints the rates as JSON; exit code 1 if an aim is missed."""

import json
import sys

from deploy.broker import temporary_vhost
from tests.bench.rpc.measuring import AIM_TO_NAMEKO, AIM_TO_RAW, measure


def main(seconds: str = "3", rounds: str = "5") -> int:
    with temporary_vhost(declared=False) as uris:
        result = measure(uris["admin"], float(seconds), int(rounds))
    print(json.dumps(result, indent=2))
    return 0 if result["ours_to_raw"] >= AIM_TO_RAW and result["ours_to_nameko"] >= AIM_TO_NAMEKO else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
