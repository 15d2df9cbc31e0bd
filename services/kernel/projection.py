"""A view: tables, what each event does to them, and its position, kept in one transaction. The only code that opens it.

A view lives in a PostgreSQL schema of its own and names its tables without it, so the same handlers run on the live
view and on one registrant's past in a scratch schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.message import Event, Recorded
from services.kernel.follower import CannotApply, Follower
from services.kernel.wire import from_wire

Handler = Callable[[Any, Recorded[Any]], None]
"""(cursor, recorded event): writes rows. Handlers of different sources touch different columns, so that the order in
which two logs are read cannot matter."""


@dataclass(frozen=True)
class View:
    """``name`` is also the schema. ``tables`` is DDL with IF NOT EXISTS. ``on`` says what each event does."""

    name: str
    tables: str
    on: Mapping[type[Event], Handler]

    def sources(self) -> list[str]:
        """The services whose events this view shows."""
        return sorted({event.NAME.split(".")[0] for event in self.on})

    def create(self, cursor: Any, schema: str | None = None) -> None:
        """Make the schema and its tables where they are missing.

        The schema's comment says what was made: an index that is there already would still lock its table, and a
        replica that starts would hold up followers at work.
        """
        schema = schema or self.name
        made = hashlib.sha256(self.tables.encode()).hexdigest()
        cursor.execute("SELECT pg_advisory_xact_lock(7342016)")
        # From the table itself: what PostgreSQL keeps cached of names may be from before the lock was waited for.
        cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [schema])
        if cursor.fetchone() == (made,):
            self.enter(cursor, schema)
            return
        cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        self.enter(cursor, schema)
        cursor.execute(self.tables)
        cursor.execute("CREATE TABLE IF NOT EXISTS position (source text PRIMARY KEY, position bigint NOT NULL)")
        cursor.execute(f'COMMENT ON SCHEMA "{schema}" IS %s', [made])

    def enter(self, cursor: Any, schema: str | None = None) -> None:
        """Let unqualified names mean this view's tables until the transaction ends."""
        cursor.execute(f'SET LOCAL search_path TO "{schema or self.name}", public')

    def apply(self, cursor: Any, recorded: Iterable[Recorded[Any]]) -> None:
        """Run the handlers; the caller's transaction decides whether it counts."""
        for one in recorded:
            handler = self.on.get(type(one.event))
            if handler is not None:
                handler(cursor, one)


class Projects(Follower):
    """Keeps one view up to date with one source. ``owner`` is the service that keeps the view in its database."""

    def __init__(self, view: View, source: str, owner: str = "query") -> None:
        super().__init__(f"{owner}.{view.name}", source)
        self.view = view
        self.names = {event.NAME for event in view.on}

    def recorded_position(self) -> int:
        with self.ground.database.transaction() as cursor:
            self.view.create(cursor)
            cursor.execute("INSERT INTO position VALUES (%s, 0) ON CONFLICT DO NOTHING", [self.source])
            cursor.execute("SELECT position FROM position WHERE source = %s", [self.source])
            return int(cursor.fetchone()[0])

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        try:
            return self._apply_all(messages)
        except CannotApply as stopped:
            # Its transaction took back the whole batch: what comes before the event it stopped at still counts.
            self._apply_all([message for message in messages if message["position"] < stopped.message["position"]])
            raise

    def _apply_all(self, messages: Sequence[dict[str, Any]]) -> int:
        with self.ground.database.transaction() as cursor:
            self.view.enter(cursor)
            # All followers of the view take turns, replicas and other sources alike. Two sources meet the same rows in
            # different orders and would lock each other out; a replica that comes second finds the position moved on.
            cursor.execute("LOCK TABLE position IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SELECT position FROM position WHERE source = %s", [self.source])
            done = int(cursor.fetchone()[0])
            for message in messages:
                if message["position"] <= done:
                    continue
                if message["name"] in self.names:
                    try:
                        self.view.apply(cursor, [from_wire(message)])
                    except Exception as error:
                        raise CannotApply(message, error) from error
                done = message["position"]
            cursor.execute("UPDATE position SET position = %s WHERE source = %s", [done, self.source])
        return done
