"""A peer: eventsourcing's own PostgreSQL application recorder as it comes, on psycopg 3, with real threads."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.common import serve
from bench.contestants.race import BODY, race

STATE = BODY.encode()


def recorder(url: str, connections: int) -> PostgresApplicationRecorder:
    """One with a connection for each thread."""
    parts = urlsplit(url)
    datastore = PostgresDatastore(
        dbname=parts.path[1:],
        host=parts.hostname or "",
        port=parts.port or 5432,
        user=parts.username or "",
        password=parts.password or "",
        pool_size=connections,
        connect_timeout=30,
    )
    made = PostgresApplicationRecorder(datastore)
    made.create_table()
    return made


def main(url: str, connections: int) -> None:
    made = recorder(url, connections)

    def append(stream: str, version: int) -> int | None:
        id_ = uuid5(NAMESPACE_URL, stream)
        try:
            made.insert_events([StoredEvent(id_, version, "bench.Written.v1", STATE)])
        except IntegrityError:
            actual: int = made.select_events(id_, desc=True, limit=1)[0].originator_version
            return actual
        return None

    def answer(writers: int, seconds: float, contended: bool, tag: str) -> dict[str, Any]:
        return race(append, writers, seconds, contended, tag)

    serve(answer)
    made.datastore.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
