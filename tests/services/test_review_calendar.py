"""Working days as the State Council's notices have them, and what happens where no notice is known."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from contracts.errors import Refused, Unavailable
from services.review.calendar import CalendarEnds, WorkingDays

LAST_KNOWN = max(chinese_calendar.holidays).year
NEXT = LAST_KNOWN + 1
SILVESTER = date(LAST_KNOWN, 12, 31)


@pytest.fixture
def calendar(tmp_path: Path) -> WorkingDays:
    return WorkingDays(tmp_path)


def weekdays_of(year: int, weekday: int) -> list[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range(365))
    return [day for day in days if day.weekday() == weekday]


def year_file(directory: Path, year: int, holidays: list[date], workdays: list[date], name: str = "") -> Path:
    lines = [f"year: {year}", "source: 国务院办公厅关于部分节假日安排的通知", "holidays:"]
    lines += [f"  - {day}" for day in holidays]
    lines += ["workdays:", *(f"  - {day}" for day in workdays)] if workdays else []
    path = directory / f"{name or year}.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class TestPackaged:
    def test_the_day_itself_is_not_counted(self, calendar: WorkingDays) -> None:
        assert calendar.add(date(2026, 3, 2), 1) == date(2026, 3, 3)
        assert calendar.add(date(2026, 3, 2), 0) == date(2026, 3, 2)

    def test_weekends_are_free(self, calendar: WorkingDays) -> None:
        assert calendar.add(date(2026, 3, 2), 10) == date(2026, 3, 16)

    def test_national_day_is_a_week(self, calendar: WorkingDays) -> None:
        assert calendar.add(date(2026, 9, 30), 1) == date(2026, 10, 8)

    def test_a_make_up_saturday_is_worked(self, calendar: WorkingDays) -> None:
        # 8 and 9 October 2026 are Thursday and Friday; Saturday the 10th is made up for National Day
        assert calendar.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
        assert calendar.add(date(2026, 9, 30), 4) == date(2026, 10, 12)

    def test_a_make_up_saturday_before_spring_festival(self, calendar: WorkingDays) -> None:
        assert calendar.add(date(2026, 2, 13), 1) == date(2026, 2, 14)
        assert calendar.add(date(2026, 2, 13), 2) == date(2026, 2, 24)

    def test_over_a_year_that_is_known(self, calendar: WorkingDays) -> None:
        # 1 January 2026 is a Thursday, the 2nd is free too, and Sunday the 4th is worked for it
        assert calendar.add(date(2025, 12, 31), 1) == date(2026, 1, 4)


class TestItsEnd:
    def test_the_refusal_names_the_year_and_the_file_that_mends_it(self, calendar: WorkingDays) -> None:
        with pytest.raises(CalendarEnds) as caught:
            calendar.add(SILVESTER, 1)
        refusal = Refused.from_wire(caught.value.to_wire())
        assert (refusal.code, refusal.params) == (
            "calendar_ends",
            {"year": NEXT, "file": f"calendar/{NEXT}.yaml"},
        )
        assert isinstance(refusal, Refused)

    def test_health_tells_it_beforehand(self, calendar: WorkingDays) -> None:
        assert calendar.health() == {"ok": True, "known_until": LAST_KNOWN, "then": "refused"}

    def test_a_development_product_goes_on_with_weekends_only(self, tmp_path: Path) -> None:
        estimating = WorkingDays(tmp_path, estimate=True)
        monday = weekdays_of(NEXT + 1, weekday=0)[4]
        assert estimating.add(monday, 5) == monday + timedelta(days=7)
        assert estimating.health()["then"] == "estimated"


class TestOwnFiles:
    def test_an_administrators_year_counts_at_once_and_only_that_year(self, tmp_path: Path) -> None:
        calendar = WorkingDays(tmp_path)
        with pytest.raises(CalendarEnds):
            calendar.add(SILVESTER, 1)
        year_file(tmp_path, NEXT, [date(NEXT, 1, day) for day in range(1, 8)], [])
        after = (date(NEXT, 1, day) for day in range(8, 11))
        assert calendar.add(SILVESTER, 1) == next(day for day in after if day.weekday() < 5)
        assert calendar.health()["known_until"] == NEXT
        with pytest.raises(CalendarEnds) as caught:
            calendar.add(date(NEXT, 12, 31), 1)
        assert caught.value.params["year"] == NEXT + 1

    def test_a_make_up_sunday_in_it_is_worked(self, tmp_path: Path) -> None:
        sunday = weekdays_of(NEXT, weekday=6)[20]
        holidays = [date(NEXT, 1, day) for day in range(1, 8)]
        year_file(tmp_path, NEXT, holidays, [sunday])
        assert WorkingDays(tmp_path).add(sunday - timedelta(days=1), 1) == sunday

    def test_it_takes_the_packaged_years_place(self, tmp_path: Path) -> None:
        # as in 2015, when 3 September was made a holiday in the middle of the year
        extra = date(2026, 9, 3)
        year_file(tmp_path, 2026, [extra, *(date(2026, 10, day) for day in range(1, 8))], [])
        assert WorkingDays(tmp_path).add(date(2026, 9, 2), 1) == date(2026, 9, 4)

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("year: 2027\nholidays: [", 2),
            ("year: 2027\nsource: 通知一号\nholidays:\n  - 2027-13-01\n", 4),
            ("year: 2027\nsource: 通知一号\nholidys: []\n", 3),
            (
                "year: 2027\nsource: 通知一号\nholidays:\n"
                + "".join(f"  - 2026-10-0{d}\n" for d in range(1, 8)),
                4,
            ),
            (
                "year: 2027\nsource: 通知一号\nholidays:\n"
                + "".join(f"  - 2027-10-0{d}\n" for d in range(1, 8))
                + "workdays:\n  - 2027-10-11\n",
                11,
            ),
            (
                "year: 2027\nsource: 通知一号\nholidays:\n"
                + "".join(f"  - 2027-10-0{d}\n" for d in range(1, 8))
                + "workdays:\n  - 2027-10-03\n",
                12,
            ),
        ],
        ids=["not_yaml", "no_date", "unknown_key", "another_year", "worked_anyway", "free_and_worked"],
    )
    def test_a_wrong_file_is_told_with_its_line_and_nothing_is_counted(
        self, tmp_path: Path, text: str, line: int
    ) -> None:
        path = tmp_path / "2027.yaml"
        path.write_text(text, encoding="utf-8")
        calendar = WorkingDays(tmp_path)
        with pytest.raises(Unavailable) as caught:
            calendar.add(date(2026, 3, 2), 1)
        assert caught.value.code == "calendar_unreadable"
        assert any(str(one["detail"]).startswith(f"{path}:{line}:") for one in caught.value.problems)
        assert calendar.health()["ok"] is False

    def test_two_files_for_one_year(self, tmp_path: Path) -> None:
        holidays = [date(NEXT, 1, day) for day in range(1, 8)]
        year_file(tmp_path, NEXT, holidays, [])
        year_file(tmp_path, NEXT, holidays, [], name="another")
        with pytest.raises(Unavailable):
            WorkingDays(tmp_path).add(SILVESTER, 1)

    def test_a_mended_file_counts_without_a_restart(self, tmp_path: Path) -> None:
        calendar = WorkingDays(tmp_path)
        path = tmp_path / f"{NEXT}.yaml"
        path.write_text("year: no", encoding="utf-8")
        with pytest.raises(Unavailable):
            calendar.add(SILVESTER, 1)
        year_file(tmp_path, NEXT, [date(NEXT, 1, day) for day in range(1, 8)], [])
        os.utime(path, ns=(1, 1))
        assert calendar.add(SILVESTER, 1) > date(NEXT, 1, 7)
