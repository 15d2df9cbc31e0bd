"""Small pure conditions over facts, the same JSON for server and browser, each a mapping of exactly one key.

    {all: [c, …]}   {any: [c, …]}   {not: c}
    {present: subject.school}                               there, and not null, empty or blank
    {equals: [subject.verified, true]}                      a path and a value
    {same: [subject.employed_by, filer.enterprise_id]}      two paths
    {in: [form.document_type, [resident_id, other]]}        one of these values
    {contains: [form.specialties, building]}                a list that holds the value
    {includes: [certificate.scope, form.specialties]}       a list that holds all that another path leads to
    {at_least: [form.hours, 60]}   {at_most: […]}           numbers
    {before: [subject.birth_date, today, {years: -18}]}     also after, not_before, not_after; the second is a
                                                            path or a date, to which the distance is added
    {some: [subject.qualifications, c]}                     an item of the list fulfils c, which calls it `it`

A path that leads nowhere makes its condition false, also `not_before` and `not_after`; only `not` turns that
into true.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Discriminator, Field, StrictFloat, StrictInt, Tag

from contracts.matters.lookup import is_present, value_at
from contracts.matters.names import FactPath, Part

Moment = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2}|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*)$")]
Value = bool | int | float | str
Number = StrictInt | StrictFloat


class Shift(Part):
    """A distance in time, forward or (negative) back."""

    years: int = Field(strict=True, default=0, ge=-200, le=200)
    months: int = Field(strict=True, default=0, ge=-1200, le=1200)
    days: int = Field(strict=True, default=0, ge=-36500, le=36500)

    def from_(self, day: date) -> date:
        """The day this far from `day`; 29 February moves to the 28th where there is none."""
        months = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(days=self.days)


def _with_no_shift(pair: Any) -> Any:
    return [*pair, {}] if isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2 else pair


DatePair = Annotated[tuple[FactPath, Moment, Shift], BeforeValidator(_with_no_shift)]


class All(Part):
    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Part):
    any: tuple[Condition, ...] = Field(min_length=1)


class Not(Part):
    not_: Condition = Field(alias="not")


class Present(Part):
    present: FactPath


class Equals(Part):
    equals: tuple[FactPath, Value]


class Same(Part):
    same: tuple[FactPath, FactPath]


class In(Part):
    in_: tuple[FactPath, tuple[Value, ...]] = Field(alias="in")


class Contains(Part):
    contains: tuple[FactPath, Value]


class Includes(Part):
    includes: tuple[FactPath, FactPath]


class AtLeast(Part):
    at_least: tuple[FactPath, Number]


class AtMost(Part):
    at_most: tuple[FactPath, Number]


class Before(Part):
    before: DatePair


class After(Part):
    after: DatePair


class NotBefore(Part):
    not_before: DatePair


class NotAfter(Part):
    not_after: DatePair


class Some(Part):
    some: tuple[FactPath, Condition]


def _operator(condition: Any) -> str | None:
    if isinstance(condition, Part):
        condition = condition.model_dump()
    if isinstance(condition, Mapping) and len(condition) == 1:
        return str(next(iter(condition)))
    return None


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Present, Tag("present")]
    | Annotated[Equals, Tag("equals")]
    | Annotated[Same, Tag("same")]
    | Annotated[In, Tag("in")]
    | Annotated[Contains, Tag("contains")]
    | Annotated[Includes, Tag("includes")]
    | Annotated[AtLeast, Tag("at_least")]
    | Annotated[AtMost, Tag("at_most")]
    | Annotated[Before, Tag("before")]
    | Annotated[After, Tag("after")]
    | Annotated[NotBefore, Tag("not_before")]
    | Annotated[NotAfter, Tag("not_after")]
    | Annotated[Some, Tag("some")],
    Discriminator(
        _operator,
        custom_error_type="condition_form",
        custom_error_message="a condition is a mapping with exactly one known key",
    ),
]

OPERATORS = tuple(tag.tag for shape in get_args(get_args(Condition)[0]) for tag in get_args(shape)[1:])
"""The keys that a condition may have."""

for _model in (All, AnyOf, Not, Some):
    _model.model_rebuild()


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """Whether the condition is fulfilled by the facts (JSON data: dates as ISO text)."""
    match condition:
        case All(all=parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(any=parts):
            return any(holds(part, facts) for part in parts)
        case Not(not_=part):
            return not holds(part, facts)
        case Present(present=path):
            return is_present(value_at(facts, path))
        case Equals(equals=(path, wanted)):
            return _equal(value_at(facts, path), wanted)
        case Same(same=(one, other)):
            found = value_at(facts, one)
            return found is not None and _equal(found, value_at(facts, other))
        case In(in_=(path, values)):
            return any(_equal(value_at(facts, path), value) for value in values)
        case Contains(contains=(path, wanted)):
            return any(_equal(item, wanted) for item in _items(value_at(facts, path)))
        case Includes(includes=(path, other)):
            wanted_items = _items_or_one(value_at(facts, other))
            held = _items(value_at(facts, path))
            return bool(wanted_items) and all(any(_equal(one, item) for item in held) for one in wanted_items)
        case AtLeast(at_least=(path, limit)):
            return (found := _number(value_at(facts, path))) is not None and found >= limit
        case AtMost(at_most=(path, limit)):
            return (found := _number(value_at(facts, path))) is not None and found <= limit
        case Before(before=pair):
            return (distance := _days_after(pair, facts)) is not None and distance < 0
        case After(after=pair):
            return (distance := _days_after(pair, facts)) is not None and distance > 0
        case NotBefore(not_before=pair):
            return (distance := _days_after(pair, facts)) is not None and distance >= 0
        case NotAfter(not_after=pair):
            return (distance := _days_after(pair, facts)) is not None and distance <= 0
        case Some(some=(path, part)):
            return any(holds(part, {**facts, "it": item}) for item in _items(value_at(facts, path)))


def paths(condition: Condition) -> frozenset[str]:
    """Every path that the condition reads; `it.x` inside `some` is told as `list[].x`."""
    match condition:
        case All(all=parts) | AnyOf(any=parts):
            return frozenset().union(*(paths(part) for part in parts))
        case Not(not_=part):
            return paths(part)
        case Present(present=path):
            return frozenset({path})
        case Some(some=(path, part)):
            inner = (re.sub(r"^it(?=\.|$)", f"{path}[]", one) for one in paths(part))
            return frozenset({path, *inner})
        case Same(same=pair) | Includes(includes=pair):
            return frozenset(pair)
        case Before(before=pair) | After(after=pair) | NotBefore(not_before=pair) | NotAfter(not_after=pair):
            return frozenset(part for part in pair[:2] if not part[0].isdigit())
        case Equals(equals=(path, _)) | In(in_=(path, _)) | Contains(contains=(path, _)):
            return frozenset({path})
        case AtLeast(at_least=(path, _)) | AtMost(at_most=(path, _)):
            return frozenset({path})


def _equal(found: Any, wanted: Any) -> bool:
    # true is not 1, as in the browser
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    return bool(found == wanted)


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _items_or_one(value: Any) -> Sequence[Any]:
    return _items(value) or ((value,) if isinstance(value, str) else ())


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _days_after(pair: DatePair, facts: Mapping[str, Any]) -> int | None:
    path, moment, shift = pair
    found = _date(value_at(facts, path))
    other = _date(moment if moment[0].isdigit() else value_at(facts, moment))
    if found is None or other is None:
        return None
    try:
        return (found - shift.from_(other)).days
    except (ValueError, OverflowError):  # a typed year such as 0001, moved before the calendar begins
        return None


def _date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}(T|$)", value):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
