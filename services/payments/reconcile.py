"""`python -m services.payments.reconcile`: prints sums as JSON. Exit code 1 if they do not agree, 2 if there is no database."""

import json
import os
import sys

from services.chassis.database import Transactions, make_engine
from services.chassis.settings import database_url
from services.contracts.errors import Unavailable
from services.payments.reconciling import reconcile


def main() -> int:
    """Reads the database named by DATABASE_URL_PAYMENTS or VAR_DIR."""
    engine = make_engine(database_url("payments", os.environ))
    try:
        with Transactions("payments", engine).reading() as session:
            report = reconcile(session)
    except Unavailable:
        print("There are no payments to read; is the portal set up, and DATABASE_URL_PAYMENTS or VAR_DIR right?", file=sys.stderr)
        return 2
    finally:
        engine.dispose()
    print(json.dumps(report, indent=2))
    return 1 if report["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
