"""Events by the thousand, put into the counter's log at once, and what they do to a process that is slow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg2

from contracts.message import Recorded
from services.kernel.append import Append
from services.kernel.mapper import encode
from services.kernel.testing import meta
from tests.kernel.commands import open_log
from tests.kernel.toy_domain import Noted


def flood(url: str, number: int, size: int = 1000) -> None:
    """Append notes of about this many characters, a thousand in one transaction."""
    log = open_log(url)
    body = encode(Recorded("counter", 0, "note", 1, Noted(text="x" * (size - 150)), meta()))
    first = log.head() + 1
    for begin in range(first, first + number, 1000):
        streams = range(begin, min(begin + 1000, first + number))
        log.recorder.append(Append([(f"note-{one}", 1, Noted.NAME, body) for one in streams]))
    log.recorder.database.close()


@contextmanager
def locked(url: str, table: str) -> Iterator[None]:
    """Nobody can write to this table; it can be read."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield
    finally:
        connection.close()


def megabytes(pid: int) -> float:
    """What this process takes up of the machine's memory."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20
