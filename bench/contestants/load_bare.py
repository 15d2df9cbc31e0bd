"""The limit: a bare SELECT of the stream's rows and json.loads of each, on psycopg2 without eventlet. Nothing is validated."""

from __future__ import annotations

import json
import sys
import time
from itertools import cycle
from typing import Any

import psycopg2

from bench.common import serve

SELECT = "SELECT position, version, name, body FROM events WHERE stream = %s ORDER BY version"


def main(url: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()

    def answer(ids: list[str], length: int, seconds: float) -> dict[str, Any]:
        loads, began = 0, time.perf_counter()
        until = began + seconds
        for key in cycle(ids):
            cursor.execute(SELECT, [f"filing-{key}"])
            events = [json.loads(row[3]) for row in cursor.fetchall()]
            loads += 1
            if len(events) != length:
                raise AssertionError(f"{len(events)} events instead of {length}")
            if time.perf_counter() >= until:
                break
        return {"rate": loads / (time.perf_counter() - began)}

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
