"""Follows another service's log: in order, every event once in effect, whatever happens to the queue.

Messages are the fast path. The expected next position is applied, an old one dropped, a gap pulled from the source's
log; at start and when quiet the log is asked, so a purged queue loses nothing. An event that cannot be applied
stops this follower at it, is named in health, and is tried again until it is mended.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any

import eventlet
from kombu import Queue
from nameko.extensions import DependencyProvider
from nameko.messaging import QueueConsumer

from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.kernel.relay import exchange_of

log = logging.getLogger("zhuce.follower")
PAGE = 500
IDLE = 3.0
"""Seconds without a message after which the source's log is asked."""

ANSWER = 5.0
"""Seconds to wait for a page of the source's log before asking again: the reply may have been purged."""


class CannotApply(Exception):
    """Names the event at which a follower stopped."""

    def __init__(self, message: dict[str, Any], cause: BaseException) -> None:
        super().__init__(f"{message['source']}:{message['position']} {message['name']}")
        self.message, self.cause = message, cause


class Follower(DependencyProvider):  # type: ignore[misc]
    """Base: a durable queue with a single active consumer per (follower, source). Subclasses say where they are and what to do."""

    ground = Ground()
    queue_consumer = QueueConsumer()

    def __init__(self, follower: str, source: str) -> None:
        super().__init__()
        self.follower, self.source = follower, source
        self.name = f"{follower}.follows.{source}"
        self.position = -1
        self.error: dict[str, Any] | None = None
        self._inbox: dict[int, tuple[dict[str, Any], Any]] = {}
        self._arrived = threading.Event()
        self._stopping = False

    # -- what a subclass says ---------------------------------------------------------------------------------

    def recorded_position(self) -> int:
        """How far this follower has come, from its own database."""
        raise NotImplementedError

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        """Do the work of these contiguous messages and record the position with it; the position reached."""
        raise NotImplementedError

    # -- life -------------------------------------------------------------------------------------------------

    def setup(self) -> None:
        self.queue = Queue(
            self.name,
            exchange=exchange_of(self.source),
            routing_key="#",
            durable=True,
            queue_arguments={"x-single-active-consumer": True},
        )
        self.ground.checks[self.name] = self.health
        self.queue_consumer.register_provider(self)

    def start(self) -> None:
        self.container.spawn_managed_thread(self.run, identifier=self.name)

    def stop(self) -> None:
        self._stopping = True
        self._arrived.set()
        self.queue_consumer.unregister_provider(self)

    def kill(self) -> None:
        self._stopping = True
        self._arrived.set()

    def get_dependency(self, worker_ctx: Any) -> Follower:
        return self

    def health(self) -> dict[str, Any]:
        """Where it is, and at which event it stopped if it did."""
        return {"ok": self.error is None, "position": self.position, "error": self.error}

    def handle_message(self, body: Any, message: Any) -> None:
        """Called by the queue consumer, in any order: keep until its turn. What is not kept the log still has."""
        if not self._is_ours(body):
            # Raising would end the whole service, and the message would be there again when it restarts.
            log.warning("not a message of this log", extra={"follower": self.name})
            self._ack(message)
            return
        position = body["position"]
        if position <= self.position or len(self._inbox) >= PAGE:
            self._ack(message)
            return
        if position in self._inbox:  # unacknowledged it would take up the consumer's prefetch for ever
            self._ack(self._inbox[position][1])
        self._inbox[position] = (body, message)
        self._arrived.set()

    def _is_ours(self, body: Any) -> bool:
        return isinstance(body, dict) and body.get("source") == self.source and isinstance(body.get("position"), int)

    def run(self) -> None:
        """Follow for ever; failures are shown and tried again, never skipped."""
        pause = 0.2
        fresh = True
        while not self._stopping:
            try:
                if fresh:
                    self.position = self.recorded_position()
                    self._pull()
                    fresh, self.error = False, None
                self._follow()
                pause = 0.2
            except Exception as error:
                self._failed(error)
                fresh = True
                self._arrived.clear()
                if isinstance(error, CannotApply):
                    # It may stand here for days: messages held back would end in the broker's consumer time-out, which
                    # closes the whole service's channel. The log has them all.
                    self._let_go()
                    eventlet.sleep(pause)
                else:  # a message may mean that what was away is there again
                    self._arrived.wait(pause)
                pause = min(pause * 2, 15.0)

    def _failed(self, error: Exception) -> None:
        about = {"event": str(error), **describe(error.cause)} if isinstance(error, CannotApply) else describe(error)
        if about != self.error:
            log.error("follower stopped", extra={"follower": self.name, "error": about})
        self.error = about

    def _follow(self) -> None:
        if not self._inbox and not self._arrived.wait(IDLE):
            self._pull()
            return
        self._arrived.clear()
        while not self._stopping and self._inbox:
            batch: list[dict[str, Any]] = []
            while (entry := self._inbox.get(self.position + 1 + len(batch))) is not None:
                batch.append(entry[0])
            if batch:
                self._apply(batch)
            elif min(self._inbox) <= self.position:
                self._acknowledge()
            else:
                waiting = list(self._inbox)
                self._pull()  # a gap: the log has what the queue lost
                self._acknowledge(waiting)  # beyond the log's end: of another history, and never to be applied

    def _pull(self) -> None:
        while not self._stopping:
            asked = {"after": self.position, "limit": PAGE}
            page = self.ground.rpc.call(self.source, "read_log", asked, timeout=ANSWER)
            if not page:
                return
            self._apply(page)

    def _apply(self, messages: Sequence[dict[str, Any]]) -> None:
        self.position = self.apply(messages)
        self.error = None
        self._acknowledge()

    def _acknowledge(self, besides: Sequence[int] = ()) -> None:
        for position in [p for p in self._inbox if p <= self.position or p in besides]:
            self._ack(self._inbox.pop(position)[1])

    def _let_go(self) -> None:
        while self._inbox:
            self._ack(self._inbox.popitem()[1][1])

    def _ack(self, message: Any) -> None:
        try:
            self.queue_consumer.ack_message(message)
        except Exception as error:
            # The connection it came by is gone; the broker delivers it again and it is dropped as old.
            log.info("late acknowledgement", extra={"follower": self.name, "error": describe(error)})
