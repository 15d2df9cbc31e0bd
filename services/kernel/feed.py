"""One queue for each service and each log that it follows; every follower there is handed the same messages.

The queue is the fast path and no more: the log has everything. So nothing is kept for a follower that is slow, nothing
is acknowledged late, and the oldest messages go first where something is full. What a follower then misses it pulls.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any, Protocol

import eventlet
from kombu import Connection, Consumer, Queue
from nameko.extensions import SharedExtension

from services.kernel.broker import Broker
from services.kernel.calls import read_ahead
from services.kernel.observe import describe
from services.kernel.relay import exchange_of
from services.kernel.wire import Delivered

log = logging.getLogger("zhuce.feed")
BOUND = 20_000
"""Messages that a broker keeps for a service that is away; to pull more than that from the log takes a second or two."""
BOUND_BYTES = 64 * 2**20
TURN = 50
"""Messages after which the other greenlets of the service have their turn: what is there already is read without waiting."""
HEARTBEAT = 60
FORMER = 60.0
"""Seconds between attempts to remove a queue that a replica of a former version still uses."""


def queue_name(service: str, source: str) -> str:
    """``query.feed.filing``. An existing queue's arguments cannot be changed: with others it needs another name."""
    return f"{service}.feed.{source}"


class Fed(Protocol):
    """What a feed wants of a follower."""

    name: str

    def deliver(self, message: Delivered) -> None:
        """A message of the log, at once and without waiting. Any may be missing."""

    def look(self) -> None:
        """Messages may have been lost: ask the log."""


class Listener(SharedExtension):  # type: ignore[misc]
    """A container's connection for its feeds, apart from that of calls and replies, which a flood must not hold up.

    The broker counts a message as done when it has sent it. What is lost with a connection is asked for in the log.
    """

    def __init__(self) -> None:
        super().__init__()
        self.feeds: list[Feed] = []
        self.connected = False
        self._stopping = False

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run, identifier="feeds")

    def stop(self) -> None:
        self._stopping = True

    kill = stop

    def _run(self) -> None:
        pause = 0.2
        while not self._stopping:
            try:
                with Broker(self.container.config["AMQP_URI"], heartbeat=HEARTBEAT, connect_timeout=10) as connection:
                    channel = connection.channel()
                    read_ahead(connection)
                    for feed in self.feeds:
                        feed.consume(channel)
                    self.connected, pause = True, 0.2
                    for feed in self.feeds:
                        feed.look()
                    self._listen(connection)
            except Exception as error:
                if not self._stopping:
                    log.warning("feeds interrupted", extra={"error": describe(error), "feeds": [f.source for f in self.feeds]})
            self.connected = False
            eventlet.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _listen(self, connection: Connection) -> None:
        former = {follower.name for feed in self.feeds for follower in feed.followers}
        beat = again = taken = 0.0
        while not self._stopping:
            now = time.monotonic()
            if now >= beat:
                # Also while messages keep coming: they say that the broker lives, not to the broker that we do.
                connection.heartbeat_check()
                beat = now + HEARTBEAT / 4
            if former and now >= again:
                former = {name for name in former if not _removed(connection, name)}
                again = now + FORMER
            try:
                connection.drain_events(timeout=1.0)
            except TimeoutError:
                continue
            taken += 1
            if taken % TURN == 0:
                eventlet.sleep(0)


def _removed(connection: Connection, name: str) -> bool:
    """Every follower had a queue of its own once. Nobody reads it now, and it would grow for ever."""
    try:
        with connection.channel() as channel:
            channel.queue_delete(name, if_unused=True)
    except connection.channel_errors:
        return False  # a replica of the former version still consumes it
    return True


class Feed(SharedExtension):  # type: ignore[misc]
    """The log of ``source`` as messages, for all who follow it in one container."""

    listener = Listener()

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.followers: list[Fed] = []

    @property
    def sharing_key(self) -> tuple[type[Feed], str]:
        return type(self), self.source

    def setup(self) -> None:
        self.queue = Queue(
            queue_name(self.container.service_name, self.source),
            exchange=exchange_of(self.source),
            routing_key="#",
            durable=True,
            queue_arguments={
                "x-single-active-consumer": True,  # of several replicas one is given all, in order
                "x-max-length": BOUND,
                "x-max-length-bytes": BOUND_BYTES,
            },
        )
        self.listener.feeds.append(self)

    def join(self, follower: Fed) -> None:
        """Hand it every message from now on."""
        self.followers.append(follower)

    def consume(self, channel: Any) -> None:
        """Declare the queue and have its messages handed over as they come."""
        Consumer(channel, [self.queue], no_ack=True, on_message=self.hand_over).consume()

    def hand_over(self, message: Any) -> None:
        """Every follower gets the same object. What is no message of this log is dropped: raising would lose others."""
        try:
            body = json.loads(message.body)
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.get("source") != self.source or not isinstance(body.get("position"), int):
            log.warning("not a message of this log", extra={"queue": self.queue.name})
            return
        delivered = Delivered(body)
        for follower in self.followers:
            follower.deliver(delivered)

    def look(self) -> None:
        """Have every follower ask the log for what it missed."""
        for follower in self.followers:
            follower.look()
