"""Prepares the databases and roles of a deployment, waiting for the server first; harmless to repeat.

ZHUCE_ADMIN_DATABASE_URL names server and administrator; ZHUCE_<SERVICE>_PASSWORD is each role's password.
"""

from __future__ import annotations

import os
import sys
import time

import psycopg2

from deploy.postgres.databases import SERVICES, name_of, prepare

PATIENCE = 60.0


def main() -> int:
    """0 when all databases are there, 2 when a setting is missing, 1 when the server is not."""
    needed = ["ZHUCE_ADMIN_DATABASE_URL", *(f"ZHUCE_{service.upper()}_PASSWORD" for service in SERVICES)]
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        print(f"migrate: missing in the environment: {', '.join(missing)}", file=sys.stderr)
        return 2
    admin_url = os.environ["ZHUCE_ADMIN_DATABASE_URL"]
    passwords = {service: os.environ[f"ZHUCE_{service.upper()}_PASSWORD"] for service in SERVICES}
    until = time.monotonic() + PATIENCE
    while True:
        try:
            prepare(admin_url, passwords)
            break
        except psycopg2.OperationalError as error:
            if "authentication failed" in str(error):
                print(f"migrate: ZHUCE_ADMIN_DATABASE_URL was refused: {error}", file=sys.stderr)
                return 1
            if time.monotonic() > until:
                print(f"migrate: PostgreSQL did not answer within {PATIENCE:.0f} s: {error}", file=sys.stderr)
                return 1
            time.sleep(0.5)
    print(f"migrate: ready: {', '.join(name_of(service) for service in SERVICES)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
