"""The working days of China, make-up weekends included (行政许可法 art. 82): a package, and one's own files.

The State Council announces each year's holidays late in the year before; the package follows with a release.
An administrator need not wait: ``<DATA>/calendar/2027.yaml`` adds a year, or takes the packaged one's place.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import chinese_calendar
from pydantic import AfterValidator, Field, ValidationError

from contracts.errors import Refused, Unavailable
from contracts.message import Model
from contracts.yaml_source import FileProblem, Source

log = logging.getLogger("zhuce.calendar")
Year = Annotated[int, Field(ge=2000, le=2199)]


def _weekends(days: tuple[date, ...]) -> tuple[date, ...]:
    if wrong := [day.isoformat() for day in days if day.weekday() < 5]:
        raise ValueError(f"{', '.join(wrong)} is worked anyway: only Saturdays and Sundays are made up")
    return days


class YearFile(Model):
    """A year as the State Council's notice has it. Weekends need no mention, unless they are worked."""

    year: Year
    source: Annotated[str, Field(min_length=4, description="the notice: 国办发明电〔2025〕7号")]
    holidays: Annotated[tuple[date, ...], Field(min_length=7)]
    workdays: Annotated[tuple[date, ...], AfterValidator(_weekends)] = ()

    def problems(self) -> Iterable[tuple[tuple[str, int], str]]:
        """What the fields alone cannot know: dates of another year, dates that are both."""
        for field, days in (("holidays", self.holidays), ("workdays", self.workdays)):
            for number, day in enumerate(days):
                if day.year != self.year:
                    yield (field, number), f"{day} is not in {self.year}"
        for number, day in enumerate(self.workdays):
            if day in self.holidays:
                yield ("workdays", number), f"{day} is among the holidays too"

    def is_workday(self, day: date) -> bool:
        """Whether offices are open."""
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)


class CalendarEnds(Refused):
    """No notice is known for that year: the refusal names it, and the file that would mend it."""

    def __init__(self, year: int) -> None:
        super().__init__("calendar_ends", params={"year": year, "file": f"calendar/{year}.yaml"})


class WorkingDays:
    """``estimate``: beyond what is known only weekends are free; for development with its clock ahead."""

    def __init__(self, directory: str | Path, estimate: bool = False) -> None:
        self._directory = Path(directory)
        self._estimate = estimate

    def add(self, day: date, count: int) -> date:
        """The count-th working day after that day, which itself is not counted (民法典 art. 201).

        CalendarEnds when it lies beyond what is known; Unavailable when one's own file cannot be read.
        """
        years = self._years()
        while count > 0:
            day += timedelta(days=1)
            count -= self._is_workday(years, day)
        return day

    def health(self) -> dict[str, Any]:
        """Up to when the days are known. A file that cannot be read is told with its lines."""
        try:
            years = self._years()
        except Unavailable as unreadable:
            return {"ok": False, "error": unreadable.problems}
        last = _packaged_years()[1]
        while last + 1 in years:
            last += 1
        return {"ok": True, "known_until": last, "then": "estimated" if self._estimate else "refused"}

    def _is_workday(self, years: dict[int, YearFile], day: date) -> bool:
        if (own := years.get(day.year)) is not None:
            return own.is_workday(day)
        first, last = _packaged_years()
        if first <= day.year <= last:
            return bool(chinese_calendar.is_workday(day))
        if self._estimate:
            return day.weekday() < 5
        raise CalendarEnds(day.year)

    def _years(self) -> dict[int, YearFile]:
        # Looked for each time: an administrator's file counts from the moment it is there, without a restart.
        paths = sorted(self._directory.glob("*.yaml"))
        stamps = tuple((path, (stat := path.stat()).st_mtime_ns, stat.st_size) for path in paths)
        found, problems = _read(stamps)
        if problems:
            raise Unavailable(
                "calendar_unreadable",
                problems=[{"code": "calendar_file", "detail": str(problem)} for problem in problems],
            )
        return found


@lru_cache(maxsize=4)
def _read(stamps: tuple[tuple[Path, int, int], ...]) -> tuple[dict[int, YearFile], tuple[FileProblem, ...]]:
    """Every year file, or everything that is wrong in them. Kept until a file changes."""
    years: dict[int, YearFile] = {}
    problems: list[FileProblem] = []
    for path, _, _ in stamps:
        source = Source(path)
        problems += source.problems
        if source.problems:
            continue
        try:
            year = YearFile.model_validate(source.data)
        except ValidationError as error:
            problems += [source.at(e["loc"], e["msg"], "请按年份文件的格式改正") for e in error.errors()]
            continue
        problems += [source.at(where, said, "请改正该日期") for where, said in year.problems()]
        if year.year in years:
            problems.append(source.at(("year",), f"{year.year}年在另一文件中已有", "请删除其中一个文件"))
        years[year.year] = year
    for problem in problems:
        log.error("calendar file cannot be used", extra={"problem": str(problem)})
    return years, tuple(problems)


def _packaged_years() -> tuple[int, int]:
    days = chinese_calendar.holidays
    return min(days).year, max(days).year
