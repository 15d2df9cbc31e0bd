"""The statutory clock by dated cases: each is played by real commands, and must end on the day worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from contracts.message import SYSTEM, Event
from contracts.review import (
    EndPublicity,
    ExtendStage,
    Extension,
    PassStage,
    PubliciseCase,
    ResubmitCase,
    ResumeClock,
    ReturnCase,
    Stage,
    SuspendClock,
    YearPublished,
)
from contracts.working_days import CalendarEnds, WorkingDays
from services.kernel.testing import CHINA, given
from services.review import due
from services.review.domain.case import Case
from services.review.domain.decide import CASE
from tests.domain.review.clock_rows import FREE, PUBLICITIES, ROWS, WORKED, Row
from tests.domain.review.samples import (
    CASE_ID,
    CHANGSHA_BUREAU,
    COLLEAGUE,
    OPINION,
    PROVINCE,
    REASON,
    examined,
    meta,
    officer,
    opened,
)

HEAD = officer("head", CHANGSHA_BUREAU, "city", "430100", "extend")
KNOWN = WorkingDays()
NEXT_YEAR = YearPublished(
    year=2027,
    version=1,
    source="assumed for this test",
    holidays=tuple(date(2027, 1, day) for day in (1, 2, 3)) + tuple(date(2027, 2, day) for day in range(5, 12)),
    workdays=(date(2027, 1, 30), date(2027, 2, 20)),
)
WITH_NEXT_YEAR = WorkingDays({2027: NEXT_YEAR})


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)


class Story:
    """A case in its first stage, to which things happen on days; what the service fills in is filled in."""

    def __init__(self, received: str, limit: int, calendar: WorkingDays = KNOWN, following: int = 20) -> None:
        self.calendar = calendar
        stages = (
            Stage(
                name="acceptance",
                level="city",
                working_days=limit,
                extension=Extension(working_days=10, legal_basis="行政许可法第四十二条"),
            ),
            Stage(name="preliminary", level="city", working_days=following),
            Stage(name="second", level="province", working_days=20),
        )
        self.case: Case = CASE.fold([opened(stages=stages, submitted_at=noon(date.fromisoformat(received)))])

    def on(self, step: str) -> None:
        day_text, verb, *_ = step.split()
        day = date.fromisoformat(day_text)
        actor = HEAD if verb == "extend" else COLLEAGUE
        clock, stage = self.case.clock, self.case.stage
        assert clock is not None and stage is not None
        about: dict[str, Any] = {
            "case_id": CASE_ID,
            "stage": stage.name,
            "meta": meta(actor, noon(day)),
            "due_on": due.due_on(clock, self.calendar),
            "used_days": 0 if clock.suspended else self.calendar.between(clock.began_on, day),
        }
        command: Any
        match verb:
            case "hearing" | "inspection" | "expert_review":
                command = SuspendClock(why=verb, reason=REASON, **about)
            case "resume":
                command = ResumeClock(reason=OPINION, **about)
            case "extend":
                command = ExtendStage(reason=REASON, **about)
            case "return":
                command = ReturnCase(reason=REASON, **about)
            case "pass":
                command = PassStage(opinion=OPINION, **about)
            case "resubmit":
                command = self._resubmission(day)
            case _:
                raise AssertionError(verb)
        events = CASE.decide(self.case, command)
        assert events, step
        for event in events:
            self.happens(event)

    def happens(self, event: Event) -> None:
        self.case = CASE.evolve(self.case, event)

    def _resubmission(self, day: date) -> ResubmitCase:
        last, applicant = self.case.submissions[-1], self.case.applicant
        assert applicant is not None
        return ResubmitCase(
            case_id=CASE_ID,
            round=last.round + 1,
            applicant=applicant,
            specialty=last.specialty,
            form=last.form,
            attachments=last.attachments,
            submitted_at=noon(day),
            meta=meta(SYSTEM, noon(day)),
        )


def following(steps: tuple[str, ...]) -> int:
    """The second stage's limit, which the step that leads there names."""
    return next((int(step.split()[2]) for step in steps if " pass " in step), 20)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_it_ends_on_this_day(row: Row) -> None:
    _, received, limit, steps, last = row
    story = Story(received, limit, following=following(steps))
    for step in steps:
        story.on(step)
    last_day = date.fromisoformat(last)
    assert due.due_on(story.case.clock, KNOWN) == last_day
    clock = story.case.clock
    assert clock is not None
    # the timer finds it on the day after, and not before
    assert clock.began_on > KNOWN.cutoff(last_day, clock.days_left)
    assert clock.began_on <= KNOWN.cutoff(last_day + timedelta(days=1), clock.days_left)
    (told,) = due.deadlines_of(story.case, KNOWN)
    assert (told.deadline, told.due_on, told.beyond_calendar, told.estimated) == ("stage", last_day, False, False)


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 60
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("year", sorted(FREE))
def test_the_package_has_the_years_as_the_notices_print_them(year: int) -> None:
    free = {
        day
        for first, last in FREE[year]
        for day in days(date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last}"))
    }
    worked = {date.fromisoformat(f"{year}-{day}") for day in WORKED[year]}
    for day in days(date(year, 1, 1), date(year, 12, 31)):
        assert KNOWN.is_workday(day) == (day in worked or (day.weekday() < 5 and day not in free)), day


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


