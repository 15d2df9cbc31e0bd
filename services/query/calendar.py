"""The working days that a view counts by: the years that review published, as this view has read them.

A year that is published counts at once, and no last day is stored anywhere: it is counted when asked.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from contracts.message import Event, Recorded
from contracts.review import YearPublished
from contracts.working_days import CalendarEnds, WorkingDays
from services.kernel.rows import Rows
from services.kernel.view import Handler
from services.query.words import CHINA

TABLES = """
CREATE TABLE IF NOT EXISTS calendar_year (year int PRIMARY KEY, holidays date[] NOT NULL, workdays date[] NOT NULL);
"""
Published = tuple[tuple[int, tuple[date, ...], tuple[date, ...]], ...]


def year_published(rows: Rows, one: Recorded[YearPublished]) -> None:
    e = one.event
    rows.put("calendar_year", {"year": e.year}, holidays=list(e.holidays), workdays=list(e.workdays))


HANDLERS: dict[type[Event], Handler] = {YearPublished: year_published}


def working_days(cursor: Any, estimate: bool = False) -> WorkingDays:
    """By the years in the tables that the cursor has entered. ``estimate``: beyond them by weekends, in development."""
    cursor.execute("SELECT year, holidays, workdays FROM calendar_year ORDER BY year")
    return _made(tuple((year, tuple(free), tuple(worked)) for year, free, worked in cursor.fetchall()), estimate)


@lru_cache(maxsize=8)
def _made(years: Published, estimate: bool) -> WorkingDays:
    known = {year: SimpleNamespace(holidays=free, workdays=worked) for year, free, worked in years}
    return WorkingDays(known, estimate=estimate)


@lru_cache(maxsize=1 << 16)
def last_day(calendar: WorkingDays, began_on: date, count: int) -> date | None:
    """The last of so many working days; none when it lies in a year that nobody knows yet."""
    try:
        return calendar.add(began_on, count)
    except CalendarEnds:
        return None


def days_left(calendar: WorkingDays, today: date, due_on: date) -> int | None:
    """The working days after today up to the last day; below zero when that is over."""
    try:
        if due_on >= today:
            return calendar.between(today, due_on) + (due_on > today and calendar.is_workday(due_on))
        return -calendar.between(due_on, today) - calendar.is_workday(today)
    except CalendarEnds:
        return None


def china_day(at: datetime) -> date:
    """The date in China at this moment."""
    return at.astimezone(CHINA).date()
