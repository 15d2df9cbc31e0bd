"""Work that a service does when it starts, tried again until it succeeds: the database may be later than the service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from services.kernel.kernel import Ground
from services.kernel.observe import describe

log = logging.getLogger("zhuce.startup")


class AtStart(DependencyProvider):  # type: ignore[misc]
    """``opens_operator_account = AtStart(open_operator_account)``: the work must be harmless to repeat."""

    ground = Ground()

    def __init__(self, work: Callable[[Ground], None]) -> None:
        super().__init__()
        self.work = work
        self.done = False

    def start(self) -> None:
        self.ground.checks[self.work.__name__] = lambda: {"ok": self.done}
        self.container.spawn_managed_thread(self._run, identifier=self.work.__name__)

    def get_dependency(self, worker_ctx: Any) -> AtStart:
        return self

    def _run(self) -> None:
        pause = 0.2
        while not self.done:
            try:
                self.work(self.ground)
                self.done = True
            except Exception as error:
                log.warning("not started yet", extra={"work": self.work.__name__, "error": describe(error)})
                eventlet.sleep(pause)
                pause = min(pause * 2, 10.0)
