"""Loads of one filing's stream a second: rows to state; ours, eventsourcing's repository, and a bare SELECT with JSON decode.

Ours is measured cold, as the first load of a stream by a process; the note says what the process's memory makes of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bench.common import Bench, Case, Contestant, median, run

OURS, REMEMBERED, PEER, LIMIT = "ours", "ours, remembered", "eventsourcing 9.5", "SELECT + json.loads"
STREAMS = 8
"""Loaded in turn, so that nobody loads the stream that it has just loaded."""


def measure(bench: Bench) -> None:
    """Three lengths of stream."""
    with ExitStack() as stack:
        url = stack.enter_context(bench.database("load"))
        ours = stack.enter_context(Contestant("bench.contestants.load_ours", url))
        peer = stack.enter_context(Contestant("bench.contestants.load_eventsourcing", url))
        stories = {
            length: [f"{uuid5(NAMESPACE_URL, f'{length}/{n}')}" for n in range(STREAMS)] for length in (10, 100, 1000)
        }
        with bench.bar("writing the streams", 2 * len(stories)) as step:
            for length, ids in stories.items():
                for contestant in (ours, peer):
                    contestant.ask(ids=ids, length=length)
                    step(1)
        bare = stack.enter_context(Contestant("bench.contestants.load_bare", url))
        for length, ids in stories.items():
            question: dict[str, Any] = {"ids": ids, "length": length, "seconds": bench.pick(0.5, 0.2)}
            contestants = {
                OURS: partial(ours.ask, **question),
                PEER: partial(peer.ask, **question),
                LIMIT: partial(bare.ask, **question),
                REMEMBERED: partial(ours.ask, **question, remembered=True),
            }
            for warm_up in contestants.values():
                warm_up()
            found = bench.rounds(f"load {length}", contestants, bench.pick(9, 3))
            rate = {name: median(results, "rate") for name, results in found.items()}
            case = Case.of(
                f"load {length}",
                rate[OURS],
                "loads/s",
                peer=(PEER, rate[PEER]),
                limit=(LIMIT, rate[LIMIT]),
            )
            each = " · ".join(f"{name} {1e6 / value:,.0f}" for name, value in rate.items())
            bench.add(case, f"µs a load: {each}")


if __name__ == "__main__":
    run("load", measure)
