"""The followers of a service share one queue for each log; it is short, and whoever is slow costs nobody anything."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from kombu import Connection, Exchange, Queue

from services.kernel.follower import INBOX, Follower
from services.kernel.wire import Delivered
from tests.broker_console import BrokerConsole
from tests.kernel.flood import flood, locked, megabytes
from tests.kernel.harness import FEED, FORMER, Bench
from tests.kernel.proof import increment, prove, reached, settle
from tests.kernel.waiting import eventually

VIEW = "query.totals.follows.counter"


def queues(toys: Bench, console: BrokerConsole) -> dict[str, int]:
    """By name, the messages in every queue of the services that is not for replies."""
    found = console.queues(toys.amqp_uri.rsplit("/", 1)[1])
    return {name: messages for name, messages in found.items() if not name.startswith(("test.", "rpc.reply"))}


def as_before(uri: str, names: tuple[str, ...]) -> None:
    """The queues of a release in which every follower had its own."""
    exchange = Exchange("counter.events", type="topic", durable=True)
    with Connection(uri) as connection:
        for name in names:
            one = Queue(name, exchange, "#", durable=True, queue_arguments={"x-single-active-consumer": True})
            one(connection.channel()).declare()


def test_one_queue_for_all_followers_of_a_log(toys: Bench, broker_console: BrokerConsole) -> None:
    toys.start()
    accepted = [increment("c", by=n) for n in range(1, 11)]
    for command in accepted:
        toys.insist("counter", "increment", command)
    prove(toys, accepted)
    assert set(queues(toys, broker_console)) == {"rpc-counter", "rpc-mirror", FEED}


def test_the_queues_of_a_former_release_are_removed(toys: Bench, broker_console: BrokerConsole) -> None:
    """They would go on being filled, and nobody would read them."""
    as_before(toys.amqp_uri, FORMER)
    toys.begin("counter")
    accepted = [increment("c") for _ in range(5)]
    for command in accepted:
        toys.insist("counter", "increment", command)
    eventually(lambda: [toys.ready_in(name) for name in FORMER] == [5] * len(FORMER))
    toys.begin("mirror")
    eventually(lambda: not set(FORMER) & set(queues(toys, broker_console)))
    prove(toys, accepted)


def test_a_queue_that_a_replica_of_a_former_release_reads_is_left_to_it(toys: Bench, broker_console: BrokerConsole) -> None:
    as_before(toys.amqp_uri, FORMER)
    with Connection(toys.amqp_uri) as connection, connection.Consumer([Queue(FORMER[0], no_declare=True)]):
        toys.start()
        eventually(lambda: FORMER[1] not in queues(toys, broker_console))
        assert FORMER[0] in queues(toys, broker_console) and toys.consumers(FORMER[0]) == 1
        accepted = [increment("c") for _ in range(5)]
        for command in accepted:
            toys.insist("counter", "increment", command)
        prove(toys, accepted)
        assert all(part["ok"] for part in toys.health().values())


def test_a_service_that_is_away_fills_no_broker(toys: Bench, broker_console: BrokerConsole) -> None:
    """The queue keeps the newest so many, here fewer than usual; the rest is read from the log."""
    bound = 2000
    toys.start(TOY_SETS=f"services.kernel.feed:BOUND={bound}")
    eventually(lambda: toys.consumers(FEED))  # the queue is there, and bound
    toys.kill("mirror")
    flood(toys.urls["counter"], bound + 1000, size=300)
    eventually(lambda: queues(toys, broker_console)[FEED] == bound, why=lambda: queues(toys, broker_console))
    toys.begin("mirror", TOY_SETS=f"services.kernel.feed:BOUND={bound}")
    settle(toys)
    eventually(lambda: queues(toys, broker_console)[FEED] == 0)


def test_a_slow_follower_makes_nobodys_memory_grow_and_holds_up_nobody(toys: Bench, broker_console: BrokerConsole) -> None:
    toys.start()
    settle(toys)
    flood(toys.urls["counter"], 3000)  # what a process takes for having worked at all
    settle(toys)
    before = {name: megabytes(toy.process.pid) for name, toy in toys.toys.items()}
    with locked(toys.urls["mirror"], "totals.position"):
        flood(toys.urls["counter"], 20_000)
        eventually(lambda: reached(toys)[1] == 23_000)  # the other follower of the same feed
        eventually(lambda: queues(toys, broker_console)[FEED] == 0)
        waiting = toys.toys["mirror"].order(do="waiting")
        assert waiting[VIEW] == INBOX and waiting["mirror.follows.counter"] == 0
        grown = {name: megabytes(toy.process.pid) - before[name] for name, toy in toys.toys.items()}
        assert max(grown.values()) < 12, grown
        assert toys.insist("counter", "health", None)["ok"]
    settle(toys)
    assert reached(toys) == [23_000] * 3
    accepted = [increment("c") for _ in range(3)]
    for command in accepted:
        toys.insist("counter", "increment", command)
    settle(toys)
    assert all(part["ok"] for part in toys.health().values())


# -- one follower by itself -------------------------------------------------------------------------------------


class Follows(Follower):
    """Remembers what it applied; ``log`` is what its source has, ``recorded`` what another replica may have written."""

    def __init__(self, log: list[int], recorded: int = 0) -> None:
        super().__init__("one", "counter")
        self.log, self.recorded = log, recorded
        self.applied: list[int] = []
        self.asked: list[int] = []
        rpc, container = SimpleNamespace(call=self._read), SimpleNamespace(service_name="one")
        self.ground = SimpleNamespace(rpc=rpc, container=container)  # type: ignore[assignment]

    def _read(self, source: str, method: str, asked: dict[str, int], timeout: float) -> list[dict[str, Any]]:
        self.asked.append(asked["after"])
        return [dict(message(n)) for n in self.log if n > asked["after"]][:10]

    def recorded_position(self) -> int:
        return self.recorded

    def apply(self, messages: Any) -> int:
        self.applied += [one["position"] for one in messages]
        self.recorded = int(messages[-1]["position"])
        return self.recorded


def message(position: int) -> Delivered:
    return Delivered(source="counter", position=position, stream="c-1", version=1, name="counter.Noted.v1", body="{}")


def test_a_quiet_follower_asks_from_where_another_replica_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passive one of two replicas is given no messages; from what it remembers it would read everything again."""
    monkeypatch.setattr("services.kernel.follower.IDLE", 0.01)
    follower = Follows(list(range(1, 501)), recorded=500)
    follower.position = 20
    follower._follow()
    assert follower.asked == [500] and follower.applied == [] and follower.position == 500


