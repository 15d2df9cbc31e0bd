"""A view: tables, and what each event does to them.

A view lives in a PostgreSQL schema of its own and names its tables without it, so the same handlers run on the live
view, on the one that is made beside it, and on one registrant's past in a scratch schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contracts.errors import Unavailable
from contracts.message import Event, Recorded
from contracts.versions import ByName
from services.kernel.rows import Rows

Handler = Callable[[Rows, Recorded[Any]], None]
"""(rows, recorded event): says what becomes of rows. Handlers of different sources touch different columns, so that the
order in which two logs are read cannot matter."""
LOCK = 7342016
"""The lock under which a view's schema is made or changed."""
# From the table itself: what PostgreSQL keeps cached of names may be from before a lock was waited for.
MADE = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
_TYPES = """
    SELECT relname, attname, format_type(atttypid, atttypmod) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"""


class Outdated(Unavailable):
    """The view's tables were made for other questions or events than this program's; they are being made anew."""

    @classmethod
    def of(cls, view: View) -> Outdated:
        return cls("view_rebuilding", params={"view": view.name})


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
        cursor.execute(MADE, [self.name])
        return self._is_this(cursor.fetchone())

    def _enter_if_there(self, cursor: Any) -> bool:
        cursor.execute(f"{entering(self.name)}; {MADE}", [self.name])
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
