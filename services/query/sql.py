"""The few things that every view does: write own columns of a row, filter by who asks, answer a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from contracts.message import Actor, Event, Model, Recorded
from contracts.places import area
from contracts.query import Listing, Page
from services.kernel.rows import Rows
from services.kernel.view import Handler

R = TypeVar("R", bound=Model)
_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]")


class Where:
    """Conditions that all must hold, with their parameters in the same order."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self._parameters: list[Any] = []

    def add(self, condition: str, *parameters: Any) -> Where:
        """One more condition."""
        self._conditions.append(f"({condition})")
        self._parameters += [_plain(one) for one in parameters]
        return self

    def equal(self, **columns: Any) -> Where:
        """Each column has this value; a value of None asks for nothing. ``__`` in a name stands for a dot."""
        for name, value in columns.items():
            if value is not None:
                self.add(f"{name.replace('__', '.')} = %s", value)
        return self

    def begins(self, column: str, text: str | None) -> Where:
        """The column begins so; None asks for nothing."""
        return self if text is None else self.add(f"starts_with({column}, %s)", text)

    def opens(self, column: str, text: str | None) -> Where:
        """The column begins so, looked at in rows that are found by something else: the planner must not look for it, in
        everybody's names, where the rows of one enterprise are few."""
        return self if not text else self.add(f"left({column}, %s) = %s", len(text), text)

    def within(self, column: str, text: str) -> Where:
        """The column, whose texts are in byte order, begins so: as a range, which an index has together."""
        return self.add(f"{column} >= %s AND {column} < %s", text, _past(text)) if text else self

    def copy(self) -> Where:
        """The same, to be added to."""
        other = Where()
        other._conditions, other._parameters = list(self._conditions), list(self._parameters)
        return other

    def seen_by(self, viewer: Actor, *, person: str = "false", enterprise: str = "false", place: str = "NULL") -> Where:
        """Only what is the viewer's to see (DOMAIN 4.4): conditions for people and enterprises, whose
        ``%s`` are their own id, and the place that an authority's jurisdiction is judged by."""
        match viewer.kind:
            case "operator":
                return self
            case "person" if viewer.person_id:
                return self.add(person, *[viewer.person_id] * person.count("%s"))
            case "enterprise" if viewer.enterprise_id:
                return self.add(enterprise, *[viewer.enterprise_id] * enterprise.count("%s"))
            case "officer" | "auditor" if viewer.place:
                return self.add(f"starts_with({place}, %s)", area(viewer.place))
        return self.add("false")

    def plus(self, other: Where) -> Where:
        """The conditions of both."""
        both = self.copy()
        both._conditions += other._conditions
        both._parameters += other._parameters
        return both

    @property
    def sql(self) -> str:
        """The whole clause."""
        return f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

    @property
    def parameters(self) -> list[Any]:
        """The parameters of the clause."""
        return list(self._parameters)


def read(cursor: Any, row: type[R], sql: str, parameters: list[Any]) -> tuple[R, ...]:
    """Every row of the result as its model: columns carry the fields' names."""
    cursor.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return tuple(row.model_validate(dict(zip(names, values, strict=True))) for values in cursor.fetchall())


def page(
    cursor: Any,
    question: Listing,
    row: type[R],
    columns: str,
    tables: str,
    where: Where,
    order: str,
    counted: str | None = None,
) -> Page[R]:
    """The page that was asked for. ``order`` ends with a unique column, or a row could be on two pages. ``counted``: of
    the tables those that the conditions need, where others only add columns."""
    cursor.execute(f"SELECT count(*) FROM {counted or tables}{where.sql}", where.parameters)
    total = int(cursor.fetchone()[0])
    found = read(
        cursor,
        row,
        f"SELECT {columns} FROM {tables}{where.sql} ORDER BY {order} LIMIT %s OFFSET %s",
        [*where.parameters, question.per_page, (question.page - 1) * question.per_page],
    )
    answer: type[Page[R]] = Page[row]  # type: ignore[valid-type]
    return answer(rows=found, total=total, page=question.page, per_page=question.per_page)


def person_asked(who: str | None) -> dict[str, str]:
    """What a search for a person means: a whole ID number, of 15 or 18 places, or how a name begins."""
    if who is None:
        return {}
    return {"resident_id": who.upper()} if _NUMBER.fullmatch(who) else {"name": who}


def _past(text: str) -> str:
    """The first text in byte order that no longer begins so. UTF-8 keeps the order of code points."""
    for end in range(len(text), 0, -1):
        code = ord(text[end - 1]) + 1
        if code <= 0x10FFFF:
            return text[: end - 1] + chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)
    return text


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def writes(table: str, key: str, /, *fields: str, **constants: Any) -> Handler:
    """A handler: these fields of the event and these constants, in the row that the event's ``key`` names."""

    def handler(rows: Rows, one: Recorded[Any]) -> None:
        event = one.event
        rows.put(table, {key: getattr(event, key)}, **{field: getattr(event, field) for field in fields}, **constants)

    return handler


def together(*tables: Mapping[type[Event], Handler]) -> dict[type[Event], Handler]:
    """The handlers of several parts of a view; where two parts want the same event, both get it."""
    wanted: dict[type[Event], list[Handler]] = {}
    for table in tables:
        for event, handler in table.items():
            wanted.setdefault(event, []).append(handler)

    def all_of(handlers: list[Handler]) -> Handler:
        if len(handlers) == 1:
            return handlers[0]

        def handler(rows: Rows, one: Recorded[Any]) -> None:
            for each in handlers:
                each(rows, one)

        return handler

    return {event: all_of(handlers) for event, handlers in wanted.items()}
