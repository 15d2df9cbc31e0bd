"""Makes views anew from the logs, beside the live ones, and swaps them in: no dark window, nothing read twice or left out.

One reading of the logs serves several views. Logs are read and folded while the page before is written; a few pages are
in memory at any time, however long the logs are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg2

from contracts.errors import Refused
from services.kernel.database import Database
from services.kernel.folding import Page, fold, folded
from services.kernel.follower import CannotApply
from services.kernel.rows import Rows
from services.kernel.view import LOCK, View, entering

ReadLog = Callable[[str, int], list[dict[str, Any]]]
"""(source, after): a page of that service's log, empty at its end."""


class Watched(Protocol):
    """Who wants to know how far it is."""

    def begins(self) -> None:
        """These views are being made anew by nobody else."""

    def reached(self, cursor: Any, positions: dict[str, int]) -> None:
        """A page is written; in the same transaction."""

    def swapped(self, cursor: Any, view: View) -> None:
        """The view is live; in the same transaction."""


class Unwatched:
    """Nobody does."""

    def begins(self) -> None:
        return None

    def reached(self, cursor: Any, positions: dict[str, int]) -> None:
        return None

    def swapped(self, cursor: Any, view: View) -> None:
        return None


_UNWATCHED = Unwatched()
_NOT_THE_EVENT = (psycopg2.OperationalError, Refused)


def rebuild(database: Database, views: Sequence[View], read: ReadLog, watched: Watched = _UNWATCHED) -> None:
    """Run every event through the views' handlers into new tables, then swap them for the live ones."""
    lock = database.connect()
    try:
        with lock.cursor() as cursor:
            # A machine that is gone without a word must not hold the lock for the two hours that a system waits.
            cursor.execute("SET tcp_keepalives_idle TO 10; SET tcp_keepalives_interval TO 5; SET tcp_keepalives_count TO 3")
            for view in views:
                cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK, view.name])
                if not cursor.fetchone()[0]:
                    raise Refused("rebuild_running", params={"view": view.name})

            def reads(source: str, after: int) -> list[dict[str, Any]]:
                # Raises when the connection was lost: the lock went with it, and another may have begun. Asked with every
                # page, it never looks idle to whatever closes idle connections.
                cursor.execute("SELECT")
                return read(source, after)

            _rebuild(database, views, reads, watched)
    finally:
        lock.close()


def _rebuild(database: Database, views: Sequence[View], read: ReadLog, watched: Watched) -> None:
    watched.begins()
    for view in views:
        _begin(database, view)
    positions = dict.fromkeys(sorted({source for view in views for source in view.sources()}), 0)
    _read_on(database, views, read, positions, watched)
    for view in views:
        _index(database, view)
    _read_on(database, views, read, positions, watched)
    for view in views:
        _swap(database, view, read, dict(positions), watched)
    for view in views:
        _drop(database, f"{view.name}__old")


def _begin(database: Database, view: View) -> None:
    for leftover in ("__next", "__old"):
        _drop(database, f"{view.name}{leftover}")
    with database.transaction() as cursor:
        view.make(cursor, f"{view.name}__next")
        cursor.executemany("INSERT INTO position VALUES (%s, 0)", [[source] for source in view.sources()])


def _read_on(
    database: Database, views: Sequence[View], read: ReadLog, positions: dict[str, int], watched: Watched
) -> None:
    """Up to where the logs end now."""
    for page in folded(read, views, positions):
        after, positions[page.source] = positions[page.source], page.position
        try:
            with _quickly(database) as cursor:
                for view, rows in page.rows:
                    _write(cursor, view, rows, page.source, after, page.position)
                watched.reached(cursor, dict(positions))
        except _NOT_THE_EVENT:
            raise
        except Exception as error:
            _name_the_event(database, page, after, error)
            raise


@contextmanager
def _quickly(database: Database) -> Iterator[Any]:
    with database.transaction() as cursor:
        # Nobody sees these tables before the swap is committed, and what it is committed with is on disk then.
        cursor.execute("SET LOCAL synchronous_commit TO off")
        yield cursor


def _name_the_event(database: Database, page: Page, after: int, error: Exception) -> None:
    """One by one: CannotApply with the event that PostgreSQL refuses."""
    with _quickly(database) as cursor:
        for message in page.messages:
            try:
                for view, rows in fold(page.source, [message], [view for view, _ in page.rows]).rows:
                    _write(cursor, view, rows, page.source, after, message["position"])
            except _NOT_THE_EVENT:
                raise
            except Exception:
                raise CannotApply(message, error) from error
            after = message["position"]


def _write(cursor: Any, view: View, rows: Rows, source: str, after: int, position: int) -> None:
    cursor.execute(entering(f"{view.name}__next"))
    moved = cursor.mogrify(
        "UPDATE position SET position = %s WHERE source = %s AND position = %s", [position, source, after]
    )
    cursor.execute(b";\n".join([part for part in (view.written(cursor, rows), moved) if part]))
    if cursor.rowcount != 1:  # these tables are another's, who began when our lock was lost
        raise Refused("rebuild_running", params={"view": view.name})


def _index(database: Database, view: View) -> None:
    """Also counts the rows: with a planner that knows nothing of them the first questions would take long."""
    schema = f"{view.name}__next"
    with database.transaction() as cursor:
        cursor.execute(entering(schema))
        cursor.execute(view.indexes or "SELECT")
        cursor.execute("SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = %s", [schema])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {table}")


def _swap(database: Database, view: View, read: ReadLog, positions: dict[str, int], watched: Watched) -> None:
    """The live view may have read further meanwhile. Its followers only go forward, so the new one may not be behind; and
    as they stand still here, it comes as far however much is written.

    The lock on ``position`` waits for followers at work and holds up the next ones, who then find the new
    table by its name. Readers are not disturbed: neither this lock nor a schema's new name is in their way.
    """
    with database.transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{view.name}".position'])
        if cursor.fetchone()[0]:
            cursor.execute(f'LOCK TABLE "{view.name}".position IN SHARE ROW EXCLUSIVE MODE')
            # A source that the view followed in another version of it is none of its own any more.
            cursor.execute(f'SELECT source, position FROM "{view.name}".position WHERE source = ANY(%s)', [view.sources()])
            for source, live in cursor.fetchall():
                _catch_up(cursor, view, read, source, live, positions, watched)
            cursor.execute(f'ALTER SCHEMA "{view.name}" RENAME TO "{view.name}__old"')
        cursor.execute(f'ALTER SCHEMA "{view.name}__next" RENAME TO "{view.name}"')
        watched.swapped(cursor, view)


def _catch_up(
    cursor: Any, view: View, read: ReadLog, source: str, live: int, positions: dict[str, int], watched: Watched
) -> None:
    """As far as the live view; or to the log's end, where it was restored from a backup and ends before that."""
    while positions[source] < live and (messages := read(source, positions[source])):
        after, positions[source] = positions[source], int(messages[-1]["position"])
        ((_, rows),) = fold(source, messages, [view]).rows
        _write(cursor, view, rows, source, after, positions[source])
        watched.reached(cursor, dict(positions))


def _drop(database: Database, schema: str) -> None:
    with database.transaction() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
