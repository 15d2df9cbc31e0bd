"""Events a second when views are made anew: 200,000 events of 40,000 streams into the certificate register and the timeline.

Beside eventsourcing's projection runner, which has a transaction for each event, and PostgreSQL making the same rows by
SQL alone. Then a million events, to see what memory does.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

from bench.common import Bench, Case, Contestant, median, run
from bench.contestants import rebuild_sql
from bench.contestants.rebuild_story import LOGS, PER_PERSON, fill

OURS, PEER, LIMIT = "ours", "eventsourcing 9.5 ProjectionRunner", "INSERT … SELECT"


def measure(bench: Bench) -> None:
    """The rate, and the memory."""
    people = bench.pick(20_000, 1_000)
    with ExitStack() as stack:
        url = stack.enter_context(bench.database("rebuild"))
        with bench.bar("writing the logs", len(LOGS)) as step:
            for source in LOGS:
                fill(url, source, people)
                step(1)
        ours = stack.enter_context(Contestant("bench.contestants.rebuild_ours", url))
        peer = stack.enter_context(Contestant("bench.contestants.rebuild_eventsourcing", url))
        contestants: dict[str, Any] = {
            OURS: ours.ask,
            PEER: partial(peer.ask, people=bench.pick(500, 100)),
            LIMIT: partial(rebuild_sql.measure, url),
        }
        for warm_up in contestants.values():
            warm_up()
        found = bench.rounds("rebuild 200k", contestants, bench.pick(5, 2))
        _the_same(url)
        rate = {name: median(results, "rate") for name, results in found.items()}
        events, python = int(found[OURS][0]["events"]), median(found[OURS], "python_us")
        bench.add(
            Case.of("rebuild 200k", rate[OURS], "events/s", peer=(PEER, rate[PEER]), limit=(LIMIT, rate[LIMIT])),
            f"{events:,} events of {people * len(LOGS):,} streams into two views, in one reading, with their indexes;"
            f" {python:.0f} µs of Python an event",
            f"the peer on a sample of {int(found[PEER][0]['events']):,} events; its rate does not depend on how many there are",
        )
        times = bench.pick(1_000_000 // (people * PER_PERSON), 4)
        with bench.bar("a million events", 1) as step:
            memory = ours.ask(times=times)
            step(1)
        bench.note(
            "rebuild 200k",
            f"memory while rebuilding {int(memory['events']):,} events at {memory['rate']:,.0f} a second:"
            f" {memory['begin_mb']:.0f} MB after the first pages, {memory['most_mb']:.0f} MB at the most",
        )


def _the_same(url: str) -> None:
    """Ours and the limit's rows, or nothing was compared."""
    schemas = [[view.name, rebuild_sql.schema(view)] for view in rebuild_sql.VIEWS]
    for pair in schemas:
        live, sql = rebuild_sql.hashes(url, pair)
        if live != sql:
            raise AssertionError(f"{pair[0]}: {[table for table in live if live[table] != sql.get(table)]} differ")


if __name__ == "__main__":
    run("rebuild", measure)
