"""Keeps a view up to date: rows and position in one transaction, whoever else keeps it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.message import Recorded
from contracts.versions import UnknownEvent
from services.kernel import hops
from services.kernel.collecting import not_collecting
from services.kernel.database import away
from services.kernel.follower import CannotApply, Follower
from services.kernel.rows import Rows
from services.kernel.view import MADE, Outdated, View, entering
from services.kernel.wire import from_wire

UNHURRIED = "SET LOCAL synchronous_commit TO off"
"""A view need not survive a power cut as it stands: rows and position go back together, and the log has the rest. Waiting
for the disk would cost more than all else, and the commands on the same disk would wait too."""
_UNHURRIED = "set_config('synchronous_commit', 'off', true) = 'off'"


class Elsewhere(Exception):
    """The view is not where its follower thought: it looks again."""


def _not_the_event(error: Exception) -> bool:
    """It tells nothing of the event at hand, or has named one already. Of all else it is found out which event it was."""
    return away(error) or isinstance(error, Elsewhere | CannotApply)


class Projects(Follower):
    """Keeps one view up to date with one source. ``owner`` is the service that keeps the view in its database."""

    def __init__(self, view: View, source: str, owner: str = "query") -> None:
        super().__init__(f"{owner}.{view.name}", source)
        self.view, self.owner = view, owner

    def health(self) -> dict[str, Any]:
        """Where it is. While the view is made anew this service answers all that other views can answer."""
        found = super().health()
        rebuilding = (self.error or {}).get("type") == Outdated.__name__
        return {**found, "degraded": True, "code": "view_rebuilding"} if rebuilding else found

    def recorded_position(self) -> int:
        with self.ground.database.transaction() as cursor:
            self.view.create(cursor)
            cursor.execute("INSERT INTO position VALUES (%s, 0) ON CONFLICT DO NOTHING", [self.source])
            cursor.execute("SELECT position FROM position WHERE source = %s", [self.source])
            return int(cursor.fetchone()[0])

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        if not self._shows_any(messages):
            return self._pass_by(messages)
        try:
            return self._apply_all(messages)
        except Exception as error:
            if _not_the_event(error):
                raise
            return self._apply_each(messages)

    def _shows_any(self, messages: Sequence[dict[str, Any]]) -> bool:
        try:
            return any(self.view.handlers.get(message["name"]) for message in messages)
        except UnknownEvent:  # not to be passed by; it is named when its turn comes
            return True

    def _pass_by(self, messages: Sequence[dict[str, Any]]) -> int:
        """Nothing here shows in this view."""
        first, last = messages[0]["position"], messages[-1]["position"]
        with self.ground.database.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{self.view.name}".position SET position = greatest(position, %s) WHERE source = %s'
                f" AND position >= %s AND ({MADE}) = %s AND {_UNHURRIED} RETURNING position",
                [last, self.source, first - 1, self.view.name, self.view.made],
            )
            if (found := cursor.fetchone()) is None:
                raise Elsewhere(self.name)
        return int(found[0])

    def _apply_each(self, messages: Sequence[dict[str, Any]]) -> int:
        """One by one, so that the event which PostgreSQL refuses is known, and what comes before it still counts."""
        reached = self.position
        for message in messages:
            try:
                reached = self._apply_all([message])
            except Exception as error:
                if _not_the_event(error):
                    raise
                raise CannotApply(message, error) from error
        return reached

    def _apply_all(self, messages: Sequence[dict[str, Any]]) -> int:
        """Two journeys to the database. What comes before an event that no handler can take is written all the same."""
        with self.ground.database.cursor() as cursor:
            # All followers of the view take turns, replicas and other sources alike. Two sources meet the same rows in
            # different orders and would lock each other out; a replica that comes second finds the position moved on.
            cursor.execute(
                f"BEGIN; {UNHURRIED}; {entering(self.view.name)}; LOCK TABLE position IN SHARE ROW EXCLUSIVE MODE;"
                f" SELECT position, ({MADE}) FROM position WHERE source = %s",
                [self.view.name, self.source],
            )
            found = cursor.fetchone()
            if found is None or found[1] != self.view.made or found[0] < messages[0]["position"] - 1:
                cursor.execute("ROLLBACK")
                raise Elsewhere(self.name)
            with not_collecting():
                rows, applied, stopped, done = self._folded(messages, int(found[0]))
            moved = cursor.mogrify("UPDATE position SET position = %s WHERE source = %s", [done, self.source])
            written = [part for part in (self.view.written(cursor, rows), moved, b"COMMIT") if part]
            cursor.execute(b";\n".join(written))
        hops.projected(self.ground.container.service_name, self.view.name, self.source, applied)
        if stopped is not None:
            raise stopped
        return done

    def _folded(
        self, messages: Sequence[dict[str, Any]], done: int
    ) -> tuple[Rows, list[Recorded[Any]], CannotApply | None, int]:
        """The rows of what is new in these messages, as far as it can be folded."""
        rows, applied = Rows(), []
        for message in messages:
            if message["position"] <= done:
                continue
            try:
                if (handler := self.view.handlers.get(message["name"])) is not None:
                    handler(rows, one := from_wire(message))
                    applied.append(one)
            except Exception as error:
                stopped = CannotApply(message, error)
                stopped.__cause__ = error
                rows = Rows()  # half of what the event does may be among them
                for before in applied:
                    self.view.fold(rows, before)
                return rows, applied, stopped, done
            done = message["position"]
        return rows, applied, None, done
