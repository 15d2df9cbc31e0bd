"""Working days as the State Council's notices have them, counted on, back and between; and where no notice is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.calendar import read
from contracts.errors import Refused
from contracts.review import YearPublished
from contracts.working_days import CalendarEnds, WorkingDays, packaged_years
from services.gateway.words import find
from services.kernel.clock import CHINA, clock
from services.review.calendar import FRESH, Calendar

LAST_KNOWN = packaged_years()[1]
NEXT = LAST_KNOWN + 1
SILVESTER = date(LAST_KNOWN, 12, 31)
CALENDAR = WorkingDays()


def published(year: int, holidays: list[date], workdays: list[date] | None = None) -> YearPublished:
    return YearPublished(
        year=year, version=1, source="a notice", holidays=tuple(holidays), workdays=tuple(workdays or ())
    )


def first_week_of(year: int) -> list[date]:
    return [date(year, 1, day) for day in range(1, 8)]


def weekdays_of(year: int, weekday: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return [day for day in days if day.weekday() == weekday]


class TestPackaged:
    def test_the_day_itself_is_not_counted(self) -> None:
        assert CALENDAR.add(date(2026, 3, 2), 1) == date(2026, 3, 3)
        assert CALENDAR.add(date(2026, 3, 2), 0) == date(2026, 3, 2)

    def test_a_make_up_saturday_is_worked(self) -> None:
        # 8 and 9 October 2026 are Thursday and Friday; Saturday the 10th is made up for National Day
        assert CALENDAR.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
        assert CALENDAR.add(date(2026, 9, 30), 4) == date(2026, 10, 12)

    def test_between_counts_neither_end(self) -> None:
        assert CALENDAR.between(date(2026, 3, 2), date(2026, 3, 9)) == 4
        assert CALENDAR.between(date(2026, 3, 2), date(2026, 3, 3)) == 0
        assert CALENDAR.between(date(2026, 3, 2), date(2026, 3, 2)) == 0
        assert CALENDAR.between(date(2026, 9, 30), date(2026, 10, 10)) == 2


DAYS = st.dates(date(2023, 1, 1), date(2026, 9, 1))
COUNTS = st.integers(0, 60)


class TestCutoff:
    """What began on the cutoff or earlier is over, what began later is not: whatever the day and the count."""

    @given(today=DAYS, count=COUNTS)
    def test_it_is_the_latest_beginning_that_is_over(self, today: date, count: int) -> None:
        cutoff = CALENDAR.cutoff(today, count)
        assert CALENDAR.add(cutoff, count) < today
        assert CALENDAR.add(cutoff + timedelta(days=1), count) >= today

    @given(first=DAYS, count=COUNTS)
    def test_used_and_left_make_the_whole(self, first: date, count: int) -> None:
        last = CALENDAR.add(first, count)
        assert CALENDAR.between(first, last) == max(count - 1, 0)

    @given(count=COUNTS, later=st.integers(0, 800))
    def test_beyond_the_known_years_nothing_is_counted(self, count: int, later: int) -> None:
        end = SILVESTER + timedelta(days=1)
        assert CALENDAR.cutoff(end + timedelta(days=later), count) == CALENDAR.cutoff(end, count) or count == 0


class TestItsEnd:
    def test_the_refusal_names_the_year_and_the_file_that_mends_it(self) -> None:
        with pytest.raises(CalendarEnds) as caught:
            CALENDAR.add(SILVESTER, 1)
        refusal = Refused.from_wire(caught.value.to_wire())
        assert isinstance(refusal, Refused)
        assert (refusal.code, refusal.params) == ("calendar_ends", {"year": NEXT, "file": f"{NEXT}.yaml"})

    def test_nothing_is_counted_across_it_either(self) -> None:
        with pytest.raises(CalendarEnds):
            CALENDAR.between(SILVESTER, date(NEXT, 1, 8))

    def test_a_development_product_goes_on_with_weekends_only(self) -> None:
        estimating = WorkingDays(estimate=True)
        monday = weekdays_of(NEXT + 1, weekday=0)[4]
        assert estimating.add(monday, 5) == monday + timedelta(days=7)
        assert estimating.is_estimated(monday) and not estimating.is_estimated(SILVESTER)
        assert estimating.known_until == LAST_KNOWN


class TestPublished:
    def test_a_year_counts_and_only_that_year(self) -> None:
        calendar = WorkingDays({NEXT: published(NEXT, first_week_of(NEXT))})
        after = (date(NEXT, 1, day) for day in range(8, 11))
        assert calendar.add(SILVESTER, 1) == next(day for day in after if day.weekday() < 5)
        assert calendar.known_until == NEXT
        with pytest.raises(CalendarEnds) as caught:
            calendar.add(date(NEXT, 12, 31), 1)
        assert caught.value.params["year"] == NEXT + 1

    def test_a_make_up_sunday_in_it_is_worked(self) -> None:
        sunday = weekdays_of(NEXT, weekday=6)[20]
        calendar = WorkingDays({NEXT: published(NEXT, first_week_of(NEXT), [sunday])})
        assert calendar.add(sunday - timedelta(days=1), 1) == sunday

    def test_it_takes_the_packaged_years_place(self) -> None:
        # as in 2015, when 3 September was made a holiday in the middle of the year
        holidays = [date(2026, 9, 3), *(date(2026, 10, day) for day in range(1, 8))]
        calendar = WorkingDays({2026: published(2026, holidays)})
        assert calendar.add(date(2026, 9, 2), 1) == date(2026, 9, 4)
        assert not calendar.is_workday(date(2026, 10, 10)), "the packaged year's Saturday is gone with it"
        assert calendar.is_workday(date(2025, 10, 11))

    def test_a_gap_is_not_bridged(self) -> None:
        calendar = WorkingDays({NEXT + 1: published(NEXT + 1, first_week_of(NEXT + 1))})
        assert calendar.known_until == LAST_KNOWN
        with pytest.raises(CalendarEnds) as caught:
            calendar.add(SILVESTER, 1)
        assert caught.value.params["year"] == NEXT
        february = date(NEXT + 1, 2, 15)
        assert calendar.add(calendar.cutoff(february, 5), 5) < february


class Published:
    """A log in which these years are published; it counts how often it is read."""

    def __init__(self, *years: YearPublished) -> None:
        self.years = {str(one.year): one for one in years}
        self.reads = 0
        self.log = self

    def holders(self, kind: str, prefix: str) -> list[str]:
        self.reads += 1
        return sorted(self.years)

    def load(self, decider: object, key: str) -> SimpleNamespace:
        return SimpleNamespace(state=self.years[key])


class TestTheCalendarOfTheService:
    def health(self, monkeypatch: pytest.MonkeyPatch, today: date, *years: YearPublished, estimate: bool = False) -> Any:
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=CHINA)
        monkeypatch.setattr(clock, "offset", noon - datetime.now(CHINA))
        return Calendar(cast(Any, Published(*years)), estimate).health()

    def test_health_asks_for_the_next_notice_in_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        well = self.health(monkeypatch, SILVESTER - timedelta(days=60))
        assert well == {"ok": True, "known_until": LAST_KNOWN, "days_left": 60, "then": "refused"}
        soon = self.health(monkeypatch, SILVESTER - timedelta(days=59))
        assert (soon["ok"], soon["degraded"], soon["code"]) == (False, True, "calendar_ends_soon")
        over = self.health(monkeypatch, SILVESTER + timedelta(days=9))
        assert (over["days_left"], over["code"]) == (0, "calendar_ends_soon")
        assert find("calendar_ends_soon") is not None

    def test_and_is_content_once_it_is_published(self, monkeypatch: pytest.MonkeyPatch) -> None:
        well = self.health(monkeypatch, SILVESTER, published(NEXT, first_week_of(NEXT)))
        assert (well["ok"], well["known_until"]) == (True, NEXT)

    def test_a_development_product_says_that_it_estimates(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.health(monkeypatch, SILVESTER + timedelta(days=400), estimate=True)
        assert (found["ok"], found["then"]) == (True, "estimated")

    def test_it_is_read_anew_but_not_for_every_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        source = Published()
        calendar = Calendar(cast(Any, source))
        for _ in range(50):
            assert calendar.working_days.known_until == LAST_KNOWN
        assert source.reads == 1
        source.years[str(NEXT)] = published(NEXT, first_week_of(NEXT))
        calendar._read_at = (calendar._read_at or 0) - FRESH - 0.01
        assert calendar.working_days.known_until == NEXT


GOOD = "year: 2027\nsource: 通知一号\nholidays:\n" + "".join(f"  - 2027-10-0{day}\n" for day in range(1, 8))


class TestYearFiles:
    def test_a_good_one(self, tmp_path: Path) -> None:
        path = tmp_path / "2027.yaml"
        path.write_text(GOOD + "workdays: [2027-10-09]\n", encoding="utf-8")
        year = read(path)
        assert (year.year, len(year.holidays), year.workdays) == (2027, 7, (date(2027, 10, 9),))

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("year: 2027\nholidays: [}\n", 2, "YAML"),
            ("year: 2027\nsource: 通知一号\nholidays:\n  - 2027-13-01\n", 4, "2027-01-01"),
            ("year: 2027\nsource: 通知一号\nholidys: []\n", 3, "没有这个键"),
            (GOOD.replace("2027-10-01", "2026-10-01"), 4, "2026-10-01不在2027年"),
            (GOOD + "workdays:\n  - 2027-10-11\n", 12, "本来就是工作日"),
            (GOOD + "workdays:\n  - 2027-10-03\n", 12, "既列为放假又列为上班"),
            (GOOD + "  - 2027-10-07\n", 11, "重复"),
            ("just words", 1, "四项"),
            ("", 1, "四项"),
        ],
        ids=[
            *("not_yaml", "no_date", "unknown_key", "another_year", "worked_anyway", "free_and_worked", "twice"),
            *("no_mapping", "empty"),
        ],
    )
    def test_a_wrong_one_is_told_with_its_line(self, tmp_path: Path, text: str, line: int, words: str) -> None:
        path = tmp_path / "2027.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(click.ClickException) as caught:
            read(path)
        told = [one for one in caught.value.message.splitlines() if one.startswith(f"{path}:{line}:")]
        assert any(words in one for one in told), caught.value.message
