"""How imports stand, with their problems and conflicts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from contracts.import_life import IMPORTS, begun_import, may_see
from contracts.imports import Conflict, ImportList, ImportView, LineProblem
from contracts.message import Actor
from services.kernel.importing.brings import Work
from services.kernel.mapper import decode_event

_EVENTS = "SELECT name, body FROM events WHERE stream = %s AND version = ANY(%s) ORDER BY version"


class Looking(Work):
    """The half that answers questions."""

    def view(self, import_id: UUID, skip: int = 0, limit: int = 0) -> ImportView:
        """How an import stands, with so many of its problems and of its conflicts."""
        loaded = self.ground.log.load(self.brings.decider, import_id)
        begun = begun_import(loaded.state, import_id)
        state = loaded.state
        problems: list[LineProblem] = []
        conflicts: list[Conflict] = []
        for told, event in self._told(import_id, state.problems_at, skip, limit):
            problems += event.problems[told]
        for told, event in self._told(import_id, state.conflicts_at, skip, limit):
            conflicts += event.conflicts[told]
        return ImportView(
            version=loaded.version,
            kind=self.brings.kind,
            status=state.status,
            upto=state.upto,
            made=state.made,
            repeated=state.repeated,
            refused=state.refused,
            undo_reason=state.undo_reason,
            undone_upto=state.undone_upto,
            withdrawn=state.withdrawn,
            kept=state.kept,
            credential=getattr(begun, "credential", None),
            problems=tuple(problems),
            conflicts=tuple(conflicts),
            **begun.model_dump(exclude={"credential", "issuer"}),
        )

    def _told(
        self, import_id: UUID, where: Sequence[tuple[int, int]], skip: int, limit: int
    ) -> Iterator[tuple[slice, Any]]:
        """The events that tell what is asked for, however long the import is, each with the part that is."""
        stop = skip + limit
        first = bisect_right(where, skip, key=itemgetter(1))
        last = bisect_left(where, stop, key=itemgetter(1)) + 1
        wanted = where[first:last] if limit else []
        if not wanted:
            return
        before = where[first - 1][1] if first else 0
        with self.ground.log.recorder.database.cursor() as cursor:
            versions = [version for version, _ in wanted]
            cursor.execute(_EVENTS, [self.brings.decider.stream(import_id), versions])
            rows = cursor.fetchall()
        for (name, body), (_, upto) in zip(rows, wanted, strict=True):
            yield slice(max(skip - before, 0), stop - before), decode_event(name, body)
            before = upto

    def newest(self, asker: Actor, limit: int) -> ImportList:
        """The newest imports that this asker may see."""
        found: list[ImportView] = []
        for one in reversed(self.ground.log.holders(IMPORTS, "")):
            view = self.view(UUID(one))
            if may_see(asker, view.place):
                found.append(view)
            if len(found) == limit:
                break
        return ImportList(imports=tuple(found))
