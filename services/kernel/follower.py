"""Follows another service's log: in order, every event once in effect, whatever happens to the queue.

Messages are the fast path. The expected next position is applied, an old one dropped, a gap pulled from the source's
log; at start and when quiet the log is asked, so a purged queue loses nothing. An event that cannot be applied
stops this follower at it, is named in health, and is tried again until it is mended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from services.kernel import metrics
from services.kernel.feed import Feed
from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.kernel.wire import Delivered

log = logging.getLogger("zhuce.follower")
PAGE = 1000
"""Events asked for at once; a page of large ones is shorter."""
INBOX = 1000
"""Messages that wait for a follower at most. The oldest give way, and what is then missing is pulled: as the log has
everything, waiting messages save a question and nothing else."""
IDLE = 3.0
"""Seconds without a message after which the source's log is asked."""
SHORTEST, LONGEST = 0.2, 15.0
"""Seconds before what failed is tried again: twice as long each time, until something is applied."""
ANSWER = 5.0
"""Seconds to wait for a page of the source's log before asking again: the reply may have been purged."""


class CannotApply(Exception):
    """Names the event at which a follower stopped."""

    def __init__(self, message: dict[str, Any], cause: BaseException) -> None:
        super().__init__(f"{message['source']}:{message['position']} {message['name']}")
        self.message, self.cause = message, cause


class Follower(DependencyProvider):  # type: ignore[misc]
    """Base. Subclasses say where they are and what to do; all who follow a source in one container share its feed."""

    ground = Ground()

    def __init__(self, follower: str, source: str) -> None:
        super().__init__()
        self.follower, self.source = follower, source
        self.name = f"{follower}.follows.{source}"
        self.feed = Feed(source)
        self.position = -1
        self.error: dict[str, Any] | None = None
        self.caught_up = False
        self._inbox: deque[Delivered] = deque(maxlen=INBOX)
        self._arrived = threading.Event()
        self._missed = False
        self._stopping = False
        self._pause = SHORTEST

    # -- what a subclass says ---------------------------------------------------------------------------------

    def recorded_position(self) -> int:
        """How far this follower has come, from its own database."""
        raise NotImplementedError

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        """Do the work of these contiguous messages and record the position with it; the position reached."""
        raise NotImplementedError

    # -- life -------------------------------------------------------------------------------------------------

    def setup(self) -> None:
        self.ground.checks[self.name] = self.health
        self.feed.join(self)

    def start(self) -> None:
        self.container.spawn_managed_thread(self.run, identifier=self.name)

    def stop(self) -> None:
        self._stopping = True
        self._arrived.set()

    kill = stop

    def get_dependency(self, worker_ctx: Any) -> Follower:
        return self

    def health(self) -> dict[str, Any]:
        """Where it is, and at which event it stopped if it did."""
        return {"ok": self.error is None, "position": self.position, "error": self.error}

    def deliver(self, message: Delivered) -> None:
        """Called by the feed, in any order: keep until its turn. What is not kept the log still has."""
        if message["position"] > self.position:
            self._inbox.append(message)
            if not self._arrived.is_set():
                self._arrived.set()

    def look(self) -> None:
        """Called by the feed when messages may have been lost: ask the log, also if no later message tells of a gap."""
        self._missed = True
        self._arrived.set()

    def run(self) -> None:
        """Follow for ever; failures are shown and tried again, never skipped."""
        fresh = True
        while not self._stopping:
            try:
                if fresh:
                    self._look_again()
                    fresh, self.error, self.caught_up = False, None, True
                self._follow()
                self._pause = SHORTEST
            except Exception as error:
                self._failed(error)
                fresh = True
                self._arrived.clear()
                if isinstance(error, CannotApply):
                    eventlet.sleep(self._pause)
                else:  # a message may mean that what was away is there again
                    self._arrived.wait(self._pause)
                self._pause = min(self._pause * 2, LONGEST)

    def _failed(self, error: Exception) -> None:
        about = {"event": str(error), **describe(error.cause)} if isinstance(error, CannotApply) else describe(error)
        if about != self.error:
            log.error("follower stopped", extra={"follower": self.name, "error": about})
        self.error = about

    def _follow(self) -> None:
        if not self._arrived.wait(IDLE):
            self._look_again()
            return
        self._arrived.clear()
        if self._missed:
            self._missed = False
            self._pull()
        while self._inbox and not self._stopping:
            batch, gap = self._next()
            if batch:
                self._apply(batch)
            if gap:
                self._pull()

    def _next(self) -> tuple[list[Delivered], bool]:
        """What has its turn now, and whether something is missing before the rest.

        The message beyond the gap is dropped: the log has it too, or it is of another history and never to be applied.
        """
        batch: list[Delivered] = []
        while self._inbox:
            message = self._inbox.popleft()
            missing = message["position"] - self.position - len(batch) - 1
            if missing == 0:
                batch.append(message)
            elif missing > 0:
                return batch, True
        return batch, False

    def _look_again(self) -> None:
        """From what is recorded: another replica may have come further than this one remembers."""
        self.position = self.recorded_position()
        self._pull()

    def _pull(self) -> None:
        while not self._stopping:
            asked = {"after": self.position, "limit": PAGE}
            page = self.ground.rpc.call(self.source, "read_log", asked, timeout=ANSWER)
            if not page:
                return
            self._apply(page)

    def _apply(self, messages: Sequence[dict[str, Any]]) -> None:
        began = time.perf_counter()
        self.position = self.apply(messages)
        self.error, self._pause = None, SHORTEST  # under load it never comes to a rest that would shorten it again
        who = (self.ground.container.service_name, self.name, self.source)
        metrics.applied(*who, len(messages), time.perf_counter() - began)
