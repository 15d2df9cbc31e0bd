"""A channel that publishes without waiting for each message, and knows up to where the broker has taken them over."""

from __future__ import annotations

import time
from collections import deque
from ssl import SSLWantReadError
from typing import Any

from kombu import Connection, Exchange

from services.kernel.frames import Frames

CONFIRMED = 10.0
"""Seconds within which the broker takes over something; if nothing, it is left, and its connection with it."""

TOGETHER = 128 * 1024
"""Bytes, about, that are sent in one go."""


class NotTaken(Exception):
    """The broker refused a message, or said nothing about it for too long."""


class Window:
    """What is published and not confirmed. ``confirmed``: every message up to this position is safely with the broker.

    The broker counts messages from 1, and confirms them one by one or many in one, in any order.
    """

    def __init__(self, position: int = 0) -> None:
        self.confirmed = position
        self._count = 0
        self._waiting: deque[tuple[int, int]] = deque()
        """(count, position), as published."""
        self._early: set[int] = set()
        """Confirmed before one that was published earlier."""

    def __len__(self) -> int:
        return len(self._waiting)

    def published(self, position: int) -> None:
        """One more message is on its way."""
        self._count += 1
        self._waiting.append((self._count, position))

    def taken(self, count: int, multiple: bool) -> None:
        """The broker has this message, or all up to it."""
        if not multiple:
            self._early.add(count)
        while self._waiting and (self._waiting[0][0] in self._early or (multiple and self._waiting[0][0] <= count)):
            first, self.confirmed = self._waiting.popleft()
            self._early.discard(first)


class Outgoing:
    """Publishes to an exchange in order. A transport without confirms has no broker that could lose anything on the way."""

    def __init__(self, connection: Connection, exchange: Exchange, position: int) -> None:
        self.window = Window(position)
        self._connection, self._exchange = connection, exchange.name
        self._channel = connection.channel()
        exchange(self._channel).declare()
        self._heard = time.monotonic()
        self.sockets: list[Any] = []
        """What becomes readable when the broker has something to say."""
        if connection.transport.implements.asynchronous:
            self._channel.confirm_select()
            self._channel.events["basic_ack"].add(self._taken)
            self._channel.events["basic_nack"].add(self._refused)
            self.sockets = [connection.connection.sock]
            never_spin(connection.connection.transport)
            self._frames = Frames(self._channel, self._exchange)
        self._unsent: list[bytes] = []
        self._size = 0

    @property
    def confirmed(self) -> int:
        """The position up to which the broker has every message."""
        return self.window.confirmed

    def publish(self, position: int, routing_key: str, body: str) -> None:
        """JSON text, to be kept on disk wherever a queue is. It leaves with others like it, when collect() is called at the
        latest.
        """
        if not self.sockets:
            message = self._channel.prepare_message(body, content_type="application/json", content_encoding="utf-8")
            self._channel.basic_publish(message, exchange=self._exchange, routing_key=routing_key)
            self.window.confirmed = position
            return
        if not self.window:
            self._heard = time.monotonic()
        self.window.published(position)
        frames = self._frames.of(routing_key, body.encode())
        self._unsent.append(frames)
        self._size += len(frames)
        if self._size > TOGETHER:
            self._send()

    def _send(self) -> None:
        together, self._unsent, self._size = b"".join(self._unsent), [], 0
        transport = self._connection.connection.transport
        try:
            with transport.having_timeout(CONFIRMED):  # a broker short of memory or disk stops reading
                transport.write(together)
        except TimeoutError:
            raise NotTaken(f"nothing taken for {CONFIRMED:.0f} s") from None

    def collect(self, wait: float = 0) -> None:
        """Send what is not sent yet, and take in the confirms that are there, or wait for some. NotTaken when one is a
        refusal or none came in time.
        """
        if self._unsent:
            self._send()
        try:
            while self.sockets:
                self._connection.drain_events(timeout=wait)
                wait = 0
        except TimeoutError:
            pass
        if self.window and time.monotonic() - self._heard > CONFIRMED:
            raise NotTaken(f"no confirmation for {CONFIRMED:.0f} s")

    def _taken(self, count: int, multiple: bool) -> None:
        self._heard = time.monotonic()
        self.window.taken(count, multiple)

    def _refused(self, count: int, multiple: bool) -> None:
        raise NotTaken("refused by the broker")


def never_spin(transport: Any) -> None:
    """amqp asks for the rest of a frame again and again where a socket does not wait, and nobody else has a turn: the
    beginning is kept until the next look instead.
    """
    receive = transport._quick_recv

    def at_most(size: int) -> bytes:
        try:
            return receive(size)  # type: ignore[no-any-return]
        except (BlockingIOError, SSLWantReadError):
            raise TimeoutError from None  # without the number that amqp tries again for

    transport._quick_recv = at_most
