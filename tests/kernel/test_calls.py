"""Calls between services on RabbitMQ: answered, told at once that nobody is there, sent again when a connection is lost."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection

from tests.broker_console import BrokerConsole
from tests.kernel.caller import NoReply
from tests.kernel.harness import Bench
from tests.kernel.proof import increment, prove
from tests.kernel.waiting import eventually


def call(toys: Bench, service: str, method: str, payload: Any = None, timeout: float = 15) -> Any:
    """From inside the mirror's process."""
    return toys.toys["mirror"].order(do="call", service=service, method=method, payload=payload, timeout=timeout)


def none_waits(toys: Bench) -> None:
    """No place is kept for a reply that never comes. Followers ask now and then, and get theirs."""
    eventually(lambda: toys.toys["mirror"].order(do="pending") == 0)


def test_a_service_that_was_never_started_is_told_at_once(toys: Bench) -> None:
    toys.start()
    began = time.monotonic()
    with pytest.raises(AssertionError, match="service_unavailable"):
        call(toys, "nobody", "health", timeout=60)
    assert time.monotonic() - began < 50, "it waited to the end"
    none_waits(toys)


def test_a_call_whose_connection_is_lost_is_sent_again_and_counts_once(
    toys: Bench, broker_console: BrokerConsole
) -> None:
    toys.start()
    command = increment("c")
    with ThreadPoolExecutor(1) as another:
        with toys.asleep("counter"):
            waiting = another.submit(call, toys, "counter", "increment", command, 40)
            time.sleep(0.5)
            assert not waiting.done()
            broker_console.call("rabbit_networking:close_all_connections", '<<"test">>')
        assert waiting.result(60)["version"] == 1
    prove(toys, [command])
    none_waits(toys)


def test_a_caller_who_gave_up_leaves_nothing_behind_and_its_call_expires(toys: Bench) -> None:
    toys.start()
    abandoned = increment("c")
    with toys.asleep("counter"):
        with pytest.raises(AssertionError, match="service_unavailable"):
            call(toys, "counter", "increment", abandoned, 0.5)
        toys.kill("counter")  # what it had taken before goes back to the queue, and its time is over
        toys.begin("counter")
    kept = increment("c")
    assert eventually(lambda: call(toys, "counter", "increment", kept))["version"] == 1
    prove(toys, [kept])
    none_waits(toys)


def test_whoever_calls_as_nameko_does_is_answered_and_told_what_is_wrong(toys: Bench) -> None:
    toys.start()
    assert toys.call("counter", "health")["ok"]["service"] == "counter"
    with pytest.raises(NoReply, match="MethodNotFound"):
        toys.call("counter", "nothing")


def test_what_is_no_call_is_dropped_and_the_next_is_answered(toys: Bench) -> None:
    toys.start()
    for body in ("not json", "[1]", json.dumps({"args": []}), "{}"):
        for about in ({}, {"reply_to": "nobody", "correlation_id": str(uuid4())}):
            with Connection(toys.amqp_uri) as connection:
                connection.Producer().publish(
                    body, exchange="nameko-rpc", routing_key="counter.health", serializer="raw", **about
                )
    assert toys.insist("counter", "health", None)["service"] == "counter"
    eventually(lambda: not toys.ready_in("rpc-counter"))
    assert toys.toys["counter"].alive
