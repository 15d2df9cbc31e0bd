"""The rows of running times tell what the log tells, whatever happened; and the keeper orders each end once, in its time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Refusal, Refused
from contracts.message import SYSTEM, Command, Event, Recorded
from contracts.review import (
    ClockResumed,
    ClockSuspended,
    CorrectionLimit,
    DeadlineNear,
    EndPublicity,
    Extension,
    GrantedBySilence,
    KeepDeadline,
    ObjectionAnswered,
    Silence,
    Stage,
    StageReopened,
    YearPublished,
)
from contracts.working_days import WorkingDays, packaged_years
from services.kernel.database import Database
from services.kernel.testing import CHINA
from services.review.deadlines import DEADLINES, GRACE
from services.review.domain.decide import CASE
from services.review.due import deadlines_of
from services.review.keeper import AT_ONCE, DeadlineKeeper
from tests.domain.review.samples import CASE_ID, FILING, HUNAN_DEPARTMENT, PUBLICISED, examined, meta, opened
from tests.domain.review.test_clock_table import KNOWN, Story, noon
from tests.domain.review.test_silence import LODGED, OBJECTION
from tests.services.test_review_deadlines import databases

__all__ = ["databases"]  # fixture
RECEIVED = date(2026, 3, 2)
DUE = date(2026, 3, 9)
ARTICLE = "《中华人民共和国行政许可法》第三十二条"
VERBS = ("hearing", "inspection", "resume", "extend", "return", "resubmit", "pass 20", "keep", "keep", "remind")


class Ground:
    """What the keeper needs of a service: a database, and somebody who takes its orders."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.given: list[Command] = []
        self.refuses: Callable[[Command], bool] = lambda order: False

    def execute(self, order: Command) -> None:
        if self.refuses(order):
            raise Refused("deadline_not_over")
        self.given.append(order)


@pytest.fixture
def ground(databases: dict[str, str]) -> Iterator[Ground]:
    database = Database(databases["review"])
    yield Ground(database)
    database.close()


def keeper(ground: Any) -> DeadlineKeeper:
    return DeadlineKeeper(ground, lambda: KNOWN)


def happened(ground: Ground, *events: Event) -> None:
    """The view has seen these."""
    recorded = [
        Recorded("review", position, "case", position, event, meta(SYSTEM))
        for position, event in enumerate(events, start=1)
    ]
    with ground.database.transaction() as cursor:
        DEADLINES.create(cursor)
        DEADLINES.apply(cursor, recorded)


def case_of(number: int, *stages: Stage, **changes: Any) -> Event:
    ids = {"case_id": UUID(int=number), "filing_id": UUID(int=number)}
    return opened(**ids, stages=stages, submitted_at=noon(RECEIVED), **changes)


def after(day: date, seconds: float = 0) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA) + timedelta(seconds=seconds)


FIRST = Stage(name="acceptance", level="city", working_days=5, remind_before=2)
SECOND = Stage(name="second", level="province", working_days=20)


