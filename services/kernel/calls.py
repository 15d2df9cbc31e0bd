"""A container's connection for calls to other services: out and back on one channel, any number at once.

A call is not confirmed by the broker and not kept on disk: what tells that it arrived is its reply, and replies come
straight to the caller's channel, without a queue. A call whose connection is lost is sent again on the next one, as
long as its caller waits: services carry a command out once, however often they are told.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import eventlet
from amqp import Channel as AmqpChannel
from amqp import spec
from amqp.exceptions import AMQPError
from eventlet.event import Event
from kombu import Connection, Consumer, Exchange, Queue
from nameko.exceptions import UnknownService, deserialize
from nameko.extensions import SharedExtension
from nameko.rpc import get_rpc_exchange

from services.kernel.broker import Broker
from services.kernel.observe import describe

log = logging.getLogger("zhuce.calls")
STRAIGHT = "amq.rabbitmq.reply-to"
"""RabbitMQ's name for "this channel": https://www.rabbitmq.com/docs/direct-reply-to."""
OWN = "rpc.reply-"
"""How the name of a queue for replies begins, where the transport cannot answer a channel."""
HEARTBEAT = 30
TURN = 50
"""Replies after which the other greenlets have their turn: what is there already is read without waiting."""
READ = 65536


class Lost(Exception):
    """The connection on which a call was sent is gone, and so is the reply, if there was one."""


class Calls(SharedExtension):  # type: ignore[misc]
    """``connected``: whether a call would be sent now. ``waiting``: calls without a reply yet, by number."""

    def __init__(self) -> None:
        super().__init__()
        self.connected = False
        self._ready = Event()
        self._channel: Any = None
        self.waiting: dict[str, Event] = {}
        self._stopping = False

    def setup(self) -> None:
        self._exchange: Exchange = get_rpc_exchange(self.container.config)
        self._reply_to = f"{OWN}{self.container.service_name}-{uuid4()}"

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run, identifier="calls")

    def stop(self) -> None:
        self._stopping = True

    kill = stop

    # -- a call -----------------------------------------------------------------------------------------------

    def call(self, service: str, method: str, payload: Any, timeout: float) -> Any:
        """What the method returned. Raises eventlet.Timeout, UnknownService, or what nameko was told it raised."""
        body, until = json.dumps({"args": [payload], "kwargs": {}}), time.monotonic() + timeout
        with eventlet.Timeout(timeout):
            while True:
                while not self.connected:  # it may be lost again before whoever waits for it has its turn
                    self._ready.wait()
                try:
                    reply = json.loads(self._once(f"{service}.{method}", body, until))
                except Lost:
                    eventlet.sleep(0.01)  # the reader has to notice as well
                    continue
                if reply["error"]:
                    raise deserialize(reply["error"])
                return reply["result"]

    def _once(self, routing_key: str, body: str, until: float) -> Any:
        number, arrived = str(uuid4()), Event()
        self.waiting[number] = arrived
        # A call expires when its caller gives up: a service that was long away would else come back to a heap of
        # them, and carry out orders whose givers were told that it could not be reached.
        properties = {
            "reply_to": self._reply_to,
            "correlation_id": number,
            "expiration": str(max(1, int(1000 * (until - time.monotonic())))),
        }
        try:
            self._send(body, routing_key, properties)
            return arrived.wait()
        finally:
            self.waiting.pop(number, None)

    def _send(self, body: str, routing_key: str, properties: Mapping[str, Any]) -> None:
        try:
            send(self._channel, body, self._exchange.name, routing_key, properties, mandatory=True)
        except (OSError, AMQPError):
            raise Lost from None
        except eventlet.Timeout:  # in the middle of a frame, as the broker takes no more: nothing can follow it
            self._channel.connection.transport.close()
            raise

    # -- its connection ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = 0.1
        while not self._stopping:
            try:
                with Broker(self.container.config["AMQP_URI"], heartbeat=HEARTBEAT, connect_timeout=10) as connection:
                    try:
                        self._open(connection)
                        pause = 0.1
                        self._listen(connection)
                    finally:  # before it is closed, which takes time: nobody sends on it any more
                        self._close()
            except Exception as error:
                if not self._stopping:
                    log.warning("calls interrupted", extra={"error": describe(error)})
            eventlet.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _open(self, connection: Connection) -> None:
        channel = connection.channel()
        self._exchange(channel).declare()
        if isinstance(channel, AmqpChannel):
            self._reply_to = STRAIGHT
            queue = Queue(STRAIGHT, no_declare=True, durable=False)
            channel.events["basic_return"].add(self._returned)
        else:
            queue = Queue(self._reply_to, durable=False, auto_delete=True)
        read_ahead(connection)
        Consumer(channel, [queue], no_ack=True, on_message=self._arrived).consume()
        self._channel, self.connected = channel, True
        self._ready.send()

    def _close(self) -> None:
        if self.connected:
            self.connected, self._ready = False, Event()
        self._channel = None
        for arrived in self.waiting.values():
            _tell(arrived, Lost())

    def _listen(self, connection: Connection) -> None:
        beat = taken = 0.0
        while not self._stopping or self.waiting:
            if (now := time.monotonic()) >= beat:
                connection.heartbeat_check()
                beat = now + HEARTBEAT / 4
            try:
                connection.drain_events(timeout=1.0)
            except TimeoutError:
                continue
            taken += 1
            if taken % TURN == 0:
                eventlet.sleep(0)

    def _arrived(self, message: Any) -> None:
        arrived = self.waiting.get(message.properties.get("correlation_id"))
        if arrived is not None:  # else nobody waits for it any more
            _tell(arrived, message.body)

    def _returned(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        """There is no queue for such calls: no such service was ever started."""
        arrived = self.waiting.get(message.properties.get("correlation_id"))
        if arrived is not None:
            _tell(arrived, UnknownService(routing_key.split(".")[0]))


def _tell(arrived: Event, outcome: Any) -> None:
    if not arrived.ready():
        if isinstance(outcome, Exception):
            arrived.send_exception(outcome)
        else:
            arrived.send(outcome)


def send(
    channel: Any, body: str, exchange: str, routing_key: str, properties: Mapping[str, Any], mandatory: bool = False
) -> None:
    """Publish JSON text that need not outlive the broker, on a channel that another greenlet reads.

    amqp's own basic_publish reads from the connection first, and two must not read at once.
    """
    message = channel.prepare_message(
        body,
        content_type="application/json",
        content_encoding="utf-8",
        properties={"delivery_mode": 1, **properties},
    )
    if not isinstance(channel, AmqpChannel):
        channel.basic_publish(message, exchange=exchange, routing_key=routing_key)
        return
    if channel.connection is None:
        raise ConnectionError("the channel is closed")
    channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, mandatory, False), message)


def read_ahead(connection: Connection) -> None:
    """Read what is there in one go. amqp asks the system for each frame's head and body, six times a message.

    Only where nobody waits for the socket to become readable: what was read ahead does not show there.
    """
    transport: Any = getattr(connection.connection, "transport", None)
    if hasattr(transport, "_quick_recv"):  # what comes beyond what was asked for, it keeps
        receive = transport.sock.recv
        transport._quick_recv = lambda _: receive(READ)
