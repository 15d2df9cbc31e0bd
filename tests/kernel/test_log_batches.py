"""Many commands in one call come to what the same commands come to one by one."""

from __future__ import annotations

import random
from typing import Any

import pytest

from contracts.errors import Refusal
from contracts.message import Accepted
from services.kernel.log import EventLog
from services.kernel.testing import meta
from tests.kernel.commands import open_log, send
from tests.kernel.toy_domain import COUNTER, Increment


def order(key: str, by: int = 1, label: str | None = None, **about: Any) -> tuple[Any, str, Increment]:
    return COUNTER, key, Increment(counter_id=key, by=by, label=label, meta=meta(**about))


def told(outcome: Accepted | Refusal) -> Any:
    return outcome.code if isinstance(outcome, Refusal) else (outcome.id, outcome.version)


def one_by_one(log: EventLog, orders: list[Any]) -> list[Any]:
    outcomes: list[Accepted | Refusal] = []
    for decider, key, command in orders:
        try:
            outcomes.append(log.handle(decider, key, command))
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


def contents(log: EventLog) -> Any:
    """Streams and who holds what; positions of one stream in order, whatever stands between them."""
    streams: dict[str, list[str]] = {}
    for position, stream, version, _, body in log.recorder.page(0, 10_000):
        assert version == len(streams.setdefault(stream, [])) + 1 and position
        streams[stream].append(body)
    with log.recorder.database.cursor() as cursor:
        cursor.execute("SELECT kind, key, stream FROM claims ORDER BY 1, 2")
        return streams, cursor.fetchall()


@pytest.mark.parametrize("seed", range(6))
def test_outcomes_and_streams_are_the_same(fresh_database: str, seed: int) -> None:
    """Among them: commands sent before, refusals, nothing done, and one claim that several want."""
    chance = random.Random(seed)
    orders: list[Any] = []
    for number in range(300):
        if number > 150 and chance.random() < 0.2:
            orders.append(orders[chance.randrange(150)])
            continue
        by = chance.choice([1, 1, 1, 2, 0, -1])
        label = chance.choice([None, None, None, "x", "y"])
        orders.append(order(f"k{chance.randrange(40)}", by, label, command_id=str(number)))
    log = open_log(fresh_database)
    batched = [told(outcome) for start in (0, 150) for outcome in log.handle_all(orders[start : start + 150])]
    streams = contents(log)
    with log.recorder.database.cursor() as cursor:
        cursor.execute("TRUNCATE events, claims, handled_commands")
    alone = open_log(fresh_database)
    single = [told(outcome) for outcome in one_by_one(alone, orders)]
    # One that does nothing may be looked at after the others, and says the version that the stream has by then.
    idle = [command.by == 0 for *_, command in orders]
    assert [o for o, does_nothing in zip(batched, idle, strict=True) if not does_nothing] == [
        o for o, does_nothing in zip(single, idle, strict=True) if not does_nothing
    ]
    assert all(b[0] == s[0] for b, s, nothing in zip(batched, single, idle, strict=True) if nothing)
    assert contents(alone) == streams
    for opened in (log, alone):
        opened.recorder.close()
        opened.recorder.database.close()


def test_the_same_batch_again_gets_its_first_replies(log: EventLog) -> None:
    orders = [order(f"k{n % 700}", by=n % 3, command_id=str(n)) for n in range(1500)]
    first = log.handle_all(orders)
    head = log.head()
    assert log.handle_all(orders) == first
    assert log.head() == head == 1000


def test_a_rivals_event_in_the_midst_is_decided_upon(
    log: EventLog, replica: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_all = type(log.recorder).load_all

    def late(self: Any, streams: Any) -> Any:
        found = load_all(self, streams)
        send(replica, "b", by=100, label="x", command_id="rival")
        return found

    monkeypatch.setattr(type(log.recorder), "load_all", late)
    orders = [order("a", command_id="1"), order("b", command_id="2"), order("b", command_id="3"), order("c", label="x", command_id="4")]
    outcomes = log.handle_all(orders)
    assert [told(outcome) for outcome in outcomes] == [("a", 1), ("b", 2), ("b", 3), "label_taken"]
    assert log.load(COUNTER, "b").state == 102
