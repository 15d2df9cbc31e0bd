"""Calls nameko services from outside, from a process that is not green, and gives up in time."""

from __future__ import annotations

import contextlib
import time
from typing import Any
from uuid import uuid4

from kombu import Connection, Exchange, Producer, Queue


class NoReply(Exception):
    """The service did not answer in time; whether it did the work is not known."""


class Caller:
    """One connection, made again when it is lost. Not to be shared between threads."""

    def __init__(self, amqp_uri: str) -> None:
        self.amqp_uri = amqp_uri
        self._connection: Connection | None = None
        self._replies: dict[str, Any] = {}

    def call(self, service: str, method: str, payload: Any, timeout: float) -> Any:
        """The reply's result; NoReply when there is none."""
        try:
            return self._call(service, method, payload, timeout)
        except NoReply:
            raise
        except Exception as error:  # whatever a broker that goes away makes a client raise
            self.close()
            raise NoReply(repr(error)) from error

    def _call(self, service: str, method: str, payload: Any, timeout: float) -> Any:
        if self._connection is None:
            self._open(timeout)
        assert self._connection is not None
        number = uuid4().hex
        self._producer.publish(
            {"args": [payload], "kwargs": {}},
            routing_key=f"{service}.{method}",
            reply_to=self._reply_to,
            correlation_id=number,
        )
        deadline = time.monotonic() + timeout
        while number not in self._replies:
            try:
                self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
            except TimeoutError:
                raise NoReply(f"{service}.{method} within {timeout} s") from None
        reply = self._replies.pop(number)
        if reply["error"]:
            raise NoReply(str(reply["error"]))
        return reply["result"]

    def _open(self, timeout: float) -> None:
        self._connection = Connection(self.amqp_uri, connect_timeout=timeout)
        channel = self._connection.channel()
        rpc = Exchange("nameko-rpc", type="topic", durable=True)
        self._reply_to = uuid4().hex
        queue = Queue(f"test.{self._reply_to}", rpc, self._reply_to, exclusive=True, auto_delete=True)
        self._connection.Consumer([queue], channel=channel, callbacks=[self._arrived], no_ack=True).consume()
        self._producer = Producer(channel, rpc, serializer="json")
        self._replies.clear()

    def _arrived(self, body: Any, message: Any) -> None:
        self._replies[message.properties["correlation_id"]] = body

    def close(self) -> None:
        """Drop the connection; the next call makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.release()
