"""The keeper orders the end of each time once, in its time, whichever replica comes first and whatever is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from contracts.message import Event
from contracts.review import (
    ClockResumed,
    ClockSuspended,
    DeadlineNear,
    EndPublicity,
    GrantedBySilence,
    KeepDeadline,
    Stage,
    YearPublished,
)
from contracts.working_days import WorkingDays, packaged_years
from services.kernel.testing import CHINA
from services.review.deadlines import GRACE
from services.review.keeper import AT_ONCE, DeadlineKeeper
from tests.domain.review.samples import PUBLICISED, examined, opened
from tests.domain.review.test_clock_table import KNOWN, noon
from tests.services.keeper_stage import (
    ARTICLE,
    DUE,
    FIRST,
    RECEIVED,
    SECOND,
    Ground,
    after,
    case_of,
    databases,
    ground,
    happened,
    keeper,
    orders,
)

__all__ = ["databases", "ground"]  # fixtures


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
