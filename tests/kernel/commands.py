"""Gives commands to the toy counter's log directly, one by one or all at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts.errors import Refused, Stale
from contracts.message import Accepted
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.kernel.toy_domain import COUNTER, Increment


def open_log(url: str, recorder: type[PostgresRecorder] = PostgresRecorder) -> EventLog:
    made = recorder(Database(url))
    made.create_tables()
    return EventLog("counter", made)


def send(log: EventLog, key: str, by: int = 1, label: str | None = None, **about: Any) -> Accepted:
    followed = about.pop("followed", None)
    about.setdefault("command_id", f"{key}-{by}-{label}")
    return log.handle(COUNTER, key, Increment(counter_id=key, by=by, label=label, meta=meta(**about)), followed=followed)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run all from one starting line; each result, or the refusal it met. Anything else that is raised fails the test."""
    line = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        line.wait()
        try:
            return work()
        except (Refused, Stale) as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))
