"""Rebuilds views of a service: when somebody orders it, and by itself at start those made for another program version."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from contracts.errors import Refused
from services.kernel.follower import CannotApply
from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.kernel.rebuild import rebuild
from services.kernel.rebuilding import Progress, Told, progress
from services.kernel.view import Outdated, View

log = logging.getLogger("zhuce.rebuild")
PAGE = 1000
ANSWER = 15.0
"""Seconds to wait for a page before asking again: the reply may have been lost."""
ATTEMPTS = 5
BEGINS = 5.0
"""Seconds that a rebuilding may take to begin."""
HEADS_AGAIN = 5.0
"""Seconds after which the logs' ends are asked for again."""


class Stopping(Exception):
    """The service ends. At its next start views of another version are begun anew; what somebody ordered is interrupted."""


class Rebuilds(DependencyProvider):  # type: ignore[misc]
    """``rebuilds = Rebuilds(FILING_PROGRESS, TIMELINE)``: in the service that keeps these views."""

    ground = Ground()

    def __init__(self, *views: View) -> None:
        super().__init__()
        self.views = {view.name: view for view in views}
        self._outdated: list[str] = []
        self._stopping = False

    def setup(self) -> None:
        self.ground.checks["views"] = self.health
        self.ground.rebuilds = self.all

    def start(self) -> None:
        self.container.spawn_managed_thread(self._bring_up_to_date, identifier="rebuilds")

    def stop(self) -> None:
        self._stopping = True

    kill = stop

    def get_dependency(self, worker_ctx: Any) -> Rebuilds:
        return self

    def begin(self, name: str) -> Progress:
        """Begins, and answers at once: reading all logs takes as long as there is history."""
        view = self.views[name]
        found = self.progress(name)
        if found.state == "running":
            return found
        told = self._told([view])
        self.container.spawn_managed_thread(lambda: self._rebuild([view], told))
        told.begun.wait(BEGINS)  # who asks for the progress next must not be told of the time before
        return self.progress(name)

    def progress(self, name: str) -> Progress:
        """How far this view is, or how its last rebuilding ended, in whichever replica."""
        return progress(self.ground.database, [self.views[name]])[0]

    def all(self) -> list[Progress]:
        """The same of every view."""
        return progress(self.ground.database, self.views.values())

    def health(self) -> dict[str, Any]:
        """Degraded while a view is made anew because this program cannot use what is there."""
        if not self._outdated:
            return {"ok": True}
        told = [one for one in self.all() if one.view in self._outdated]
        far = {one.view: {"state": one.state, "done": one.done, "total": one.total, "error": one.error} for one in told}
        return {"ok": False, "degraded": True, "code": "view_rebuilding", "views": far}

    # -- the work ---------------------------------------------------------------------------------------------

    def _bring_up_to_date(self) -> None:
        """At start: until no view is left that was made for another version. Another replica may be at it."""
        pause = 1.0
        while not self._stopping:
            try:
                self._outdated = [view.name for view in self.views.values() if self._is_outdated(view)]
                if not self._outdated:
                    return
                views = [self.views[name] for name in self._outdated]
                log.info("views are of another version", extra={"views": self._outdated})
                if self._rebuild(views, self._told(views)):
                    continue
                if len(views) > 1:  # one that cannot be made must not keep the others away
                    for view in views:
                        self._rebuild([view], self._told([view]))
            except Exception as error:  # the database may be later than the service
                log.warning("views not looked at", extra={"error": describe(error)})
            eventlet.sleep(pause)
            pause = min(pause * 2, 15.0)

    def _is_outdated(self, view: View) -> bool:
        with self.ground.database.cursor() as cursor:
            try:
                view.is_there(cursor)
            except Outdated:
                return True
        return False

    def _told(self, views: Sequence[View]) -> _Watching:
        return _Watching(self, views)

    def _rebuild(self, views: Sequence[View], told: _Watching) -> bool:
        """False when it failed, which is seen in the progress, or when another replica is at it."""
        began = time.monotonic()
        try:
            rebuild(self.ground.database, views, self._read, told)
        except Exception as error:  # an error leaving a managed thread would end the whole service
            if isinstance(error, Refused) and error.code == "rebuild_running":
                return False
            about = {"event": str(error), **describe(error.cause)} if isinstance(error, CannotApply) else describe(error)
            log.error("rebuild failed", extra={"views": [view.name for view in views], "error": about})
            self._failed(told, f"{about['type']} {about.get('event', '')}".strip())
            return False
        finally:
            told.begun.set()
        seconds = round(time.monotonic() - began, 1)
        log.info("rebuilt", extra={"views": [view.name for view in views], "events": told.events, "seconds": seconds})
        return True

    def _failed(self, told: _Watching, error: str) -> None:
        try:
            told.failed(error)
        except Exception as lost:  # the lock is given back, so it counts as interrupted
            log.warning("failure not recorded", extra={"error": describe(lost)})

    def _read(self, source: str, after: int) -> list[dict[str, Any]]:
        """A page; a source that is away for a moment does not undo an hour's work."""
        asked = {"after": after, "limit": PAGE}
        for attempt in range(1, ATTEMPTS):
            if self._stopping:
                raise Stopping
            try:
                return self.ground.rpc.call(source, "read_log", asked, timeout=ANSWER)  # type: ignore[no-any-return]
            except Exception as error:
                log.warning("page not read", extra={"source": source, "error": describe(error), "attempt": attempt})
                eventlet.sleep(attempt)
        return self.ground.rpc.call(source, "read_log", asked, timeout=ANSWER)  # type: ignore[no-any-return]


class _Watching(Told):
    """Tells the progress, and asks the sources from time to time where their logs end."""

    def __init__(self, rebuilds: Rebuilds, views: Sequence[View]) -> None:
        super().__init__(rebuilds.ground.database, views, {})
        self._known = rebuilds.ground.heads
        self._asked = 0.0
        self.events = 0
        self.begun = threading.Event()

    def begins(self) -> None:
        self._look()
        super().begins()
        self.begun.set()

    def reached(self, cursor: Any, positions: Any) -> None:
        if time.monotonic() - self._asked > HEADS_AGAIN:
            self._look()
        self.events = sum(positions.values())
        super().reached(cursor, positions)

    def _look(self) -> None:
        self.heads = self._known.of({source for sources in self.sources.values() for source in sources})
        self._asked = time.monotonic()
