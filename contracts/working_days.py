"""The working days of China, make-up weekends included (行政许可法 art. 82): counted from published and packaged years.

The State Council announces each year's holidays late in the year before. A published year takes the packaged one's
place. Beyond the last known year nothing is counted: CalendarEnds says which notice is missing. Pure and unchanging,
so every service that follows the published years counts alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Protocol

import chinese_calendar

from contracts.errors import Refused

_DAY = timedelta(days=1)


class DaysOfYear(Protocol):
    """What counts of a year: which weekdays are free, and which weekends are worked. YearPublished is one."""

    @property
    def holidays(self) -> tuple[date, ...]: ...

    @property
    def workdays(self) -> tuple[date, ...]: ...


class CalendarEnds(Refused):
    """No notice is known for that year: the refusal names it, and the file that would mend it."""

    def __init__(self, year: int) -> None:
        super().__init__("calendar_ends", params={"year": year, "file": f"{year}.yaml"})


class WorkingDays:
    """``years``: the published ones, newest versions. ``estimate``: beyond what is known only weekends are free; for
    development, with its clock ahead."""

    def __init__(self, years: Mapping[int, DaysOfYear] | None = None, estimate: bool = False) -> None:
        first, last = packaged_years()
        published = dict(years or {})
        while last + 1 in published:
            last += 1
        self.known_until = last
        """The last year of which every day is known, as are those before it."""
        self._first = first
        self._estimate = estimate
        holidays = {day for year in published.values() for day in year.holidays}
        worked = {day for year in published.values() for day in year.workdays}
        self._holidays = holidays | {day for day in chinese_calendar.holidays if day.year not in published}
        self._worked = worked | {day for day in chinese_calendar.workdays if day.year not in published}
        self._years = frozenset(published)

    # -- one day ----------------------------------------------------------------------------------------------

    def is_known(self, day: date) -> bool:
        """Whether a notice says what that day is."""
        return self._first <= day.year <= self.known_until or day.year in self._years

    def is_estimated(self, day: date) -> bool:
        """Whether that day is counted by its weekday only, for want of a notice."""
        return self._estimate and not self.is_known(day)

    def is_workday(self, day: date) -> bool:
        """Whether offices are open. CalendarEnds when nobody knows."""
        if not self._estimate and not self.is_known(day):
            raise CalendarEnds(day.year)
        return day in self._worked or (day.weekday() < 5 and day not in self._holidays)

    # -- counting ---------------------------------------------------------------------------------------------

    def add(self, day: date, count: int) -> date:
        """The count-th working day after that day, which itself is not counted (民法典 art. 201)."""
        while count > 0:
            day += _DAY
            count -= self.is_workday(day)
        return day

    def between(self, first: date, last: date) -> int:
        """The working days after the first day and before the last one: those that were used up in between."""
        used, day = 0, first + _DAY
        while day < last:
            used += self.is_workday(day)
            day += _DAY
        return used

    def cutoff(self, today: date, count: int) -> date:
        """The latest day from which ``count`` working days are over before today: ``add(cutoff, count) < today``.

        What began on that day or earlier is over. Days that nobody knows are not over: of them nothing is counted, so
        that what ended within the known years is still found after their end.
        """
        try:
            return self._back(today, count)
        except CalendarEnds:
            return self._back(min(today, date(self.known_until + 1, 1, 1)), count)

    def latest(self, count: int) -> date:
        """The latest day from which ``count`` working days can be counted: their last one is known, or estimated."""
        if self._estimate or count == 0:
            return date.max
        return self._back(date(self.known_until + 1, 1, 1), count)

    def _back(self, day: date, count: int) -> date:
        while count > 0:
            day -= _DAY
            count -= self.is_workday(day)
        return day - _DAY


def problems_of(year: int, holidays: Sequence[date], workdays: Sequence[date]) -> Iterator[dict[str, Any]]:
    """Everything that is wrong with a year at once, each with the place where it stands."""
    for name, days in (("holidays", holidays), ("workdays", workdays)):
        for number, day in enumerate(days):
            params = {"day": day.isoformat(), "year": year}
            if day.year != year:
                yield {"code": "calendar_day_of_another_year", "field": f"{name}.{number}", "params": params}
            if day in days[:number]:
                yield {"code": "calendar_day_twice", "field": f"{name}.{number}", "params": params}
    for number, day in enumerate(workdays):
        params = {"day": day.isoformat(), "year": year}
        if day in holidays:
            yield {"code": "calendar_day_free_and_worked", "field": f"workdays.{number}", "params": params}
        if day.weekday() < 5:
            yield {"code": "calendar_day_worked_anyway", "field": f"workdays.{number}", "params": params}


@lru_cache(maxsize=1)
def packaged_years() -> tuple[int, int]:
    """The first and the last year that the package knows."""
    days = chinese_calendar.holidays
    return min(days).year, max(days).year
