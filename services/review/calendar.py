"""The calendar of this service: the years published in its own log, read anew so often that every replica counts alike."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from contracts.review import CalendarView, CalendarYear, YearPublished
from contracts.working_days import WorkingDays, packaged_years
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.review.domain.calendar_year import CALENDAR, YEARS
from services.review.domain.days import china_day

FRESH = 0.5
"""Seconds for which what was read is taken as it is: another replica's publication counts within a second."""
WARNED = 60
"""Days before the end of what is known from which on health asks for the next notice."""


class Calendar:
    """``estimate``: in development only, weekends stand in for notices that are not there."""

    def __init__(self, ground: Ground, estimate: bool = False) -> None:
        self._ground = ground
        self._estimate = estimate
        self._read_at: float | None = None
        self._years: dict[int, YearPublished] = {}
        self._working_days = WorkingDays(estimate=estimate)

    @property
    def working_days(self) -> WorkingDays:
        """What the log has published, over what is packaged."""
        if self._read_at is None or time.monotonic() - self._read_at > FRESH:
            self.read()
        return self._working_days

    def read(self) -> None:
        """Look into the log now: by the claims, which are never behind it."""
        log, began = self._ground.log, time.monotonic()
        published = {int(year): log.load(CALENDAR, year).state for year in log.holders(YEARS, "")}
        years = {year: newest for year, newest in published.items() if newest is not None}
        if years != self._years:
            self._years, self._working_days = years, WorkingDays(years, estimate=self._estimate)
        self._read_at = began

    def view(self) -> CalendarView:
        """The answer to ReadCalendar."""
        self.read()
        return CalendarView(
            packaged=packaged_years(),
            years=tuple(CalendarYear(**self._years[year].model_dump()) for year in sorted(self._years)),
            known_until=self._working_days.known_until,
            then=self._then,
        )

    def health(self) -> dict[str, Any]:
        """Up to when the days are known; to be looked at when that is near: the next notice is out by then."""
        last = self.working_days.known_until
        left = max((date(last, 12, 31) - china_day(clock.now())).days, 0)
        found: dict[str, Any] = {"ok": True, "known_until": last, "days_left": left, "then": self._then}
        if left >= WARNED or self._estimate:
            return found
        return {**found, "ok": False, "degraded": True, "code": "calendar_ends_soon"}

    @property
    def _then(self) -> str:
        return "estimated" if self._estimate else "refused"
