"""The event log on psycopg2: passes eventsourcing's recorder suites, and takes a whole decision in one transaction.

eventsourcing's own PostgreSQL recorder speaks psycopg 3, which blocks eventlet's hub (decision 0002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg2
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    InternalError,
    Notification,
    NotSupportedError,
    OperationalError,
    PersistenceError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Subscription,
    Tracking,
)

from services.kernel.append import Append, AppendFailed, arguments
from services.kernel.database import Database, lost
from services.kernel.migrations import LOG, migrate
from services.kernel.writer import Writer

_TYPES = (
    *("text[]", "int[]", "text[]", "text[]", "int[]"),
    *("text[]", "text[]", "text[]", "int[]", "int[]", "bigint[]", "int[]"),
    *("text[]", "text[]", "text[]", "text[]", "int[]", "text[]", "text[]", "text[]", "bigint[]", "int[]"),
)
_PREPARE = f"PREPARE append_batch({', '.join(_TYPES)}) AS SELECT * FROM append_batch({', '.join(f'${n + 1}' for n in range(len(_TYPES)))})"
_APPEND = f"EXECUTE append_batch({', '.join(f'%s::{type_}' for type_ in _TYPES)})"
_PREPARE_LOAD = (
    "PREPARE load_stream(text, int) AS"
    " SELECT position, version, name, body FROM events WHERE stream = $1 AND version > $2 ORDER BY version"
)
_PREPARE_ONE = "PREPARE append_one(text, int, text, text, text, text) AS SELECT append_one($1, $2, $3, $4, $5, $6)"
_APPEND_ONE = "EXECUTE append_one(%s, %s, %s, %s, %s, %s)"
PAGE_BYTES = 4 * 2**20
_PAGE = """
    SELECT position, stream, version, name, body FROM (
        SELECT *, sum(octet_length(body)) OVER (ORDER BY position) - octet_length(body) AS before
        FROM (SELECT * FROM events WHERE position > %s ORDER BY position LIMIT %s) AS page) AS measured
    WHERE before < %s ORDER BY position"""
_ERRORS: dict[type[Exception], type[Exception]] = {
    psycopg2.InterfaceError: InterfaceError,
    psycopg2.DataError: DataError,
    psycopg2.OperationalError: OperationalError,
    psycopg2.IntegrityError: IntegrityError,
    psycopg2.InternalError: InternalError,
    psycopg2.ProgrammingError: ProgrammingError,
    psycopg2.NotSupportedError: NotSupportedError,
    psycopg2.DatabaseError: DatabaseError,
    psycopg2.Error: PersistenceError,
}


class PostgresRecorder(ProcessRecorder):
    """Events with gapless positions in commit order; tracking, claims and handled commands beside them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.writer = Writer(self)
        self._connection: Any = None  # the writer's own: it is used by one at a time

    def create_tables(self) -> None:
        """Create or change what is not up to date; safe to run at every start, by several processes at once."""
        migrate(self.database, LOG)

    # -- one decision -----------------------------------------------------------------------------------------

    def append(self, append: Append) -> int:
        """Commit everything one decision changes, together with whatever else waits to be committed; the position of
        its last event. AppendFailed says what stood in the way.
        """
        return self.writer.append(append)

    def append_batch(self, batch: Sequence[Append]) -> tuple[int, dict[int, AppendFailed]]:
        """One transaction: all of them and the position before them, or nothing and what stands in whose way."""
        try:
            with self._writing() as cursor:
                if len(batch) == 1 and (plain := batch[0].plain()):
                    try:
                        cursor.execute(_APPEND_ONE, plain)
                        return cursor.fetchone()[0] - 1, {}
                    except psycopg2.errors.UniqueViolation:
                        pass  # which of several reasons, the other function finds out
                cursor.execute(_APPEND, arguments(batch))
                before, refused, reasons, details = cursor.fetchone()
        except BaseException as error:
            # Cut short (timeout, kill) it is in the middle of the protocol; after an error of the server it is fine.
            if lost(error) or not isinstance(error, Exception):
                self.close()
            raise
        failures: dict[int, AppendFailed] = {}
        for of, reason, detail in zip(refused or (), reasons or (), details or (), strict=True):
            failures.setdefault(of, AppendFailed(reason, detail))
        return before, failures

    def _writing(self) -> Any:
        if self._connection is None:
            connection = self.database.connect()
            with connection.cursor() as cursor:
                cursor.execute(_PREPARE)
                cursor.execute(_PREPARE_ONE)
            self._connection = connection
        return self._connection.cursor()

    def close(self) -> None:
        """Close the writer's connection; the next append opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def find(self, append: Append) -> int | None:
        """The position of its last event, when this very append is in the log: sent again after its reply was lost.

        A command is not looked for: that it was handled is what its sender asks first.
        """
        if append.handled:
            return None
        if not append.rows:
            done = append.followed is not None and self.max_tracking_id(append.followed[0]) == append.followed[1]
            return 0 if done else None
        position = None
        with self.database.cursor() as cursor:
            for row in append.rows:
                cursor.execute(
                    "SELECT position FROM events WHERE stream = %s AND version = %s AND name = %s AND body = %s", row
                )
                found = cursor.fetchone()
                if found is None:
                    return None
                position = int(found[0])
        return position

    def find_handled(self, command_id: str) -> tuple[str, str, int, int] | None:
        """(fingerprint, stream, version, position) of the first time this command was handled, if ever."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT fingerprint, stream, version, position FROM handled_commands WHERE command_id = %s", [command_id]
            )
            row = cursor.fetchone()
            return tuple(row) if row else None

    def find_all_handled(self, command_ids: Sequence[str]) -> dict[str, tuple[str, str, int, int]]:
        """find_handled() of many: those that were."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT command_id, fingerprint, stream, version, position FROM handled_commands"
                " WHERE command_id = ANY(%s)",
                [list(command_ids)],
            )
            return {row[0]: row[1:] for row in cursor.fetchall()}

    def load(self, stream: str, after: int = 0) -> list[tuple[int, int, str, str]]:
        """(position, version, name, body) of a stream's events after a version, in order."""
        with self.database.cursor() as cursor:
            if not cursor.connection.prepared:
                cursor.execute(_PREPARE_LOAD)
                cursor.connection.prepared = True
            cursor.execute("EXECUTE load_stream(%s, %s)", [stream, after])
            return cursor.fetchall()  # type: ignore[no-any-return]

    def load_all(self, streams: Sequence[str]) -> list[tuple[str, int, int, str, str]]:
        """(stream, position, version, name, body) of all events of these streams, stream by stream, in order."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT stream, position, version, name, body FROM events WHERE stream = ANY(%s) ORDER BY stream, version",
                [list(streams)],
            )
            return list(cursor.fetchall())

    def page(self, after: int, limit: int) -> list[tuple[int, str, int, str, str]]:
        """(position, stream, version, name, body) after a position: the relay and followers read the log with it.

        A page of large events has fewer, at least one: it must fit into a message, and into its readers' memory.
        """
        with self.database.cursor() as cursor:
            cursor.execute(_PAGE, [after, limit, PAGE_BYTES])
            return list(cursor.fetchall())

    # -- eventsourcing's interface ----------------------------------------------------------------------------

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append events (and, as ``tracking``, the position they come from); their positions."""
        tracking: Tracking | None = kwargs.get("tracking")
        append = Append(
            rows=[(str(e.originator_id), e.originator_version, e.topic, e.state.decode()) for e in stored_events],
            followed=(tracking.application_name, tracking.notification_id) if tracking else None,
        )
        try:
            last = self.append(append)
        except AppendFailed as failed:
            raise IntegrityError(failed.reason) from failed
        except psycopg2.Error as error:
            raise _translated(error) from error
        return list(range(last - len(stored_events) + 1, last + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one stream."""
        rows = self._rows(
            "SELECT version, name, body FROM events WHERE stream = %s AND version > %s AND version <= %s"
            f" ORDER BY version {'DESC' if desc else 'ASC'} LIMIT %s",
            [str(originator_id), -1 if gt is None else gt, 2**31 - 1 if lte is None else lte, limit],
        )
        return [StoredEvent(originator_id, version, name, body.encode()) for version, name, body in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events of the whole log, by position."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        rows = self._rows(
            "SELECT position, stream, version, name, body FROM events WHERE position >= %s AND position <= %s"
            " AND (%s OR name = ANY(%s::text[])) ORDER BY position LIMIT %s",
            [first, 2**62 if stop is None else stop, not topics, list(topics), limit],
        )
        return [Notification(_as_id(s), version, name, body.encode(), pos) for pos, s, version, name, body in rows]

    def max_notification_id(self) -> int | None:
        """The last position, None when the log is empty."""
        last: int | None = self._rows("SELECT max(position) FROM events", [])[0][0]
        return last

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a followed position alone; IntegrityError when it is not past the recorded one."""
        self.insert_events([], tracking=tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position followed in this source."""
        rows = self._rows("SELECT position FROM followed WHERE source = %s", [application_name])
        return rows[0][0] if rows else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Not offered: the relay and the followers are how the log is followed here."""
        raise NotSupportedError("follow the log with services.kernel.follower")

    def _rows(self, sql: str, parameters: list[Any]) -> list[Any]:
        try:
            with self.database.cursor() as cursor:
                cursor.execute(sql, parameters)
                return list(cursor.fetchall())
        except psycopg2.Error as error:
            raise _translated(error) from error


def _translated(error: psycopg2.Error) -> Exception:
    for theirs, ours in _ERRORS.items():
        if isinstance(error, theirs):
            return ours(str(error))
    return PersistenceError(str(error))


def _as_id(stream: str) -> UUID | str:
    # eventsourcing's aggregates use UUIDs, our streams names such as filing-<uuid>: give back what was put in.
    try:
        return UUID(stream)
    except ValueError:
        return stream
