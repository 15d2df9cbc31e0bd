"""From commit to row: how long until an event that is committed here is seen in a view of another service.

One event after another at a steady rate, over RabbitMQ between processes, and embedded in one. A waiting time is told, so
that less is better.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bench.common import Bench, Case, Contestant, median, quantiles, run
from deploy.rabbitmq.server import RabbitServer

RATES = (100, 300)
"""Events a second. The case is the first; the others are told in its notes."""
STARTED = 5.0
"""Seconds until a service follows by messages: one that began before the log was there asks again."""
MODULE = "bench.contestants"
Measure = Callable[[], dict[str, float]]


class Pair:
    """Who appends and who sees it: two processes, or one twice."""

    def __init__(self, source: Contestant, follower: Contestant) -> None:
        self.source, self.follower = source, follower
        self.first = 1

    def measure(self, rate: float, seconds: float) -> dict[str, float]:
        """p50 and p99, in milliseconds, of the waiting times of so many seconds."""
        committed = self.source.ask(do="append", rate=rate, seconds=seconds, first=self.first)
        self.first += len(committed)
        seen = self.follower.ask(do="seen", last=self.first - 1)
        # Seen before the writer was told that it is committed: no time at all.
        return quantiles([max(0.0, seen[number] - at) for number, at in committed.items()])


@contextmanager
def pairs(bench: Bench, uri: str) -> Iterator[dict[str, Pair]]:
    """Everybody, started and warm."""
    with ExitStack() as stack:

        def begin(module: str, *arguments: str) -> Contestant:
            return stack.enter_context(Contestant(f"{MODULE}.{module}", *arguments))

        def databases(tag: str) -> dict[str, str]:
            return {name: stack.enter_context(bench.database(f"lag_{tag}_{name}")) for name in ("source", "follower")}

        over_rabbit, embedded = json.dumps(databases("rabbit")), json.dumps(databases("memory"))
        theirs = stack.enter_context(bench.database("lag_peer"))
        in_one = begin("lag_ours", "both", "memory://", embedded)
        made = {
            "ours": Pair(*(begin("lag_ours", which, uri, over_rabbit) for which in ("source", "follower"))),
            "embedded": Pair(in_one, in_one),
            "eventsourcing": Pair(*(begin("lag_eventsourcing", which, theirs) for which in ("source", "follower"))),
            "bare": Pair(*(begin("lag_bare", which, uri) for which in ("source", "follower"))),
        }
        time.sleep(STARTED)
        for pair in made.values():
            pair.measure(RATES[0], 1.0)
        yield made


def measure(bench: Bench) -> None:
    rabbit = RabbitServer()
    try:
        rabbit.start()
        seconds, times = bench.pick(5.0, 1.0), bench.pick(3, 1)
        with pairs(bench, rabbit.amqp_uri) as everybody:
            found = {}
            for rate in RATES:

                def of(pair: Pair, rate: float = rate) -> Measure:
                    return lambda: pair.measure(rate, seconds)

                found[rate] = bench.rounds(f"lag at {rate}/s", {who: of(pair) for who, pair in everybody.items()}, times)
    finally:
        rabbit.discard()
    p50 = {who: median(rounds, "p50") for who, rounds in found[RATES[0]].items()}
    bench.add(
        Case.of(
            "lag",
            p50["ours"],
            "ms",
            peer=("eventsourcing subscription, in the log's own database", p50["eventsourcing"]),
            limit=("bare kombu, published to consumed", p50["bare"]),
        ),
        "from commit to row over RabbitMQ, p50; less is better",
        *(
            f"{who} at {rate}/s: p50 {median(rounds, 'p50'):.2f} ms, p99 {median(rounds, 'p99'):.2f} ms"
            for rate in RATES
            for who, rounds in found[rate].items()
        ),
    )


if __name__ == "__main__":
    run("lag", measure)
