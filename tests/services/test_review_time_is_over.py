"""The timer on a real PostgreSQL: every end has its effect once, by whichever replica, though it is killed while it fires."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.message import SYSTEM, Command, derived_id
from contracts.review import (
    AdvanceClock,
    CalendarView,
    CaseOpened,
    Deadlines,
    OpenCase,
    PublishYear,
    ReadCalendar,
    ReadDeadlines,
    ResumeClock,
    Silence,
    Stage,
    SuspendClock,
)
from contracts.working_days import WorkingDays, packaged_years
from services.kernel.clock import CHINA
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.review.domain.decide import CASE
from tests.domain.review.samples import CLERK, OPERATOR, PROVINCE, REASON, opened
from tests.services.test_review_deadlines import SOME_TICKS, Review, databases, meta, start, until

__all__ = ["databases", "start"]  # fixtures
MANY = 150
ARTICLE = "《中华人民共和国行政许可法》第五十条"
SECOND = Stage(name="second", level="province", working_days=20)
ESTIMATING = WorkingDays(estimate=True)
Open = Callable[..., list[UUID]]


@pytest.fixture
def open_cases(databases: dict[str, str]) -> Iterator[Open]:
    """Puts cases into the log, in one transaction, as the reaction would have."""
    database = Database(databases["review"])
    log = EventLog("review", PostgresRecorder(database))

    def put(count: int, submitted_at: datetime, *stages: Stage, then: Sequence[Any] = ()) -> list[UUID]:
        log.recorder.create_tables()
        orders: list[tuple[Any, object, Command]] = []
        for filing_id in (uuid4() for _ in range(count)):
            case_id = derived_id("case", filing_id, 1)
            body = opened(case_id=case_id, filing_id=filing_id, submitted_at=submitted_at, stages=stages)
            fields = {name: getattr(body, name) for name in CaseOpened.model_fields}
            orders.append((CASE, case_id, OpenCase(**fields, meta=meta(SYSTEM, submitted_at))))
            orders += [(CASE, case_id, make(case_id)) for make in then]
        outcomes = log.handle_all(orders)
        assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
        return [one for one in dict.fromkeys(key for _, key, _ in orders) if isinstance(one, UUID)]

    yield put
    database.close()


def days_ago(count: int) -> datetime:
    return datetime.now(CHINA) - timedelta(days=count)


def acceptance(**more: Any) -> Stage:
    return Stage(name="acceptance", level="city", working_days=5, **more)


def told(review: Review, case_id: UUID) -> list[dict[str, Any]]:
    found = Deadlines.model_validate(review.send(ReadDeadlines(case_ids=(case_id,)))["ok"])
    return [one.model_dump() for one in found.deadlines]


def counted(review: Review, name: str) -> Counter[str]:
    return Counter(one["stream"] for one in review.events(name))


GRANTED, APPROVED = "review.CaseDeemedGranted.v1", "review.CaseApproved.v1"
MISSED, ESCALATED = "review.DeadlineMissed.v1", "review.CaseEscalated.v1"


def test_silence_grants_once_though_killed_while_it_fires(start: Callable[..., Review], open_cases: Open) -> None:
    review = start()
    grants = Silence(means="granted", legal_basis=ARTICLE)
    received = days_ago(40)
    cases = open_cases(MANY, received, acceptance(silence=grants), SECOND)
    until(lambda: len(review.events(GRANTED)) >= 3, "the first are granted", pause=0)
    done_before = len(review.events(GRANTED))
    review.kill()

    again = start()
    until(lambda: len(again.events(APPROVED)) == MANY, "all are granted")
    time.sleep(SOME_TICKS)
    streams = Counter(f"case-{case_id}" for case_id in cases)
    assert counted(again, GRANTED) == counted(again, APPROVED) == streams
    assert done_before < MANY, "it was killed in the middle"
    due_on = ESTIMATING.add(received.date(), 5)
    for one in again.events(APPROVED):
        event = one["body"]["event"]
        assert (event["authority_id"], event["legal_basis"]) == (None, ARTICLE)
        assert date.fromisoformat(event["due_on"]) == due_on
        assert date.fromisoformat(event["decided_on"]) == due_on + timedelta(days=1)
    assert again.call("review", "health", None)["ok"]["parts"]["deadlines"]["ok"]


def test_a_suspended_clock_runs_out_only_after_it_was_resumed(start: Callable[..., Review], open_cases: Open) -> None:
    review = start()
    received = days_ago(40)

    def suspend(case_id: UUID) -> SuspendClock:
        return SuspendClock(
            case_id=case_id, stage="acceptance", why="hearing", reason=REASON, meta=meta(CLERK, received)
        )

    (case_id,) = open_cases(1, received, acceptance(), SECOND, then=[suspend])
    until(lambda: bool(told(review, case_id)), "its row is there")
    time.sleep(SOME_TICKS)
    assert review.events(MISSED) == []
    (still,) = told(review, case_id)
    assert (still["suspended"], still["due_on"], still["days_left"]) == ("hearing", None, 5)

    resume = ResumeClock(case_id=case_id, stage="acceptance", reason=REASON, meta=meta(CLERK))
    assert "ok" in review.send(resume)
    due_on = ESTIMATING.add(datetime.now(CHINA).date(), 5)
    until(lambda: told(review, case_id)[0]["due_on"] == due_on, "it runs on with all its days")
    assert review.case(case_id).due_on == due_on

    assert "ok" in review.send(AdvanceClock(days=30, seconds=7))
    until(lambda: counted(review, ESCALATED) == {f"case-{case_id}": 1}, "it goes up a level")
    time.sleep(SOME_TICKS)
    assert counted(review, MISSED) == counted(review, ESCALATED) == {f"case-{case_id}": 1}
    case = review.case(case_id)
    assert (case.level, case.stage, case.officer) == ("province", "acceptance", None)
    assert told(review, case_id)[0]["deadline"] == "stage"


def test_a_reminder_comes_once_and_before_the_end(start: Callable[..., Review], open_cases: Open) -> None:
    review = start()
    near, far = acceptance(remind_before=5), Stage(name="acceptance", level="city", working_days=90, remind_before=5)
    (soon,) = open_cases(1, days_ago(0), near, SECOND)
    open_cases(1, days_ago(0), far, SECOND)
    until(lambda: bool(review.events("review.DeadlineNear.v1")), "the reminder is recorded")
    time.sleep(SOME_TICKS)
    assert counted(review, "review.DeadlineNear.v1") == {f"case-{soon}": 1}
    assert review.events(MISSED) == []


def test_a_year_that_is_published_counts_at_once_and_changes_nothing_decided(
    start: Callable[..., Review], open_cases: Open
) -> None:
    review = start()
    (over,) = open_cases(1, days_ago(40), acceptance(silence=Silence(means="passed", legal_basis=ARTICLE)), SECOND)
    (runs,) = open_cases(1, days_ago(0), acceptance(), SECOND)
    until(lambda: bool(review.events("review.StageDeemedPassed.v1")), "the older is deemed accepted")
    until(lambda: len(told(review, runs)) == 1, "the younger runs")
    before = review.events("review.StageDeemedPassed.v1")
    due_on = review.case(runs).due_on
    assert due_on is not None

    year = due_on.year
    first = before[0]["body"]["event"]["due_on"]
    free = free_days(year) | {due_on} | ({date.fromisoformat(first)} if first.startswith(str(year)) else set())
    publish = {"year": year, "source": "国办发明电〔2026〕1号", "holidays": tuple(sorted(free))}
    assert review.send(PublishYear(**publish, meta=meta(PROVINCE)))["refusal"]["code"] == "operator_only"
    assert review.send(PublishYear(**publish, meta=meta(OPERATOR)))["ok"]["version"] == 1

    def moved() -> bool:
        # several times: two replicas answer in turn
        return all((review.case(runs).due_on or due_on) > due_on for _ in range(6))

    until(moved, "every replica counts by it")
    assert (told(review, runs)[0]["due_on"] or due_on) > due_on
    time.sleep(SOME_TICKS)
    assert review.events("review.StageDeemedPassed.v1") == before
    assert review.case(over).stage == "second"

    again = PublishYear(**publish, meta=meta(OPERATOR))
    assert review.send(again)["ok"]["version"] == 1, "the same year is no new version"
    view = CalendarView.model_validate(review.send(ReadCalendar())["ok"])
    assert [(one.year, one.version) for one in view.years] == [(year, 1)]
    assert (view.packaged, view.then) == (packaged_years(), "estimated")


def free_days(year: int) -> set[date]:
    """Seven Sundays at least, which are free anyway, and what is free in that year as far as it is known."""
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    known = {day for day in days if ESTIMATING.is_known(day) and day.weekday() < 5 and not ESTIMATING.is_workday(day)}
    return known | set([day for day in days if day.weekday() == 6 and not ESTIMATING.is_workday(day)][:7])
