"""Appends of 1,000-byte events a second: ours, eventsourcing's recorder, and pgbench's one row a transaction.

Eight streams at once or one that all want; on a disk whose fsync is fast, and on one that takes 2 ms longer. A row
below each case tells latencies, and what a Message-DB-style SQL function does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from itertools import count
from typing import Any

import psycopg2

from bench.common import Bench, Case, Contestant, median, run
from bench.contestants.race import BODY
from bench.pgbench import pgbench
from bench.servers import NoCompiler, slow_postgres

OURS, PEER, OTHER, LIMIT = "ours", "eventsourcing 9.5", "Message-DB-style function", "pgbench"
TABLE = """CREATE TABLE rows (position bigserial PRIMARY KEY, stream text NOT NULL, version int NOT NULL,
                              name text NOT NULL, body text NOT NULL)"""
ONE_ROW = """INSERT INTO rows (stream, version, name, body)
             VALUES ('bench-' || :client_id, 1, 'bench.Written.v1', :body);"""


class Field:
    """The contestants on one database, each in its own process; a stream is never used in two rounds."""

    def __init__(self, stack: ExitStack, url: str) -> None:
        self.url = url
        self._tags = count(1)
        python = {
            OURS: Contestant("bench.contestants.append_ours", url),
            PEER: Contestant("bench.contestants.append_eventsourcing", url, "32"),
            OTHER: Contestant("bench.contestants.append_message_db", url),
        }
        self._python = {name: stack.enter_context(contestant) for name, contestant in python.items()}
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(TABLE)

    def measured(self, bench: Bench, case: str, writers: int, contended: bool = False, **ours: Any) -> None:
        """One case: a short warm-up of everyone, then the rounds."""
        seconds = bench.pick(1.0, 0.5)

        def asker(name: str) -> Callable[[float], dict[str, Any]]:
            more = ours if name == OURS else {}
            return lambda seconds: self._python[name].ask(
                writers=writers, seconds=seconds, contended=contended, tag=f"{next(self._tags)}", **more
            )

        askers = {name: asker(name) for name in self._python}
        for ask in askers.values():
            ask(0.3)
        # Rivals on one stream can only write one after another, each on top of what the last one committed.
        clients = 1 if contended else writers
        contestants: dict[str, Callable[[], Any]] = {name: partial(ask, seconds) for name, ask in askers.items()}
        contestants[LIMIT] = partial(pgbench, self.url, ONE_ROW, clients, 1, {"body": BODY})
        results = bench.rounds(case, contestants, bench.pick(7, 2))
        rate = {name: median(found, "rate") for name, found in results.items()}
        bench.add(
            Case.of(
                case,
                rate[OURS],
                "appends/s",
                peer=(PEER, rate[PEER]),
                limit=(f"{LIMIT} c={clients}", rate[LIMIT]),
            ),
            "p50 / p99 ms: " + " · ".join(f"{name} {_milliseconds(found)}" for name, found in results.items()),
            f"{OTHER} {rate[OTHER]:,.0f} appends/s: ours is {rate[OURS] / rate[OTHER]:.1f} times that",
        )


def _milliseconds(rounds: list[Any]) -> str:
    return f"{median(rounds, 'p50'):.2f} / {median(rounds, 'p99'):.2f}"


def measure(bench: Bench) -> None:
    """Every case of the issue, and what keeping command ids costs."""
    with ExitStack() as stack:
        field = Field(stack, stack.enter_context(bench.database("append")))
        field.measured(bench, "append c=1", 1)
        field.measured(bench, "append c=8", 8)
        field.measured(bench, "append c=32", 32)
        field.measured(bench, "append contended c=8", 8, contended=True)
        field.measured(bench, "append c=32 with command ids", 32, handled=True)
    try:
        with ExitStack() as stack:
            slow = Bench(bench.name, bench.quick, stack.enter_context(slow_postgres(2.0)))
            field = Field(stack, stack.enter_context(slow.database("append_slow")))
            alone = pgbench(field.url, ONE_ROW, 1, 1, {"body": BODY})
            if alone["p50"] < 2.0:
                raise NoCompiler(f"the slow disk is not slow: a commit took {alone['p50']:.2f} ms")
            field.measured(bench, "append c=32 fsync=2ms", 32)
    except NoCompiler as reason:
        bench.note("append c=32 fsync=2ms", f"skipped: {reason}")


if __name__ == "__main__":
    run("append", measure)