class TestTheYearsEnd:
    """28 December 2026 is a Monday: five days from it reach into a year whose notice may not be there yet."""

    def test_within_the_known_year(self) -> None:
        assert due.due_on(Story("2026-12-24", 5).case.clock, KNOWN) == date(2026, 12, 31)

    @pytest.mark.parametrize("count", [1, 5, 20])
    def test_from_the_latest_day_that_can_be_counted_the_next_is_not(self, count: int) -> None:
        latest = KNOWN.latest(count)
        assert KNOWN.add(latest, count) <= date(KNOWN.known_until, 12, 31)
        with pytest.raises(CalendarEnds):
            KNOWN.add(latest + timedelta(days=1), count)

    def test_beyond_it_nothing_is_guessed(self) -> None:
        story = Story("2026-12-28", 5)
        (told,) = due.deadlines_of(story.case, KNOWN)
        assert (told.due_on, told.beyond_calendar, told.estimated) == (None, True, False)
        with pytest.raises(CalendarEnds) as caught:
            KNOWN.add(date(2026, 12, 28), 5)
        assert (caught.value.code, caught.value.params["year"]) == ("calendar_ends", 2027)

    @pytest.mark.parametrize(
        ("received", "limit", "last"),
        [
            # free: 1 January (Friday) to the 3rd
            ("2026-12-28", 5, "2027-01-05"),
            ("2026-12-31", 1, "2027-01-04"),
            # 5 to 11 February are free; Saturdays 30 January and 20 February are worked
            ("2027-01-28", 2, "2027-01-30"),
            ("2027-02-04", 1, "2027-02-12"),
            ("2026-12-21", 30, "2027-02-01"),
        ],
    )
    def test_once_the_notice_is_published(self, received: str, limit: int, last: str) -> None:
        assert due.due_on(Story(received, limit).case.clock, WITH_NEXT_YEAR) == date.fromisoformat(last)

    def test_a_development_product_estimates_and_says_so(self) -> None:
        estimating = WorkingDays(estimate=True)
        (told,) = due.deadlines_of(Story("2026-12-28", 5).case, estimating)
        # 29, 30, 31 December, then Friday 1 and Monday 4 January, for want of a notice
        assert (told.due_on, told.beyond_calendar, told.estimated) == (date(2027, 1, 4), False, True)
        (within,) = due.deadlines_of(Story("2026-12-24", 5).case, estimating)
        assert within.estimated is False

    def test_suspended_over_it_without_the_notice(self) -> None:
        story = Story("2026-12-21", 20)
        story.on("2026-12-28 hearing")
        (told,) = due.deadlines_of(story.case, KNOWN)
        assert (told.suspended, told.due_on, told.beyond_calendar) == ("hearing", None, False)
        story.calendar = WITH_NEXT_YEAR
        story.on("2027-01-11 resume")
        # four days were used, 22 to 25 December; of the sixteen left, Saturday 30 January is the fifteenth
        assert due.due_on(story.case.clock, WITH_NEXT_YEAR) == date(2027, 2, 1)

    def test_what_was_over_in_the_known_year_is_found_after_its_end(self) -> None:
        assert date(2026, 12, 24) <= KNOWN.cutoff(date(2027, 1, 20), 5) < date(2026, 12, 25)


class TestACalendarThatChanges:
    """As in 2015, when 3 September was made a holiday in the middle of the year."""

    def test_what_runs_ends_later_from_that_moment(self) -> None:
        changed = YearPublished(
            year=2026,
            version=1,
            source="one more holiday",
            holidays=(*(day for day in days(date(2026, 10, 1), date(2026, 10, 7))), date(2026, 9, 3)),
            workdays=(date(2026, 10, 10),),
        )
        story = Story("2026-08-31", 5)
        assert due.due_on(story.case.clock, KNOWN) == date(2026, 9, 7)
        assert due.due_on(story.case.clock, WorkingDays({2026: changed})) == date(2026, 9, 8)


@pytest.mark.parametrize("row", PUBLICITIES, ids=[row[0] for row in PUBLICITIES])
def test_a_publicity_is_shown_through_this_day(row: tuple[str, str, int, str]) -> None:
    _, starts, count, last = row
    first_day, last_day = date.fromisoformat(starts), date.fromisoformat(last)
    history = examined(publicity_working_days=count)
    ends_on = KNOWN.add(first_day, count)
    publicise = PubliciseCase(
        case_id=CASE_ID, starts_on=first_day, ends_on=ends_on, meta=meta(PROVINCE, noon(first_day))
    )
    (shown,) = given(CASE, *history).when(publicise).events
    assert getattr(shown, "ends_on", None) == last_day
    last_second = datetime.combine(last_day, time(23, 59, 59), CHINA)
    for at, is_over in ((last_second, False), (last_second + timedelta(seconds=1), True)):
        outcome = given(CASE, *history, shown).when(EndPublicity(case_id=CASE_ID, meta=meta(SYSTEM, at)))
        if is_over:
            assert [getattr(one, "ended_on", None) for one in outcome.events] == [last_day]
        else:
            outcome.then_refused("publicity_not_over")
