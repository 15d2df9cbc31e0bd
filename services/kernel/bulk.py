"""Many rows in one statement, without COPY, which green connections cannot do: a column travels as one text.

PostgreSQL reads one long literal many times faster than as many values, and casts each value as its column is declared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

BETWEEN, NULL = "\x1e", "\x1d"
"""Between two values of a column, and in place of NULL: no JSON text holds them, and of other text it is found out."""
_LONG = 1000
FEW = 4
"""Up to so many rows are written as ordinary values."""


class Target(NamedTuple):
    """A table, its key and the types of its columns."""

    table: str
    key: tuple[str, ...]
    types: Any


def insert(
    cursor: Any, target: Target, columns: tuple[str, ...], put: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> bytes:
    """Rows of the key's values and the columns'; where the key is there already only the columns ``put`` are written."""
    names = (*target.key, *columns)
    change = ", ".join(f"{name} = excluded.{name}" for name in put)
    conflict = f" ON CONFLICT ({', '.join(target.key)}) DO {f'UPDATE SET {change}' if change else 'NOTHING'}"
    into = f"INSERT INTO {target.table} ({', '.join(names)}) "
    types = [target.types[name] for name in names]
    if len(rows) <= FEW:
        places = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
        values = [text(value, type) for row in rows for value, type in zip(row, types, strict=True)]
        return _written(cursor, f"{into}VALUES {places}{conflict}", values)
    found = _Found(rows, types)
    return _written(cursor, f"{into}SELECT {', '.join(found.values)} FROM {found.rows}{conflict}", found.parameters)


def update(cursor: Any, target: Target, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows of the key's values and the columns'; a key that is not there is passed over."""
    names = (*target.key, *columns)
    found = _Found(rows, [target.types[name] for name in names])
    change = ", ".join(f"{name} = {value}" for name, value in zip(columns, found.values[len(target.key) :], strict=True))
    return _written(cursor, f"UPDATE {target.table} SET {change} FROM {found.rows} WHERE {found.is_key(target)}", found.parameters)


def delete(cursor: Any, target: Target, keys: Sequence[Sequence[Any]]) -> bytes:
    """The rows with these keys."""
    found = _Found(keys, [target.types[name] for name in target.key])
    return _written(cursor, f"DELETE FROM {target.table} USING {found.rows} WHERE {found.is_key(target)}", found.parameters)


def text(value: Any, type: str) -> str | None:
    """A value as PostgreSQL reads it."""
    if value is None or value.__class__ is str:
        return value
    if value.__class__ is int:
        return str(value)
    if value.__class__ is UUID:
        return f"{value.int:032x}"  # PostgreSQL needs no hyphens, and they would take longer than the rest
    if isinstance(value, list | tuple | dict):
        if type.endswith("[]"):
            return "{" + ",".join("NULL" if one is None else _element(text(one, type[:-2])) for one in value) + "}"
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _element(one: str | None) -> str:
    return '"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(cursor: Any, statement: str, parameters: Sequence[Any]) -> bytes:
    return statement.encode() % tuple([_literal(cursor, one) for one in parameters])


def _literal(cursor: Any, value: Any) -> bytes:
    # psycopg2 looks at every character of a text. Three searches are all that a long one needs.
    plain = value.__class__ is str and len(value) > _LONG and not ("'" in value or "\\" in value or "\0" in value)
    if plain and cursor.connection.encoding == "UTF8":
        return b"'%b'" % value.encode()
    return cursor.mogrify("%s", [value])  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Column:
    place: str
    parameter: Any


class _Found:
    """Rows as a FROM item named ``r``, and its columns cast to their types."""

    def __init__(self, rows: Sequence[Sequence[Any]], types: Sequence[str]) -> None:
        columns = [_column(values, type) for values, type in zip(zip(*rows, strict=True), types, strict=True)]
        names = [f"c{n}" for n in range(len(types))]
        self.rows = f"unnest({', '.join(one.place for one in columns)}) AS r ({', '.join(names)})"
        self.values = [f"r.{name}" if type == "text" else f"r.{name}::{type}" for name, type in zip(names, types, strict=True)]
        self.parameters = [one.parameter for one in columns]

    def is_key(self, target: Target) -> str:
        """The target's row is the one meant."""
        meant = zip(target.key, self.values, strict=False)
        return " AND ".join(f"{target.table}.{name} = {value}" for name, value in meant)


def _column(values: Sequence[Any], type: str) -> _Column:
    try:
        joined, nulls = BETWEEN.join(values), 0  # most columns are text as they come
    except TypeError:
        texts = [text(one, type) for one in values]
        joined, nulls = BETWEEN.join([NULL if one is None else one for one in texts]), texts.count(None)
    # One empty text alone would be taken for no value at all.
    if len(values) > 1 and joined.count(BETWEEN) == len(values) - 1 and joined.count(NULL) == nulls:
        return _Column("string_to_array(%s, chr(30), chr(29))", joined)
    return _Column("%s::text[]", [text(one, type) for one in values])
