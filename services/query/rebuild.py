"""Rebuilds a view beside the live one from the logs and swaps it in: no dark window, and nothing is read
twice or left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.errors import Refused
from services.kernel.database import Database
from services.kernel.projection import View
from services.kernel.wire import from_wire

ReadLog = Callable[[str, int], list[dict[str, Any]]]
"""(source, after): a page of that service's log, empty at its end."""
_VIEW_LOCK = 7342016
"""The lock under which View.create makes a schema."""


def rebuild(
    database: Database, view: View, read: ReadLog, report: Callable[[dict[str, int]], None] = lambda _: None
) -> None:
    """Run every event through the view's handlers into new tables, then swap them for the live ones."""
    lock = database.connect()
    try:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_VIEW_LOCK, view.name])
            if not cursor.fetchone()[0]:
                raise Refused("rebuild_running", params={"view": view.name})
        _begin(database, view)
        positions = dict.fromkeys(view.sources(), 0)
        while True:
            for source in positions:
                while page := read(source, positions[source]):
                    positions[source] = _apply(database, view, source, page)
                    report(dict(positions))
            if _swap(database, view, positions):
                break
        _drop(database, f"{view.name}__old")
    finally:
        lock.close()


def _begin(database: Database, view: View) -> None:
    _drop(database, f"{view.name}__next")
    _drop(database, f"{view.name}__old")
    with database.transaction() as cursor:
        view.create(cursor, f"{view.name}__next")
        cursor.executemany("INSERT INTO position VALUES (%s, 0)", [[source] for source in view.sources()])


def _apply(database: Database, view: View, source: str, page: list[dict[str, Any]]) -> int:
    names = {event.NAME for event in view.on}
    with database.transaction() as cursor:
        view.enter(cursor, f"{view.name}__next")
        view.apply(cursor, (from_wire(message) for message in page if message["name"] in names))
        cursor.execute("UPDATE position SET position = %s WHERE source = %s", [page[-1]["position"], source])
    return int(page[-1]["position"])


def _swap(database: Database, view: View, positions: dict[str, int]) -> bool:
    """False when the live view has read further meanwhile: its followers only go forward, so the new one may
    not be behind.

    The lock on ``position`` waits for followers at work and holds up the next ones, who then find the new
    table by its name. Readers are not disturbed: a schema's new name locks no table.
    """
    with database.transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_VIEW_LOCK])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f'"{view.name}".position'])
        if cursor.fetchone()[0]:
            cursor.execute(f'LOCK TABLE "{view.name}".position IN ACCESS EXCLUSIVE MODE')
            cursor.execute(f'SELECT source, position FROM "{view.name}".position')
            if any(positions.get(source, 0) < live for source, live in cursor.fetchall()):
                return False
            cursor.execute(f'ALTER SCHEMA "{view.name}" RENAME TO "{view.name}__old"')
        cursor.execute(f'ALTER SCHEMA "{view.name}__next" RENAME TO "{view.name}"')
    return True


def _drop(database: Database, schema: str) -> None:
    with database.transaction() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
