"""How far the making anew of a view is: written with every page, so that any replica can say it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from typing import Any, Literal

from services.kernel.database import Database
from services.kernel.migrations import migrate
from services.kernel.sql_files import Schema
from services.kernel.view import LOCK, View

State = Literal["idle", "running", "done", "failed"]
_SCHEMA = Schema("rebuilds", resources.files("services.kernel") / "rebuild_schema")
_ROWS = """
    SELECT view, state, began_at, changed_at, positions, heads, error,
           EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = %s
                   AND objid::bigint = hashtext(view)::bigint & 4294967295
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    FROM public.rebuilds"""


@dataclass(frozen=True)
class Progress:
    """``positions`` is how far each source's log has been read, ``heads`` where it ended when last asked."""

    view: str
    state: State = "idle"
    began_at: datetime | None = None
    changed_at: datetime | None = None
    positions: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None

    @property
    def done(self) -> int:
        """Events read."""
        return sum(self.positions.values())

    @property
    def total(self) -> int | None:
        """Events there are; none while a source does not say."""
        if not self.positions or self.positions.keys() - self.heads.keys():
            return None
        return sum(max(self.heads[source], position) for source, position in self.positions.items())

    @property
    def per_second(self) -> float | None:
        """Events a second since it began."""
        if self.began_at is None or self.changed_at is None or self.changed_at <= self.began_at:
            return None
        return self.done / ((self.changed_at - self.began_at) / timedelta(seconds=1))

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the rate so far."""
        if self.state != "running" or self.total is None or not self.per_second:
            return None
        return (self.total - self.done) / self.per_second


class Told:
    """Writes the progress of a rebuilding of these views."""

    def __init__(self, database: Database, views: Iterable[View], heads: Mapping[str, int]) -> None:
        self.database = database
        self.sources = {view.name: view.sources() for view in views}
        self.heads = heads
        self._left = set(self.sources)

    def begins(self) -> None:
        """Nobody else is at it."""
        migrate(self.database, _SCHEMA)
        with self.database.transaction() as cursor:
            for view, sources in self.sources.items():
                cursor.execute(
                    "INSERT INTO public.rebuilds VALUES (%s, 'running', now(), now(), %s, %s) ON CONFLICT (view) DO UPDATE"
                    " SET state = 'running', began_at = now(), changed_at = now(), positions = excluded.positions,"
                    " heads = excluded.heads, error = NULL",
                    [view, json.dumps(dict.fromkeys(sources, 0)), self._ends(sources)],
                )

    def reached(self, cursor: Any, positions: Mapping[str, int]) -> None:
        """A page is written, in the same transaction."""
        for view in self._left:
            sources = self.sources[view]
            cursor.execute(
                "UPDATE public.rebuilds SET changed_at = clock_timestamp(), positions = %s, heads = %s WHERE view = %s",
                [json.dumps({source: positions[source] for source in sources}), self._ends(sources), view],
            )

    def swapped(self, cursor: Any, view: View) -> None:
        """The view is live, in the same transaction."""
        self._left.discard(view.name)
        cursor.execute(
            "UPDATE public.rebuilds SET state = 'done', changed_at = clock_timestamp() WHERE view = %s", [view.name]
        )

    def failed(self, error: str) -> None:
        """Of those that are not swapped in yet."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "UPDATE public.rebuilds SET state = 'failed', changed_at = now(), error = %s WHERE view = ANY(%s)",
                [error, list(self._left)],
            )

    def _ends(self, sources: Iterable[str]) -> str:
        return json.dumps({source: self.heads[source] for source in sources if source in self.heads})


def progress(database: Database, views: Iterable[View]) -> list[Progress]:
    """Of each view, in this order. What is said to run, but whose process is gone, has failed."""
    found = {}
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.rebuilds') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(_ROWS, [LOCK])
            found = {row[0]: row for row in cursor.fetchall()}
    return [_progress(*found[view.name]) if view.name in found else Progress(view.name) for view in views]


def _progress(view: str, state: State, began: Any, changed: Any, positions: Any, heads: Any, error: Any, held: bool) -> Progress:
    if state == "running" and not held:
        state, error = "failed", "interrupted"
    return Progress(view, state, began, changed, positions, heads, error)
