"""A follower that gives jobs: one for each event, in order; doubled by a crash at worst, and never lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Queue

from deploy.rabbitmq.server import RabbitServer
from services.kernel.log import EventLog
from tests.kernel.commands import open_log, send
from tests.kernel.harness import databases
from tests.kernel.toy_process import Toy
from tests.kernel.waiting import eventually

Start = Callable[..., Toy]
NOTHING_IS_KILLED = "services.kernel.jobs:ON_DISK=0"
"""TOY_SETS where the broker lives on: nothing need wait for its disk."""
FOLLOWER = "counter.gives_jobs_of.counter"


@pytest.fixture
def urls(postgres: str) -> Iterator[dict[str, str]]:
    with databases(postgres, ["counter"]) as made:
        yield made


@pytest.fixture
def counter(urls: dict[str, str]) -> Iterator[EventLog]:
    made = open_log(urls["counter"])
    yield made
    made.recorder.database.close()


@pytest.fixture
def start(rabbit: str, urls: dict[str, str], counter: EventLog, tmp_path: Path) -> Iterator[Start]:
    toys: list[Toy] = []

    def begin(**environment: str) -> Toy:
        environment |= {"AMQP_URI": rabbit, "DATABASE_URLS": json.dumps(urls)}
        toys.append(Toy("counter", environment, tmp_path / "counter.log", module="tests.kernel.toy_gives").ready())
        return toys[-1]

    yield begin
    for toy in toys:
        toy.kill()


def reached(log: EventLog, position: int) -> None:
    eventually(lambda: log.recorder.max_tracking_id(FOLLOWER) == position)


def given(uri: str) -> list[tuple[str, Any]]:
    """Id and body of every job in the queue, in order; they are taken out."""
    found = []
    with Connection(uri) as connection:
        queue = Queue("jobs.toy", durable=True)(connection.channel())
        queue.declare()
        while (message := queue.get(no_ack=True)) is not None:
            found.append((message.headers["job"], message.payload))
    return found


def test_a_job_for_each_event_and_none_for_those_that_lead_to_none(start: Start, rabbit: str, counter: EventLog) -> None:
    send(counter, "early")
    start(TOY_SETS=NOTHING_IS_KILLED)
    send(counter, "none", 13)
    send(counter, "late")
    reached(counter, 3)
    assert given(rabbit) == [("tell-1", {"id": "early"}), ("tell-3", {"id": "late"})]


@pytest.mark.parametrize(
    "step",
    ["services.kernel.log:EventLog.mark:1:before", "services.kernel.jobs_given:GivesJobs._orders:2:before"],
    ids=["after the jobs and before the position", "between two jobs"],
)
def test_a_death_doubles_under_the_same_id_and_loses_none(
    start: Start, rabbit: str, counter: EventLog, step: str
) -> None:
    for key in ("a", "b", "c"):
        send(counter, key)
    start_and_die(start, step)
    assert counter.recorder.max_tracking_id(FOLLOWER) is None
    start(TOY_SETS=NOTHING_IS_KILLED)
    reached(counter, 3)
    jobs = given(rabbit)
    assert len(jobs) > 3, "it did not die where it was to"
    assert dict(jobs) == {"tell-1": {"id": "a"}, "tell-2": {"id": "b"}, "tell-3": {"id": "c"}}


def start_and_die(start: Start, step: str) -> None:
    start(TOY_DIES_AT=step, TOY_SETS=NOTHING_IS_KILLED).dies()


def test_nothing_is_lost_while_the_broker_is_away(
    start: Start, rabbit: str, rabbit_server: RabbitServer, counter: EventLog
) -> None:
    worker = start(TOY_SETS="services.kernel.follower:LONGEST=0.5")
    send(counter, "a")
    reached(counter, 1)
    rabbit_server.kill()
    send(counter, "b")
    rabbit_server.start()
    reached(counter, 2)
    assert worker.alive
    assert dict(given(rabbit)) == {"tell-1": {"id": "a"}, "tell-2": {"id": "b"}}
