"""The event log on psycopg2: passes eventsourcing's recorder suites, and takes a whole decision in one transaction.

eventsourcing's own PostgreSQL recorder speaks psycopg 3, which blocks eventlet's hub (decision 0002).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
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

from services.kernel.append import Append, AppendFailed
from services.kernel.database import Database

_LOG_SQL = resources.files("services.kernel").joinpath("log.sql").read_text("utf-8")
_APPEND = "SELECT append_events(" + ", ".join(
    ["%s::text[]", "%s::int[]", "%s::text[]", "%s::text[]", "%s", "%s", "%s", "%s::int"]
    + ["%s::text[]"] * 6
    + ["%s", "%s::bigint"]
) + ")"
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

    def create_tables(self) -> None:
        """Create what is missing; safe to run at every start, by several processes at once."""
        with self.database.transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7342014)")
            cursor.execute(_LOG_SQL)

    # -- one decision -----------------------------------------------------------------------------------------

    def append(self, append: Append) -> int:
        """Commit everything one decision changes; the log's last position. AppendFailed says what stood in the way."""
        try:
            with self.database.cursor() as cursor:
                cursor.execute(_APPEND, append.arguments())
                return int(cursor.fetchone()[0])
        except psycopg2.Error as error:
            reason = AppendFailed.REASONS.get(error.pgcode or "")
            if reason is None:
                raise
            raise AppendFailed(reason, error.diag.message_detail) from None

    def find_handled(self, command_id: str) -> tuple[str, str, int, int] | None:
        """(fingerprint, stream, version, position) of the first time this command was handled, if ever."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT fingerprint, stream, version, position FROM handled_commands WHERE command_id = %s", [command_id]
            )
            row = cursor.fetchone()
            return tuple(row) if row else None

    def load(self, stream: str) -> list[tuple[int, int, str, str]]:
        """(position, version, name, body) of every event of a stream, in order."""
        with self.database.cursor() as cursor:
            cursor.execute("SELECT position, version, name, body FROM events WHERE stream = %s ORDER BY version", [stream])
            return list(cursor.fetchall())

    def page(self, after: int, limit: int) -> list[tuple[int, str, int, str, str]]:
        """(position, stream, version, name, body) after a position: the relay and followers read the log with it."""
        with self.database.cursor() as cursor:
            cursor.execute(
                "SELECT position, stream, version, name, body FROM events WHERE position > %s ORDER BY position LIMIT %s",
                [after, limit],
            )
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
