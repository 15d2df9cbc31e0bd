"""The relay publishes without waiting for each message, and still counts none as published that the broker may lose."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from amqp.transport import TCPTransport
from hypothesis import given
from hypothesis import strategies as st
from kombu import Connection, Exchange, Queue

from deploy.rabbitmq.server import RabbitServer
from services.kernel.confirms import Window, never_spin
from tests.kernel.flood import flood
from tests.kernel.harness import Bench
from tests.kernel.proof import prove_published, rows, settle
from tests.kernel.waiting import eventually


def published(toys: Bench) -> int:
    """The position that the relay has recorded."""
    # A process is ready before its tables are made.
    return int(eventually(lambda: rows(toys.urls["counter"], "SELECT position FROM published"))[0][0])


@given(st.data())
def test_a_position_counts_once_everything_up_to_it_is_confirmed(data: st.DataObject) -> None:
    """Whatever the order of the broker's confirms, one by one or many in one."""
    number = data.draw(st.integers(1, 30))
    window = Window(100)
    for position in range(101, 101 + number):
        window.published(position)
    taken: set[int] = set()
    while len(window):
        open_ = [count for count in range(1, number + 1) if count not in taken]
        count, multiple = data.draw(st.sampled_from(open_)), data.draw(st.booleans())
        window.taken(count, multiple)
        taken |= set(range(1, count + 1)) if multiple else {count}
        first_open = next(count for count in range(1, number + 2) if count not in taken)
        assert window.confirmed == 100 + first_open - 1
        assert len(window) == number - (first_open - 1)


def test_of_a_frame_that_has_come_in_part_the_rest_is_not_waited_for() -> None:
    far, near = socket.socketpair()
    with far, near:
        near.setblocking(False)
        transport = TCPTransport("nowhere")
        transport.sock = near
        transport._setup_transport()
        never_spin(transport)
        frame = bytes([1, 0, 1, 0, 0, 0, 3, *b"abc", 0xCE])
        for part in (b"", frame[:3], frame[3:8], frame[8:-1]):
            far.sendall(part)
            with pytest.raises(TimeoutError), transport.having_timeout(0):
                transport.read_frame()
        far.sendall(frame[-1:] + frame)
        for _ in range(2):
            with transport.having_timeout(0):
                assert transport.read_frame() == (1, 1, b"abc")


def test_a_broker_that_dies_in_the_midst_of_thousands_loses_none(toys: Bench, rabbit_server: RabbitServer) -> None:
    toys.witness()
    toys.start()
    struck, head = False, 0
    while not struck:  # on a busy machine all may be done before it is killed: then there is a next time
        head += 6000
        assert head <= 30_000, "it was killed when all was done"
        before = published(toys)
        flood(toys.urls["counter"], 6000)
        eventually(lambda before=before: published(toys) > before)  # type: ignore[misc]
        rabbit_server.kill()
        struck = before < published(toys) < head
        rabbit_server.start()
    settle(toys)
    prove_published(toys)


def test_a_message_that_the_broker_refuses_is_published_again(toys: Bench) -> None:
    """A full queue that refuses: the relay says so, and goes on when there is room."""
    exchange = Exchange("counter.events", type="topic", durable=True)
    full = {"x-max-length": 3, "x-overflow": "reject-publish"}
    with Connection(toys.amqp_uri) as connection:
        Queue("test.full", exchange, "#", durable=True, queue_arguments=full)(connection.channel()).declare()
        toys.witness()
        toys.start()
        flood(toys.urls["counter"], 50)
        eventually(lambda: (relay(toys)["error"] or {}).get("type") == "NotTaken", why=lambda: relay(toys))
        assert published(toys) <= 3
        connection.channel().queue_delete("test.full")
    prove_published(toys)
    eventually(lambda: relay(toys)["ok"], why=lambda: relay(toys))


def relay(toys: Bench) -> dict[str, Any]:
    """Its part of the counter's health."""
    part: dict[str, Any] = toys.insist("counter", "health", None)["parts"]["relay"]
    return part


def test_large_events_are_read_in_pages_that_fit_into_a_message(toys: Bench) -> None:
    """Of what would be twenty megabytes at once, a follower is sent four; and comes to the end all the same."""
    toys.begin("counter")
    flood(toys.urls["counter"], 20, size=2**20)
    page = toys.insist("counter", "read_log", {"after": 0, "limit": 1000})
    assert 1 <= len(page) <= 5 and len(json.dumps(page)) < 6 * 2**20
    toys.begin("mirror")
    settle(toys)
