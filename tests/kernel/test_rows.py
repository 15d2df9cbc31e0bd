"""Rows gathered for a page and rows written one by one are the same rows, whatever happens to them, in whatever pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.database import Database
from services.kernel.rows import Rows

KINDS = """CREATE TABLE kinds (
    id uuid, part int, words text, day date, moment timestamptz, facts jsonb, list text[], yes boolean DEFAULT false,
    big bigint NOT NULL DEFAULT 7, PRIMARY KEY (id, part)
)"""
TYPES = {
    "kinds": {
        "id": "uuid", "part": "integer", "words": "text", "day": "date", "moment": "timestamp with time zone",
        "facts": "jsonb", "list": "text[]", "yes": "boolean", "big": "bigint",
    }
}
LONG = [part * 1100 for part in ("a", "建", "it's ", "\\", "\x1e", "%s", "\n")]
# What separates values on their way, quotes, what looks like NULL, nothing: all of it is text that people may write.
WORDS = st.one_of(
    st.sampled_from(LONG),
    st.sampled_from(["", "\x1d", "\x1e", "a\x1eb", "NULL", "null", "'", '"', "\\", "{", ",", "%s", "注册\n建造师"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "words": WORDS,
    "day": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    "moment": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    "facts": st.one_of(st.dictionaries(WORDS.filter(lambda one: "\0" not in one), WORDS, max_size=2), st.lists(WORDS, max_size=2)),
    "list": st.lists(WORDS, max_size=3),
    "yes": st.booleans(),
}
KEYS = [UUID(int=1), UUID(int=2), str(UUID(int=1))]


@st.composite
def happenings(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """What becomes of one of two rows. Few columns and values, so that much happens to the same."""
    key = {"id": draw(st.sampled_from(KEYS)), "part": 1}
    what = draw(st.sampled_from(["put", "change", "add", "remove", "change", "add", "put", "sql"]))
    if what == "remove":
        return what, key, {}
    columns = {name: draw(st.none() | VALUES[name]) for name in ("words", "yes") if draw(st.booleans())}
    if draw(st.booleans()):
        columns["big"] = draw(st.integers(-(2**63), 2**63 - 1))
    return what, key, columns


def say(rows: Rows, what: str, key: dict[str, Any], columns: dict[str, Any]) -> None:
    match what:
        case "put" | "change" | "add":
            getattr(rows, what)("kinds", key, **columns)
        case "remove":
            rows.remove("kinds", key)
        case "sql":
            rows.sql("UPDATE kinds SET big = part, words = words || %s", ["!"])


@contextmanager
def clean(database: Database) -> Iterator[Any]:
    with database.transaction() as cursor:
        cursor.execute("SAVEPOINT clean")
        cursor.execute(KINDS)
        yield cursor
        cursor.execute("ROLLBACK TO SAVEPOINT clean")


def written(cursor: Any, pages: Sequence[Sequence[tuple[str, dict[str, Any], dict[str, Any]]]]) -> list[Any]:
    """The table after these pages."""
    for page in pages:
        rows = Rows()
        for one in page:
            say(rows, *one)
        for statement in rows.statements(cursor, TYPES):
            cursor.execute(statement)
    cursor.execute("SELECT t::text FROM kinds t ORDER BY 1")
    return list(cursor.fetchall())


@pytest.fixture(scope="module")
def database(postgres: str) -> Iterator[Database]:
    database = Database(postgres)
    yield database
    database.close()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(happenings(), min_size=2, max_size=14), ends=st.sets(st.integers(0, 14)))
def test_however_it_is_cut_into_pages_the_rows_are_the_same(
    database: Database, told: list[tuple[str, dict[str, Any], dict[str, Any]]], ends: set[int]
) -> None:
    cuts = sorted({0, len(told), *(end for end in ends if end <= len(told))})
    pages = [told[begin:end] for begin, end in pairwise(cuts)]
    with clean(database) as cursor:
        one_by_one = written(cursor, [[one] for one in told])
    with clean(database) as cursor:
        assert written(cursor, pages) == one_by_one
    with clean(database) as cursor:
        assert written(cursor, [told]) == one_by_one


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(st.fixed_dictionaries({name: st.none() | kind for name, kind in VALUES.items()}), min_size=1, max_size=9))
def test_every_value_comes_back_as_it_was_written_alone_or_among_many(database: Database, values: list[dict[str, Any]]) -> None:
    with clean(database) as cursor:
        written(cursor, [[("put", {"id": UUID(int=n), "part": 1}, value) for n, value in enumerate(values)]])
        cursor.execute(f"SELECT {', '.join(VALUES)} FROM kinds ORDER BY id")
        assert [dict(zip(VALUES, row, strict=True)) for row in cursor.fetchall()] == values


def test_a_page_of_many_rows_is_a_few_statements(database: Database) -> None:
    rows = Rows()
    for n in range(500):
        rows.put("kinds", {"id": UUID(int=n), "part": 1}, words="a")
        rows.change("kinds", {"id": UUID(int=n), "part": 1}, yes=True)
        rows.change("kinds", {"id": UUID(int=n), "part": 2}, yes=True)
        rows.add("kinds", {"id": UUID(int=n), "part": 3})
        rows.remove("kinds", {"id": UUID(int=n), "part": 4})
    with clean(database) as cursor:
        assert len(list(rows.statements(cursor, TYPES))) == 4


def test_rows_of_one_table_have_one_key() -> None:
    rows = Rows()
    rows.put("kinds", {"id": 1, "part": 1})
    with pytest.raises(ValueError, match="told apart by id, part"):
        rows.put("kinds", {"id": 1})
