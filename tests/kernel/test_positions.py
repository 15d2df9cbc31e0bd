"""Positions are gapless and come in commit order: whoever reads on from the last one seen misses nothing."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from contracts.decider import Claim
from services.kernel.append import Append, AppendFailed
from services.kernel.database import Database
from services.kernel.recorder import PostgresRecorder

PROCESSES, APPENDS = 4, 60


def append_many(url: str, number: int) -> tuple[int, int]:
    """In a process of its own: append to its streams, between appends that fail. (events, failures)."""
    recorder, chance = PostgresRecorder(Database(url)), random.Random(number)
    written = failed = 0
    for turn in range(APPENDS):
        stream, size = f"counter-{number}-{turn}", chance.randint(1, 4)
        rows = [(stream, v, "counter.Incremented.v1", "{}") for v in range(1, size + 1)]
        recorder.append(Append(rows))
        written += size
        # These have taken the lock and a position before they fail; a sequence would leave a hole.
        for doomed in (
            Append(rows, claims=[(stream, Claim("mine", f"{number}-{turn}", "taken"))]),
            Append([(f"{stream}-b", 1, "x", "{}")], claims=[(stream, Claim("ours", str(turn), "taken"))]),
        ):
            try:
                recorder.append(doomed)
                written += 1
            except AppendFailed:
                failed += 1
    return written, failed


def test_a_reader_that_polls_while_processes_append_never_sees_a_gap(fresh_database: str) -> None:
    recorder = PostgresRecorder(Database(fresh_database))
    recorder.create_tables()
    seen: list[int] = []
    pages = 0
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        writers = [pool.submit(append_many, fresh_database, number) for number in range(PROCESSES)]
        working = True
        while working:
            working = not all(writer.done() for writer in writers)
            while page := [position for position, *_ in recorder.page(seen[-1] if seen else 0, 7)]:
                first = seen[-1] + 1 if seen else 1
                assert page == list(range(first, first + len(page)))
                seen += page
                pages += 1
        outcomes = [writer.result() for writer in writers]
    assert len(seen) == sum(written for written, _ in outcomes)
    assert sum(failed for _, failed in outcomes) == PROCESSES * APPENDS + (PROCESSES - 1) * APPENDS
    assert pages > 50, "the reader was not reading while they wrote"
    assert recorder.max_notification_id() == len(seen)
