"""memory:// carries calls and events between services in one process as RabbitMQ does between processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Queue
from kombu.transport import TRANSPORT_ALIASES

from services.kernel import memory_broker
from tests.kernel.harness import Bench
from tests.kernel.proof import increment
from tests.kernel.toy_process import Toy


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setitem(TRANSPORT_ALIASES, "memory", TRANSPORT_ALIASES["memory"])
    memory_broker.install()
    with Connection(memory_broker.URI) as connection:
        yield connection


def send(connection: Connection, queue: Queue, body: Any) -> None:
    connection.Producer(serializer="json").publish(body, exchange="", routing_key=queue.name, declare=[queue])


def fresh_queue() -> Queue:
    return Queue(f"test.{uuid4().hex}")


def test_a_messages_properties_name_its_content_type(broker: Connection) -> None:
    queue, seen = fresh_queue(), []
    send(broker, queue, {"a": 1})
    with broker.Consumer([queue], callbacks=[lambda body, message: seen.append((body, message.properties))]):
        broker.drain_events(timeout=1)
    assert seen[0][0] == {"a": 1} and seen[0][1]["content_type"] == "application/json"


def test_a_waiting_consumer_is_woken_by_the_message(broker: Connection) -> None:
    """kombu's own transport sleeps a second between looks."""
    queue, seen = fresh_queue(), []

    def later() -> None:
        with Connection(memory_broker.URI) as other:
            for _ in range(3):
                time.sleep(0.1)
                send(other, queue, time.monotonic())

    sender = threading.Thread(target=later)
    with broker.Consumer([queue], callbacks=[lambda sent, message: seen.append(time.monotonic() - sent)]):
        sender.start()
        while len(seen) < 3:
            broker.drain_events(timeout=30)
    sender.join()
    assert min(seen) < 0.5  # the first look would come 0.7 s after the last of them


def test_a_wait_ends_in_time_though_messages_come_for_others(broker: Connection) -> None:
    mine, theirs = fresh_queue(), fresh_queue()
    with broker.Consumer([mine], callbacks=[]):
        for _ in range(3):
            send(broker, theirs, 1)
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            broker.drain_events(timeout=0.2)
    assert time.monotonic() - started > 0.15


def test_a_queue_of_a_greatest_length_loses_its_oldest_messages(broker: Connection) -> None:
    queue, seen = Queue(f"test.{uuid4().hex}", queue_arguments={"x-max-length": 3}), []
    for n in range(10):
        send(broker, queue, n)
    with broker.Consumer([queue], callbacks=[lambda body, message: seen.append(body)]):
        for _ in range(3):
            broker.drain_events(timeout=1)
        with pytest.raises(TimeoutError):
            broker.drain_events(timeout=0.01)
    assert seen == [7, 8, 9]


def test_messages_that_wait_their_turn_keep_nobody_elses_back(broker: Connection) -> None:
    """One channel serves a service's calls, replies and followers; a follower that stands still acknowledges nothing."""
    still, lively, seen = fresh_queue(), fresh_queue(), []
    channel = broker.default_channel
    consumers = [
        broker.Consumer([still], channel=channel, callbacks=[lambda body, message: None]),
        broker.Consumer([lively], channel=channel, callbacks=[lambda body, message: seen.append(body)]),
    ]
    for consumer in consumers:
        consumer.qos(prefetch_count=10)
        consumer.consume()
    for n in range(30):
        send(broker, still, n)
    send(broker, lively, "reply")
    for _ in range(31):
        broker.drain_events(timeout=1)
    assert seen == ["reply"]


def test_services_call_each_other(memory_toys: Bench) -> None:
    memory_toys.start()
    toy: Toy = memory_toys.toys["both"]
    for service in ("counter", "mirror"):
        assert toy.order(do="call", service=service, method="health", payload=None)["service"] == service
    # Many at once, more than a service has workers, and each caller gets its own reply.
    replies = toy.order(do="calls", service="counter", method="increment", payloads=[increment("c") for _ in range(40)])
    assert sorted(reply["version"] for reply in replies) == list(range(1, 41))
    pages = [{"after": position, "limit": 1} for position in range(40)]
    pages = toy.order(do="calls", service="counter", method="read_log", payloads=pages)
    assert [page[0]["position"] for page in pages] == list(range(1, 41))
    with pytest.raises(AssertionError, match="service_unavailable"):
        toy.order(do="call", service="nobody", method="health", payload=None, timeout=1)
    assert toy.order(do="pending") == 0, "a place is kept for a reply that never came"
