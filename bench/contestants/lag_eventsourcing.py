"""A peer: eventsourcing's PostgreSQL recorder and its subscription; a follower that writes a row and its position in one
transaction an event, as its projection runner does. psycopg 3, real threads, a process each."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from eventsourcing.persistence import StoredEvent

from bench.common import serve
from bench.contestants.append_eventsourcing import recorder
from bench.contestants.steady import BODY_SIZE, steady, when_seen

STATE = b"x" * BODY_SIZE
TABLES = """
    CREATE TABLE written (number bigint PRIMARY KEY, position bigint);
    CREATE TABLE followed (source text PRIMARY KEY, position bigint)"""


def follow(url: str, seen: dict[int, float]) -> None:
    """Each notification into a row, for ever."""
    with psycopg.connect(url, autocommit=True) as connection, recorder(url, 4).subscribe(gt=0) as subscription:
        for notification in subscription:
            with connection.transaction():
                connection.execute("INSERT INTO written VALUES (%s, %s)", [notification.id, notification.id])
                connection.execute(
                    "INSERT INTO followed VALUES ('source', %s)"
                    " ON CONFLICT (source) DO UPDATE SET position = excluded.position",
                    [notification.id],
                )
            seen[notification.id] = time.time()


def main(which: str, url: str) -> None:
    seen: dict[int, float] = {}
    if which == "follower":
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(TABLES)
        threading.Thread(target=follow, args=[url, seen], daemon=True).start()
    made = recorder(url, 4)

    def append(number: int) -> None:
        stream = uuid5(NAMESPACE_URL, f"written-{number}")
        made.insert_events([StoredEvent(stream, 1, "source.Written.v1", STATE)])

    def answer(do: str, **asked: Any) -> dict[Any, Any]:
        return steady(append, **asked) if do == "append" else when_seen(seen, **asked)

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
