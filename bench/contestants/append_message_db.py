"""A peer: a Message-DB-style SQL function (message_db.sql, ours), one connection a writer on psycopg2, real threads."""

from __future__ import annotations

import sys
import threading
from importlib import resources
from typing import Any

import psycopg2

from bench.common import serve
from bench.contestants.race import BODY, race

SQL = resources.files("bench.contestants").joinpath("message_db.sql").read_text("utf-8")
WRITE = "EXECUTE write(%s, %s, %s, %s)"
PREPARE = "PREPARE write (text, text, jsonb, bigint) AS SELECT write_message($1, $2, $3, $4)"


def main(url: str) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(SQL)
    idle: list[Any] = []
    mine = threading.local()

    def cursor_of_thread() -> Any:
        if not hasattr(mine, "cursor"):
            try:
                mine.cursor = idle.pop()
            except IndexError:
                connection = psycopg2.connect(url)
                connection.autocommit = True
                mine.cursor = connection.cursor()
                mine.cursor.execute(PREPARE)
            lent.append(mine.cursor)
        return mine.cursor

    lent: list[Any] = []

    def append(stream: str, version: int) -> int | None:
        cursor = cursor_of_thread()
        cursor.execute(WRITE, (stream, "bench.Written.v1", BODY, version - 1))
        position = int(cursor.fetchone()[0])
        return None if position > 0 else -position

    def answer(writers: int, seconds: float, contended: bool, tag: str) -> dict[str, Any]:
        result = race(append, writers, seconds, contended, tag)
        idle.extend(lent)
        lent.clear()
        return result

    serve(answer)


if __name__ == "__main__":
    main(sys.argv[1])
