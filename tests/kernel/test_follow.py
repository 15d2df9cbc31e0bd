"""Every event is followed once and in order, by reactions and by views, whatever is done to the queues."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.broker_console import BrokerConsole
from tests.kernel.caller import NoReply
from tests.kernel.harness import FEED, Bench
from tests.kernel.proof import increment, prove, reached, rows, settle
from tests.kernel.waiting import eventually

Sent = list[dict[str, Any]]


def send(bench: Bench, number: int, counters: int = 4) -> Sent:
    """Give this many commands; those that were accepted."""
    commands = [increment(f"c{n % counters}", n + 1) for n in range(number)]
    for command in commands:
        bench.insist("counter", "increment", command, patience=1.0)
    return commands


def wire(bench: Bench, first: int, last: int) -> list[dict[str, Any]]:
    """These events as messages."""
    page: list[dict[str, Any]] = bench.insist("counter", "read_log", {"after": first - 1, "limit": last - first + 1})
    return page


def messages_in(bench: Bench, console: BrokerConsole) -> dict[str, int]:
    """Every queue of the virtual host and how many messages it has, those delivered and not acknowledged included."""
    return console.queues(bench.amqp_uri.rsplit("/", 1)[1])


def stopped_at(bench: Bench, part: str) -> str | None:
    """The event that health says this follower cannot apply."""
    error = bench.health()[part]["error"]
    return error.get("event") if error else None


def test_events_reach_the_mirrors_log_and_the_view(either: Bench) -> None:
    either.start()
    accepted = send(either, 30)
    prove(either, accepted)
    health = either.insist("mirror", "health", None)
    assert health["ok"] and all(part["ok"] for part in health["parts"].values())
    assert health["parts"]["mirror.follows.counter"]["position"] == 30


def test_duplicates_of_what_was_followed_change_nothing(either: Bench) -> None:
    either.start()
    accepted = send(either, 20)
    settle(either)
    either.inject(FEED, random.Random(1).choices(wire(either, 1, 20), k=60))
    accepted += send(either, 20)
    prove(either, accepted)


def test_messages_that_come_in_disorder_and_repeatedly_wait_their_turn(toys: Bench) -> None:
    """As if the broker had forgotten their order and what it had delivered."""
    toys.start()
    accepted = send(toys, 5)
    settle(toys)
    with toys.asleep("mirror"):
        accepted += send(toys, 30)
        ahead = [message for message in wire(toys, 6, 35) for _ in range(3)]
        random.Random(2).shuffle(ahead)
        toys.purge([FEED])
        toys.inject(FEED, ahead)
    prove(toys, accepted)


def test_a_message_that_is_not_one_of_the_logs_is_dropped(either: Bench) -> None:
    """Junk, another log's message, and a position that the log has not reached: none may stop or stall the follower."""
    either.start()
    accepted = send(either, 5)
    real = wire(either, 5, 5)[0]
    junk: list[Any] = [None, 7, "text", [], {}, {"position": "x"}, {"position": 6}, {**real, "source": "other", "position": 6}]
    junk += [{**real, "position": position} for position in range(1000, 1030)]
    either.inject(FEED, junk)
    accepted += send(either, 30)
    prove(either, accepted)
    assert all(part["ok"] for part in either.health().values())


def test_no_message_stays_in_a_queue(toys: Bench, broker_console: BrokerConsole) -> None:
    """Whatever it was; nor does one stay delivered and not acknowledged."""
    toys.start()
    accepted = send(toys, 3)
    settle(toys)
    last = wire(toys, 3, 3)[0]
    # None of them can ever be the next: with 5, one that is still on its way might pass for the real one.
    toys.inject(FEED, [{**last, "position": position} for position in (3, 8, 8, 8, 8, 900, 900, 8, 1, 901)])
    toys.inject(FEED, [{}, None])
    accepted += send(toys, 3)
    prove(toys, accepted)
    eventually(lambda: not any(messages_in(toys, broker_console).values()), why=lambda: messages_in(toys, broker_console))


def test_a_call_that_cannot_be_answered_ends_no_service(toys: Bench) -> None:
    """Nobody to reply to, no arguments, no such method: nameko would end the service, again after every restart."""
    toys.start()
    toys.inject("rpc-counter", [None, {}, {"args": [1], "kwargs": {}}, "text"])
    accepted = send(toys, 3)
    assert toys.call("counter", "read_log", None) == {"failed": "TypeError"}
    with pytest.raises(NoReply, match="MethodNotFound"):
        toys.call("counter", "no_such_method", None)
    prove(toys, accepted)
    assert all(toy.alive for toy in toys.toys.values())


def test_queues_purged_while_events_flow_lose_nothing(either: Bench) -> None:
    either.start()
    accepted: Sent = []
    for _ in range(12):
        accepted += send(either, 5)
        either.purge([FEED])
    prove(either, accepted)


def test_events_whose_messages_never_come_are_found_in_the_log(toys: Bench) -> None:
    """Also when no later message tells of the gap."""
    toys.start(TOY_SETS="services.kernel.follower:IDLE=0.5")
    accepted = send(toys, 1)
    settle(toys)
    toys.unbind(FEED)
    accepted += send(toys, 25)
    prove(toys, accepted)


def test_every_queue_deleted_while_events_flow_loses_nothing(toys: Bench, broker_console: BrokerConsole) -> None:
    toys.start()
    accepted = send(toys, 10)
    queues = list(messages_in(toys, broker_console))
    assert {FEED, "rpc-counter", "rpc-mirror"} <= set(queues)
    toys.delete([queue for queue in queues if not queue.startswith("test.")])
    accepted += send(toys, 10)
    prove(toys, accepted)
    # and the fast path is there again: the queues were declared anew, and messages come through them
    eventually(lambda: toys.consumers(FEED))
    accepted += send(toys, 10)
    prove(toys, accepted)


def test_an_event_that_cannot_be_applied_stops_the_follower_until_it_is_mended(either: Bench) -> None:
    either.start(TOY_STUMBLES_AT="13")
    accepted = send(either, 40)
    name = "query.totals.follows.counter"
    assert eventually(lambda: stopped_at(either, name)) == "counter:13 counter.Incremented.v1"
    # everything before it was applied, also what came in one batch with it
    eventually(lambda: either.health()[name]["position"] == 12, why=either.health)
    health = either.insist("mirror", "health", None)
    assert not health["ok"] and not health["parts"][name]["ok"]
    # it is not skipped, and nobody else is held up by it
    eventually(lambda: reached(either)[1] == 40, why=lambda: reached(either))
    assert reached(either)[2] == 12
    assert sum(n for _, _, n in rows(either.urls["mirror"], "SELECT * FROM totals.totals")) == reached(either)[2]
    either.kill()
    either.start()
    prove(either, accepted)
    assert either.insist("mirror", "health", None)["ok"]