@pytest.mark.parametrize(
    ("came", "asked"),
    [
        ([1, 2, 3, 4, 5], 0),
        ([1, 2, 4, 5], 1),  # a gap
        ([5, 4, 3, 2, 1], 1),  # disorder
        ([1, 1, 2, 2, 1, 3, 4, 3, 5], 0),  # repeated
        ([1, 2, 900, 3, 4, 5, 900], 2),  # of another history
        ([3], 1),  # all but one lost
    ],
)
def test_whatever_the_queue_does_every_event_is_applied_once_and_in_order(came: list[int], asked: int) -> None:
    follower = Follows([1, 2, 3, 4, 5])
    follower.position = 0
    for position in came:
        follower.deliver(message(position))
    follower._follow()
    assert follower.applied == [1, 2, 3, 4, 5]
    assert len([after for after in follower.asked if after < 5]) <= asked
    assert not follower._inbox


def test_a_full_inbox_loses_the_oldest_and_the_log_is_asked_at_once() -> None:
    """If it lost the newest, nothing would tell of them until the next message."""
    everything = list(range(1, INBOX + 51))
    follower = Follows(everything)
    follower.position = 0
    for position in everything:
        follower.deliver(message(position))
    assert len(follower._inbox) == INBOX
    follower._follow()
    assert follower.applied == everything


def test_after_a_lost_connection_the_log_is_asked_though_nothing_came() -> None:
    follower = Follows([1, 2, 3])
    follower.position = 0
    follower.look()
    follower._follow()
    assert follower.applied == [1, 2, 3]