class Walk(Story):
    """A case to which anything may happen in any order; what is refused does not."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__("2026-03-02", 20)
        silence = chance.choice([None, Silence(means="passed", legal_basis=ARTICLE)])
        first = Stage(
            name="acceptance",
            level="city",
            working_days=chance.randint(3, 20),
            remind_before=2,
            silence=silence,
            extension=Extension(working_days=10, legal_basis=ARTICLE),
        )
        expiry = chance.choice([None, GrantedBySilence(due_on=date(2026, 3, 27), legal_basis=ARTICLE)])
        self.events: list[Event] = [
            opened(
                case_id=CASE_ID,
                stages=(first, Stage(name="preliminary", level="city", working_days=20), SECOND),
                submitted_at=noon(RECEIVED),
                correction=CorrectionLimit(working_days=10),
                granted_by_silence=expiry,
            )
        ]
        self.case = CASE.fold(self.events)
        self.day = RECEIVED
        for _ in range(14):
            self.day += timedelta(days=chance.choice((0, 0, 1, 1, 2, 5, 12)))
            self._try(chance.choice(VERBS))

    def _try(self, verb: str) -> None:
        before = self.case
        try:
            if verb in ("keep", "remind"):
                self._keep(near=verb == "remind")
            else:
                self.on(f"{self.day} {verb}")
        except (Refusal, AssertionError):  # nothing left to do it to
            self.case = before

    def _keep(self, near: bool) -> None:
        for told in deadlines_of(self.case, self.calendar):
            if told.due_on is not None and (near or told.due_on < self.day):
                order = KeepDeadline(
                    case_id=CASE_ID,
                    deadline=told.deadline,
                    key=told.stage or "" if told.deadline == "stage" else told.key,
                    began_on=told.began_on,
                    days_left=told.days_left,
                    due_on=told.due_on,
                    near=near,
                    meta=meta(SYSTEM, noon(self.day)),
                )
                for event in CASE.decide(self.case, order):
                    self.events.append(event)
                    self.case = CASE.evolve(self.case, event)

    def happens(self, event: Event) -> None:
        self.events.append(event)
        super().happens(event)


def test_the_rows_tell_what_the_log_tells(ground: Ground) -> None:
    chance = random.Random(20261121)
    kinds: set[str] = set()
    for _ in range(100):
        walk = Walk(chance)
        with ground.database.transaction() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS deadlines CASCADE")
        happened(ground, *walk.events)
        by_kind = sorted(keeper(ground).of_cases([CASE_ID]), key=lambda one: one.deadline)
        told = sorted(deadlines_of(walk.case, KNOWN), key=lambda one: one.deadline)
        # a stage's name is not told with a validity's row: it may run through several
        assert [one.model_copy(update={"stage": None}) for one in by_kind] == [
            one.model_copy(update={"stage": None}) for one in told
        ], [type(event).__name__ for event in walk.events]
        kinds |= {type(event).__name__ for event in walk.events}
    assert kinds >= {
        *("CaseOpened", "ClockSuspended", "ClockResumed", "StageExtended", "CaseReturned", "CaseResubmitted"),
        *("StagePassed", "StageDeemedPassed", "DeadlineNear", "DeadlineMissed", "CaseEscalated", "CaseLapsed"),
        *("CaseDeemedGranted", "CaseApproved"),
    }, "the walks reach everything"


SHOWN = [*examined(), PUBLICISED]
UPHELD = ObjectionAnswered(
    objection_id=OBJECTION, case_id=CASE_ID, filing_id=FILING, outcome="upheld", answer="异议成立", officer="province",
    authority_id=HUNAN_DEPARTMENT, answered_on=DUE,
)  # fmt: skip
REOPENED = StageReopened(
    case_id=CASE_ID, filing_id=FILING, stage="second", level="province", objection_id=OBJECTION, reopened_on=DUE
)


@pytest.mark.parametrize(
    "events", [[*SHOWN, LODGED], [*SHOWN, LODGED, UPHELD], [*SHOWN, LODGED, UPHELD, REOPENED]],
    ids=["lodged", "answered", "reopened"],
)  # fmt: skip
def test_objections_too(ground: Ground, events: list[Event]) -> None:
    happened(ground, *events)
    told = deadlines_of(CASE.fold(events), KNOWN)
    assert [one.model_copy(update={"stage": None}) for one in keeper(ground).of_cases([CASE_ID])] == [
        one.model_copy(update={"stage": None}) for one in told
    ]
    assert len(told) == (0 if events[-1] == UPHELD else 1)


def test_a_reopened_stage_takes_its_publicity_back_and_a_second_one_ends_too(ground: Ground) -> None:
    happened(ground, *SHOWN, LODGED, UPHELD, REOPENED)
    kept = keeper(ground)
    kept.tick(after(PUBLICISED.ends_on, 60))
    assert [type(order) for order in ground.given] == []
    again = PUBLICISED.model_copy(update={"ends_on": date(2026, 4, 20)})
    with ground.database.transaction() as cursor:
        DEADLINES.enter(cursor)
        DEADLINES.apply(cursor, [Recorded("review", 99, "case", 99, again, meta(SYSTEM))])
    kept.tick(after(date(2026, 4, 20), 60))
    ends = [order for order in ground.given if isinstance(order, EndPublicity)]
    with ground.database.transaction() as cursor:
        cursor.execute("DROP SCHEMA deadlines CASCADE")
    happened(ground, *SHOWN)
    keeper(ground).tick(after(PUBLICISED.ends_on, 60))
    first = next(order for order in reversed(ground.given) if isinstance(order, EndPublicity))
    assert len(ends) == 1 and ends[0].meta.command_id != first.meta.command_id


class TestInItsTime:
    def test_a_stage_is_over_seconds_after_its_last_day(self, ground: Ground) -> None:
        happened(ground, case_of(1, FIRST.model_copy(update={"remind_before": 0}), SECOND))
        kept = keeper(ground)
        kept.tick(after(DUE, GRACE.total_seconds() - 0.001))
        assert ground.given == []
        kept.tick(after(DUE, GRACE.total_seconds()))
        (order,) = ground.given
        assert isinstance(order, KeepDeadline)
        assert (order.deadline, order.key, order.near) == ("stage", "acceptance", False)
        assert (order.began_on, order.days_left, order.due_on) == (RECEIVED, 5, DUE)

    def test_a_reminder_comes_on_the_morning_of_its_day(self, ground: Ground) -> None:
        # two working days before Monday 9 March: Thursday 5 March
        happened(ground, case_of(1, FIRST, SECOND))
        kept = keeper(ground)
        kept.tick(after(date(2026, 3, 4)))
        assert ground.given == []
        kept.tick(after(date(2026, 3, 4), 6))
        assert [(one.near, one.due_on) for one in orders(ground)] == [(True, DUE)]

    def test_what_is_over_is_not_reminded_of(self, ground: Ground) -> None:
        happened(ground, case_of(1, FIRST, SECOND))
        keeper(ground).tick(after(DUE, 3600))
        assert [one.near for one in orders(ground)] == [False]

    def test_a_publicity_ends_when_an_objection_of_its_last_second_is_in(self, ground: Ground) -> None:
        happened(ground, *examined(), PUBLICISED)
        kept = keeper(ground)
        kept.tick(after(PUBLICISED.ends_on, 4.9))
        assert ground.given == []
        kept.tick(after(PUBLICISED.ends_on, 5))
        assert [type(order) for order in ground.given] == [EndPublicity]


class TestAfterTheLastKnownYear:
    """January of a year whose notice nobody has published."""

    LAST_KNOWN = packaged_years()[1]
    LATE = datetime(LAST_KNOWN + 1, 1, 20, 12, tzinfo=CHINA)

    def received(self, day: int) -> Event:
        received = noon(date(self.LAST_KNOWN, 12, day))
        return opened(case_id=UUID(int=day), filing_id=UUID(int=day), stages=(FIRST, SECOND), submitted_at=received)

    def test_what_ended_in_the_known_year_is_kept_and_the_rest_waits_for_the_notice(self, ground: Ground) -> None:
        happened(ground, self.received(14), self.received(30))
        kept = keeper(ground)
        kept.tick(self.LATE)
        assert [one.case_id for one in orders(ground)] == [UUID(int=14)]
        assert kept.health()["ok"]
        (waits,) = kept.of_cases([UUID(int=30)])
        assert (waits.due_on, waits.beyond_calendar) == (None, True)

    def test_those_that_nobody_can_count_yet_keep_no_other_reminder_waiting(self, ground: Ground) -> None:
        """Reminders whose day has come, of last days that no notice tells yet: more of them than are looked at at once."""
        year = self.LAST_KNOWN
        long = Stage(name="acceptance", level="city", working_days=30, remind_before=20)
        waiting = [
            opened(case_id=UUID(int=n), filing_id=UUID(int=n), stages=(long, SECOND), submitted_at=noon(date(year, 12, 1)))
            for n in range(1000, 1001 + AT_ONCE)
        ]
        happened(ground, *waiting, self.received(23))
        end = KNOWN.add(date(year, 12, 23), 5)
        keeper(ground).tick(after(end - timedelta(days=1), 60))
        assert [(one.case_id, one.near, one.due_on) for one in orders(ground)] == [(UUID(int=23), True, end)]

    def test_a_day_that_is_named_needs_no_notice(self, ground: Ground) -> None:
        expiry = date(self.LAST_KNOWN + 1, 1, 19)
        renewal = GrantedBySilence(due_on=expiry, legal_basis=ARTICLE)
        happened(ground, case_of(1, SECOND.model_copy(update={"working_days": 0}), granted_by_silence=renewal))
        keeper(ground).tick(after(expiry, 4))
        assert ground.given == []
        keeper(ground).tick(after(expiry, 5))
        assert [(one.deadline, one.due_on) for one in orders(ground)] == [("validity", expiry)]

    def test_once_it_is_published_the_rest_is_kept_too(self, ground: Ground) -> None:
        year = self.LAST_KNOWN + 1
        holidays = tuple(date(year, 1, day) for day in range(1, 8))
        published = YearPublished(year=year, version=1, source="a notice", holidays=holidays, workdays=())
        happened(ground, self.received(30))
        DeadlineKeeper(ground, lambda: WorkingDays({year: published})).tick(self.LATE)  # type: ignore[arg-type]
        assert [(one.case_id, one.near) for one in orders(ground)] == [(UUID(int=30), False)]


class TestOnce:
    def test_two_replicas_and_a_new_life_give_the_same_order(self, ground: Ground) -> None:
        happened(ground, case_of(1, FIRST, SECOND))
        for _ in range(3):
            keeper(ground).tick(after(DUE, 3600))
        assert len(ground.given) == 3
        assert len({order.meta.command_id for order in ground.given}) == 1

    def test_one_keeper_does_not_repeat_itself_each_second(self, ground: Ground) -> None:
        happened(ground, case_of(1, FIRST, SECOND))
        kept = keeper(ground)
        for seconds in range(5):
            kept.tick(after(DUE, 3600 + seconds))
        assert len(ground.given) == 1

    def test_after_the_calendar_changed_it_is_another_order(self, ground: Ground) -> None:
        happened(ground, case_of(1, FIRST, SECOND))
        keeper(ground).tick(after(DUE, 3600))
        longer = WorkingDays(estimate=True)
        longer._holidays = longer._holidays | {DUE}
        DeadlineKeeper(ground, lambda: longer).tick(after(DUE, 86_400))  # type: ignore[arg-type]
        assert [one.due_on for one in orders(ground)] == [DUE, date(2026, 3, 10)]
        assert len({order.meta.command_id for order in ground.given}) == 2


    def test_a_clock_that_runs_on_is_reminded_of_anew(self, ground: Ground) -> None:
        near = DeadlineNear(
            case_id=UUID(int=1), filing_id=UUID(int=1), deadline="stage", key="acceptance", stage="acceptance",
            due_on=DUE, began_on=RECEIVED,
        )  # fmt: skip
        about = {"case_id": UUID(int=1), "filing_id": UUID(int=1), "stage": "acceptance", "reason": "…", "officer": "x"}
        stopped = ClockSuspended(
            **about, why="hearing", legal_basis=ARTICLE, suspended_on=date(2026, 3, 5), used_days=2
        )
        runs_on = ClockResumed(**about, resumed_on=date(2026, 3, 16))
        happened(ground, case_of(1, FIRST, SECOND), near)
        keeper(ground).tick(after(date(2026, 3, 5)))
        assert ground.given == []
        with ground.database.transaction() as cursor:
            cursor.execute("DROP SCHEMA deadlines CASCADE")
        happened(ground, case_of(1, FIRST, SECOND), near, stopped, runs_on)
        # three days are left: the last one is Thursday the 19th, two days before it the 17th
        keeper(ground).tick(after(date(2026, 3, 16), 6))
        assert [(one.near, one.due_on, one.days_left) for one in orders(ground)] == [(True, date(2026, 3, 19), 3)]


class TestOneThatIsRefused:
    def test_holds_up_no_other_however_many_they_are(self, ground: Ground) -> None:
        many = AT_ONCE + 30
        happened(ground, *(case_of(number, FIRST, SECOND) for number in range(1, many + 1)))
        ill = {UUID(int=number) for number in range(1, 30)}
        ground.refuses = lambda order: isinstance(order, KeepDeadline) and order.case_id in ill
        kept = keeper(ground)
        for _ in range(2):
            kept.tick(after(DUE, 3600))
        assert {one.case_id for one in orders(ground)} == {UUID(int=n) for n in range(1, many + 1)} - ill
        health = kept.health()
        assert (health["ok"], health["degraded"], health["failing"]) == (False, True, len(ill))
        assert health["error"] == {"type": "deadline_not_over"}

    def test_is_tried_again_and_health_recovers(self, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
        happened(ground, case_of(1, FIRST, SECOND))
        ground.refuses = lambda order: True
        kept = keeper(ground)
        kept.tick(after(DUE, 3600))
        assert not kept.health()["ok"]
        ground.refuses = lambda order: False
        kept._held = dict.fromkeys(kept._held, 0.0)  # the pause is over
        kept.tick(after(DUE, 3620))
        assert kept.health()["ok"] and len(ground.given) == 1


def orders(ground: Ground) -> Sequence[KeepDeadline]:
    return [one for one in ground.given if isinstance(one, KeepDeadline)]

