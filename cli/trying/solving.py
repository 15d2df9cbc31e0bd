"""Makes a condition hold by changing facts: enough to make up a filing that a matter's rules accept.

Not a solver of every riddle: it sets what a condition names, one after the other. Rules that contradict each other, or that
speak of what nobody can set, stay unfulfilled, and the trial tells which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from stdnum.cn import ric

from contracts.identifiers import resident_id
from contracts.matters.conditions import (
    After,
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Before,
    Condition,
    Contains,
    Equals,
    In,
    Includes,
    Not,
    NotAfter,
    NotBefore,
    Present,
    Same,
    Shift,
    Some,
    holds,
)
from contracts.matters.lookup import value_at
from contracts.message import derived_id

SetAt = Callable[[str, Any], None]
DAY = timedelta(days=1)


def fulfil(condition: Condition, facts: Mapping[str, Any], put: SetAt, wanted: bool = True) -> None:
    """Set facts so that the condition holds, or does not where ``wanted`` is false. ``put`` sets one fact by its path."""
    if holds(condition, facts) is wanted:
        return
    match condition:
        case Not(not_=part):
            fulfil(part, facts, put, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            # Everything, where all must hold or none may; else one is enough: the first that can be set.
            every = isinstance(condition, All) is wanted
            for part in parts if every else parts[:1]:
                fulfil(part, facts, put, wanted)
        case Some(some=(path, part)):
            _item(path, part, facts, put, wanted)
        case _:
            _value(condition, facts, put, wanted)


def _item(path: str, part: Condition, facts: Mapping[str, Any], put: SetAt, wanted: bool) -> None:
    items = [dict(one) if isinstance(one, Mapping) else one for one in value_at(facts, path) or []]
    if not wanted:
        put(path, [one for one in items if not holds(part, {**facts, "it": one})])
        return
    item: dict[str, Any] = dict(items[0]) if items else {}

    def put_in_item(inner: str, value: Any) -> None:
        if inner.startswith("it."):
            item[inner.removeprefix("it.")] = value
        else:
            put(inner, value)

    fulfil(part, {**facts, "it": item}, put_in_item)
    put(path, [item, *items[1:]])


def _value(condition: Condition, facts: Mapping[str, Any], put: SetAt, wanted: bool) -> None:
    match condition:
        case Present(present=path):
            put(path, "样例" if wanted else None)
        case Equals(equals=(path, value)):
            put(path, value if wanted else (not value if isinstance(value, bool) else None))
        case Same(same=(path, other)):
            put(path, value_at(facts, other) if wanted else another(value_at(facts, path)))
        case In(in_=(path, values)):
            put(path, values[0] if wanted else None)
        case Contains(contains=(path, value)):
            held = [one for one in value_at(facts, path) or [] if one != value]
            put(path, [*held, value] if wanted else held)
        case Includes(includes=(path, other)):
            named = value_at(facts, other)
            asked = [named] if isinstance(named, str) else list(named or [])
            held = [one for one in value_at(facts, path) or [] if one not in asked]
            put(path, [*held, *asked] if wanted else held)
        case AtLeast(at_least=(path, limit)):
            put(path, limit if wanted else limit - 1)
        case AtMost(at_most=(path, limit)):
            put(path, limit if wanted else limit + 1)
        case Before(before=pair):
            _date(pair, facts, put, -1 if wanted else 0)
        case After(after=pair):
            _date(pair, facts, put, 1 if wanted else 0)
        case NotBefore(not_before=pair):
            _date(pair, facts, put, 0 if wanted else -1)
        case NotAfter(not_after=pair):
            _date(pair, facts, put, 0 if wanted else 1)


def another(value: Any) -> Any:
    """Something else of the same kind: another id, another ID number, other words."""
    if not isinstance(value, str):
        return None
    try:
        return str(derived_id("another", UUID(value)))
    except ValueError:
        pass
    try:
        resident_id(value)
    except ValueError:
        return f"{value}(另)"
    body = f"{value[:14]}111"
    return body + ric.calc_check_digit(body + "0")


def _date(pair: tuple[str, str, Shift], facts: Mapping[str, Any], put: SetAt, distance: int) -> None:
    """The path's day so many days from the other; where the path is today, which nobody sets, the other is moved."""
    path, moment, shift = pair
    if path != "today":
        other = _day(moment if moment[0].isdigit() else value_at(facts, moment))
        if other is not None:
            put(path, (shift.from_(other) + distance * DAY).isoformat())
    elif not moment[0].isdigit() and (today := _day(value_at(facts, path))) is not None:
        back = Shift(years=-shift.years, months=-shift.months, days=-shift.days)
        put(moment, (back.from_(today) - distance * DAY).isoformat())


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else None
