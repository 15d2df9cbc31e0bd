"""A view under test: tables in a database of its own, events put through its handlers, questions asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from contracts.message import Recorded
from contracts.query import Page
from services.kernel.database import Database
from services.kernel.view import View
from services.query.service import VIEWS


class Given:
    """A view to which these events happened."""

    def __init__(self, cursor: Any, view: View, events: Iterable[Recorded[Any]]) -> None:
        self.cursor = cursor
        view.create(cursor)
        view.apply(cursor, events)

    def rows(self, answer: Callable[[Any], Page[Any]]) -> tuple[Any, ...]:
        return answer(self.cursor).rows

    def then_row(self, answer: Callable[[Any], Page[Any]], **expected: Any) -> Any:
        """The answer is one row, and that says this."""
        rows = self.rows(answer)
        assert len(rows) == 1, f"{len(rows)} rows"
        assert {name: getattr(rows[0], name) for name in expected} == expected
        return rows[0]

    def then_nothing(self, answer: Callable[[Any], Page[Any]]) -> None:
        found = answer(self.cursor)
        assert (found.rows, found.total) == ((), 0)


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    database = Database(fresh_database)
    yield database
    database.close()


@pytest.fixture
def given(database: Database) -> Iterator[Callable[..., Given]]:
    with database.transaction() as cursor:
        yield lambda view, events: Given(cursor, view, events)


@pytest.fixture
def everything(database: Database) -> Iterator[Callable[[Iterable[Recorded[Any]]], Any]]:
    """All views fed with events, committed; the cursor to ask with."""

    with database.transaction() as cursor:

        def feed(events: Iterable[Recorded[Any]]) -> Any:
            known = list(events)
            for view in VIEWS.values():
                view.create(cursor)
                view.apply(cursor, known)
            return cursor

        yield feed
