"""A view: tables, what each event does to them, and its position, kept in one transaction. The only code that opens it.

A view lives in a PostgreSQL schema of its own and names its tables without it, so the same handlers run on the live
view, on the one that is made beside it, and on one registrant's past in a scratch schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg2

from contracts.errors import Unavailable
from contracts.message import Event, Recorded
from contracts.versions import ByName, UnknownEvent
from services.kernel import hops
from services.kernel.collecting import not_collecting
from services.kernel.follower import CannotApply, Follower
from services.kernel.rows import Rows
from services.kernel.wire import from_wire

Handler = Callable[[Rows, Recorded[Any]], None]
"""(rows, recorded event): says what becomes of rows. Handlers of different sources touch different columns, so that the
order in which two logs are read cannot matter."""
LOCK = 7342016
"""The lock under which a view's schema is made or changed."""
# From the table itself: what PostgreSQL keeps cached of names may be from before a lock was waited for.
_MADE = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
_TYPES = """
    SELECT relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""


UNHURRIED = "SET LOCAL synchronous_commit TO off"
"""A view need not survive a power cut as it stands: rows and position go back together, and the log has the rest. Waiting
for the disk would cost more than all else, and the commands on the same disk would wait too."""
_UNHURRIED = "set_config('synchronous_commit', 'off', true) = 'off'"


class Outdated(Unavailable):
    """The view's tables were made for other questions or events than this program's; they are being made anew."""

    @classmethod
    def of(cls, view: View) -> Outdated:
        return cls("view_rebuilding", params={"view": view.name})


class Elsewhere(Exception):
    """The view is not where its follower thought: it looks again."""


_NOT_THE_EVENT = (psycopg2.OperationalError, psycopg2.InterfaceError, Elsewhere, CannotApply)
"""What tells nothing of the event at hand, or has named one already. Of all else it is found out which event it was."""


@dataclass(frozen=True)
class View:
    """``name`` is also the schema. ``tables`` and ``indexes`` are DDL with IF NOT EXISTS. ``on`` says what each event does.

    Whoever changes what a handler makes of the same event raises ``revision``: the view is then made anew at start, as
    it is when its tables or the events that it shows change.
    """

    name: str
    tables: str
    on: Mapping[type[Event], Handler]
    indexes: str = ""
    revision: int = 1

    @cached_property
    def handlers(self) -> ByName[Handler]:
        """By the name under which a log holds the event."""
        return ByName(self.on)

    @cached_property
    def made(self) -> str:
        """What the schema's comment says when its tables are this view's."""
        said = [self.tables, self.indexes, str(self.revision), *sorted(event.NAME for event in self.on)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def sources(self) -> list[str]:
        """The services whose events this view shows."""
        return sorted({event.NAME.split(".")[0] for event in self.on})

    # -- its schema -------------------------------------------------------------------------------------------

    def create(self, cursor: Any) -> None:
        """Make the schema where it is missing, and enter it. Raises Outdated when it was made for something else."""
        if not self._enter_if_there(cursor):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            if not self._enter_if_there(cursor):  # asked again: another replica may have made it
                self.make(cursor, self.name)
                cursor.execute(self.indexes or "SELECT")

    def is_there(self, cursor: Any) -> bool:
        """Whether its tables are there. Raises Outdated when they were made for something else.

        Only the comment is looked at: an index that is there already would still lock its table, and a replica that
        starts would hold up followers at work.
        """
        cursor.execute(_MADE, [self.name])
        return self._is_this(cursor.fetchone())

    def _enter_if_there(self, cursor: Any) -> bool:
        cursor.execute(f"{entering(self.name)}; {_MADE}", [self.name])
        return self._is_this(cursor.fetchone())

    def _is_this(self, found: tuple[str] | None) -> bool:
        if found is not None and found[0] != self.made:
            raise Outdated.of(self)
        return found is not None

    def make(self, cursor: Any, schema: str) -> None:
        """Make a schema with the tables, but without indexes: what is filled first and indexed then is done sooner."""
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        self.enter(cursor, schema)
        cursor.execute(self.tables)
        cursor.execute("CREATE TABLE position (source text PRIMARY KEY, position bigint NOT NULL)")
        cursor.execute(f'COMMENT ON SCHEMA "{schema}" IS %s', [self.made])

    def enter(self, cursor: Any, schema: str | None = None) -> None:
        """Let unqualified names mean this view's tables until the transaction ends."""
        cursor.execute(entering(schema or self.name))

    # -- its rows ---------------------------------------------------------------------------------------------

    def fold(self, rows: Rows, one: Recorded[Any]) -> None:
        """Say what the event does to the view's rows."""
        handler = self.on.get(type(one.event))
        if handler is not None:
            handler(rows, one)

    def written(self, cursor: Any, rows: Rows) -> bytes:
        """What is to be executed to write the rows, in one go."""
        return b";\n".join(rows.statements(cursor, self._types(cursor))) if rows else b""

    def apply(self, cursor: Any, recorded: Iterable[Recorded[Any]]) -> None:
        """Fold events and write the rows; the caller has entered, and its transaction decides whether it counts."""
        rows = Rows()
        for one in recorded:
            self.fold(rows, one)
        if statements := self.written(cursor, rows):
            cursor.execute(statements)

    def _types(self, cursor: Any) -> Mapping[str, Mapping[str, str]]:
        """The types of the tables' columns, asked once: this view's tables are the same wherever they were made."""
        if (known := self.__dict__.get("types")) is None:
            cursor.execute(_TYPES)
            known = {}
            for table, column, type in cursor.fetchall():
                known.setdefault(table, {})[column] = type
            self.__dict__["types"] = known
        return known


def entering(schema: str) -> str:
    """The statement that lets unqualified names mean this schema's tables until the transaction ends."""
    return f'SET LOCAL search_path TO "{schema}", public'


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
        except _NOT_THE_EVENT:
            raise
        except Exception:
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
                f" AND position >= %s AND ({_MADE}) = %s AND {_UNHURRIED} RETURNING position",
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
            except _NOT_THE_EVENT:
                raise
            except Exception as error:
                raise CannotApply(message, error) from error
        return reached

    def _apply_all(self, messages: Sequence[dict[str, Any]]) -> int:
        """Two journeys to the database. What comes before an event that no handler can take is written all the same."""
        with self.ground.database.cursor() as cursor:
            # All followers of the view take turns, replicas and other sources alike. Two sources meet the same rows in
            # different orders and would lock each other out; a replica that comes second finds the position moved on.
            cursor.execute(
                f"BEGIN; {UNHURRIED}; {entering(self.view.name)}; LOCK TABLE position IN SHARE ROW EXCLUSIVE MODE;"
                f" SELECT position, ({_MADE}) FROM position WHERE source = %s",
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
