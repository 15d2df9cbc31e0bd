"""What events do to a view's rows, gathered first and written at once: a few statements for a page, however long it is.

Gathering needs no database. Written page by page or event by event, the tables end up the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.kernel import bulk

Columns = dict[str, Any]
Key = tuple[Any, ...]


class _Change:
    """All that happened to one row, in the order in which it is written: remove it; change it if it is there; add it if
    it is not (``added`` and ``put``) or else put only ``put`` into it."""

    __slots__ = ("added", "changed", "put", "removed")

    def __init__(self) -> None:
        self.removed = False
        self.changed: Columns | None = None
        self.added: Columns | None = None
        self.put: Columns | None = None


class _Table:
    """The changes of one table's rows by key."""

    __slots__ = ("changes", "key")

    def __init__(self, key: tuple[str, ...]) -> None:
        self.key = key
        self.changes: dict[Key, _Change] = {}

    def change(self, key: Mapping[str, Any]) -> _Change:
        """What is known of this row so far."""
        # An id as UUID and as text is one id.
        values = tuple([str(value) if type(value) is UUID else value for value in key.values()])
        found = self.changes.get(values)
        if found is None:
            found = self.changes[values] = _Change()
        return found


class Rows:
    """Handlers say what becomes of rows, each by its table and whole key; ``statements`` says it to the database.

    A row's key columns are always named in one order. Of two values for one column the later counts.
    """

    def __init__(self) -> None:
        self._parts: list[dict[str, _Table] | tuple[str, Sequence[Any]]] = []
        self._tables: dict[str, _Table] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def put(self, table: str, key: Mapping[str, Any], /, **columns: Any) -> None:
        """Write these columns of the row, whether it is there yet or not; no other column is touched."""
        row = self._row(table, key)
        if row.put is None:
            row.put = columns
        else:
            row.put.update(columns)

    def change(self, table: str, key: Mapping[str, Any], /, **columns: Any) -> None:
        """Write these columns if the row is there."""
        row = self._row(table, key)
        if row.put is not None:
            row.put.update(columns)
            return
        if not row.removed:
            row.changed = {**(row.changed or {}), **columns}
        if row.added is not None:
            row.added.update(columns)

    def add(self, table: str, key: Mapping[str, Any], /, **columns: Any) -> None:
        """Make the row; if it is there already, leave it as it is."""
        row = self._row(table, key)
        if row.put is None and row.added is None:
            row.added = columns

    def remove(self, table: str, key: Mapping[str, Any], /) -> None:
        """Remove the row if it is there."""
        row = self._row(table, key)
        row.removed, row.changed, row.added, row.put = True, None, None, None

    def sql(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """The last resort, for what no key names: everything before it is written first, everything after it later."""
        self._parts.append((statement, parameters))
        self._tables = {}

    def _row(self, table: str, key: Mapping[str, Any]) -> _Change:
        found = self._tables.get(table)
        if found is None:
            if not self._tables:
                self._parts.append(self._tables)
            found = self._tables[table] = _Table(tuple(key))
        elif found.key != tuple(key):
            raise ValueError(f"rows of {table} are told apart by {', '.join(found.key)}")
        return found.change(key)

    def statements(self, cursor: Any, types: Mapping[str, Mapping[str, str]]) -> Iterator[bytes]:
        """What is to be executed, in order. ``types``: of each table's columns."""
        for part in self._parts:
            if isinstance(part, tuple):
                yield cursor.mogrify(*part)
                continue
            for name, table in part.items():
                yield from _statements(cursor, bulk.Target(name, table.key, types[name]), table.changes)


def _statements(cursor: Any, target: bulk.Target, changes: Mapping[Key, _Change]) -> Iterator[bytes]:
    removed: list[Key] = []
    changed: dict[tuple[str, ...], list[Key]] = {}
    put_alone: dict[tuple[str, ...], list[Key]] = {}
    inserted: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Key]] = {}
    for key, row in changes.items():
        if row.removed:
            removed.append(key)
        if row.changed:
            changed.setdefault(tuple(row.changed), []).append((*key, *row.changed.values()))
        if row.added is not None:
            whole, put = {**row.added, **(row.put or {})}, tuple(row.put or ())
            inserted.setdefault((tuple(whole), put), []).append((*key, *whole.values()))
        elif row.put is not None:
            columns = tuple(row.put)
            if (rows := put_alone.get(columns)) is None:
                rows = put_alone[columns] = []
            rows.append((*key, *row.put.values()))
    if removed:
        yield bulk.delete(cursor, target, removed)
    for columns, rows in changed.items():
        yield bulk.update(cursor, target, columns, rows)
    for columns, rows in put_alone.items():
        yield bulk.insert(cursor, target, columns, columns, rows)
    for (columns, put), rows in inserted.items():
        yield bulk.insert(cursor, target, columns, put, rows)
