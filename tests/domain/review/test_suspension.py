"""SuspendClock, ResumeClock, ExtendStage: who may, when, and what it does to the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor
from contracts.review import (
    ClockResumed,
    ClockSuspended,
    ExtendStage,
    Extension,
    ResumeClock,
    Stage,
    StageExtended,
    SuspendClock,
)
from services.kernel.testing import CHINA, given
from services.review.domain.case import Clock
from services.review.domain.decide import CASE
from services.review.domain.suspension import NOT_COUNTED
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CHANGSHA_BUREAU,
    CITY,
    CLERK,
    COLLEAGUE,
    FILER,
    FILING,
    FIRM,
    JIANGXI,
    MONDAY,
    OPINION,
    PROVINCE,
    REASON,
    ZHUZHOU,
    approved,
    assigned,
    examined,
    meta,
    officer,
    opened,
    rejected,
    returned,
)

ARTICLE = "《中华人民共和国行政许可法》第四十二条"
LIMIT = Stage(
    name="acceptance",
    level="city",
    working_days=20,
    extension=Extension(working_days=10, legal_basis=ARTICLE),
)
OPENED = opened(stages=(LIMIT, Stage(name="second", level="province", working_days=20)))
LAST = date(2026, 3, 30)
WEDNESDAY = datetime(2026, 3, 4, 16, tzinfo=CHINA)
FRIDAY = datetime(2026, 3, 6, 9, tzinfo=CHINA)
TOO_LATE = datetime(2026, 3, 31, 0, 0, tzinfo=CHINA)
HEAD = officer("head", CHANGSHA_BUREAU, "city", "430100", "extend")
SUSPENDED = ClockSuspended(
    case_id=CASE_ID, filing_id=FILING, stage="acceptance", why="hearing", reason=REASON, legal_basis=NOT_COUNTED,
    officer="clerk", suspended_on=WEDNESDAY.date(), used_days=1,
)  # fmt: skip
RESUMED = ClockResumed(
    case_id=CASE_ID, filing_id=FILING, stage="acceptance", reason=OPINION, officer="clerk", resumed_on=FRIDAY.date()
)
EXTENDED = StageExtended(
    case_id=CASE_ID, filing_id=FILING, stage="acceptance", working_days=10, approved_by="head",
    authority_id=CHANGSHA_BUREAU, reason=REASON, legal_basis=ARTICLE, due_on=LAST, extended_to=date(2026, 4, 14),
    extended_on=WEDNESDAY.date(),
)  # fmt: skip


def suspend(by: Actor = CLERK, at: datetime = WEDNESDAY, **changes: Any) -> SuspendClock:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "stage": "acceptance",
        "why": "hearing",
        "reason": REASON,
        "due_on": LAST,
        "used_days": 1,
    }
    return SuspendClock(**{**body, **changes}, meta=meta(by, at))


def resume(by: Actor = CLERK, at: datetime = FRIDAY, **changes: Any) -> ResumeClock:
    return ResumeClock(**{"case_id": CASE_ID, "stage": "acceptance", "reason": OPINION, **changes}, meta=meta(by, at))


def extend(by: Actor = HEAD, at: datetime = WEDNESDAY, **changes: Any) -> ExtendStage:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "stage": "acceptance",
        "reason": REASON,
        "due_on": LAST,
        "extended_to": date(2026, 4, 14),
    }
    return ExtendStage(**{**body, **changes}, meta=meta(by, at))


class TestHappens:
    def test_suspended_with_its_article(self) -> None:
        outcome = given(CASE, OPENED).when(suspend()).then(SUSPENDED)
        assert outcome.state.clock == Clock(WEDNESDAY.date(), 19, "hearing")
        assert outcome.state.next_actions[0] == "resume"
        assert outcome.state.status == "in_review"

    def test_resumed_with_what_was_left(self) -> None:
        outcome = given(CASE, OPENED, SUSPENDED).when(resume()).then(RESUMED)
        assert outcome.state.clock == Clock(FRIDAY.date(), 19)

    def test_suspended_again(self) -> None:
        again = suspend(at=FRIDAY, why="inspection", used_days=0)
        outcome = given(CASE, OPENED, SUSPENDED, RESUMED).when(again).then_types(ClockSuspended)
        assert outcome.state.clock == Clock(FRIDAY.date(), 19, "inspection")

    def test_on_the_last_day(self) -> None:
        last_minute = datetime(2026, 3, 30, 23, 59, tzinfo=CHINA)
        outcome = given(CASE, OPENED).when(suspend(at=last_minute, used_days=19)).then_types(ClockSuspended)
        assert outcome.state.clock == Clock(LAST, 1, "hearing")

    def test_extended_once_by_the_head(self) -> None:
        outcome = given(CASE, OPENED).when(extend()).then(EXTENDED)
        assert outcome.state.clock == Clock(MONDAY.date(), 30, extended=True)
        assert "extend" not in outcome.state.next_actions

    def test_extended_while_it_stands_still(self) -> None:
        still = extend(due_on=None, extended_to=None)
        outcome = given(CASE, OPENED, SUSPENDED).when(still).then_types(StageExtended)
        assert outcome.state.clock == Clock(WEDNESDAY.date(), 29, "hearing", extended=True)

    def test_the_holder_may_suspend(self) -> None:
        held = assigned("acceptance", CLERK)
        given(CASE, OPENED, held).when(suspend()).then(SUSPENDED)


class TestIgnoredTheSecondTime:
    def test_suspended_for_the_same(self) -> None:
        given(CASE, OPENED, SUSPENDED).when(suspend(at=FRIDAY)).then_nothing()

    def test_resumed_on_that_day(self) -> None:
        given(CASE, OPENED, SUSPENDED, RESUMED).when(resume()).then_nothing()


OFFICERS = [
    (CITY, "duty_missing"),
    (PROVINCE, "wrong_level"),
    (ZHUZHOU, "outside_jurisdiction"),
    (JIANGXI, "outside_jurisdiction"),
    (AUDITOR, "officers_only"),
    (FILER, "officers_only"),
]


class TestRefused:
    @pytest.mark.parametrize(("by", "code"), OFFICERS, ids=lambda value: getattr(value, "account_id", value))
    def test_to_whom_it_does_not_belong(self, by: Actor, code: str) -> None:
        given(CASE, OPENED).when(suspend(by)).then_refused(code, NotAllowed)
        given(CASE, OPENED, SUSPENDED).when(resume(by)).then_refused(code, NotAllowed)
        given(CASE, OPENED).when(extend(by)).then_refused(code, NotAllowed)

    def test_a_filers_own_officer(self) -> None:
        for order in (suspend(employers=(FIRM,)), extend(employers=(FIRM,))):
            given(CASE, OPENED).when(order).then_refused("works_for_the_filer", NotAllowed)

    def test_held_by_another(self) -> None:
        held = assigned("acceptance", COLLEAGUE)
        given(CASE, OPENED, held).when(suspend()).then_refused("held_by_another", NotAllowed)

    def test_the_holder_does_not_approve_their_own_extension(self) -> None:
        both = officer("both", CHANGSHA_BUREAU, "city", "430100", "accept", "extend")
        held = assigned("acceptance", both)
        given(CASE, OPENED, held).when(extend(both)).then_refused("approver_holds_case", NotAllowed)
        given(CASE, OPENED, held).when(extend()).then_types(StageExtended)

    def test_for_something_else_while_it_stands_still(self) -> None:
        given(CASE, OPENED, SUSPENDED).when(suspend(why="inspection")).then_refused("clock_suspended")

    def test_resumed_though_it_runs(self) -> None:
        given(CASE, OPENED).when(resume()).then_refused("clock_not_suspended")

    def test_what_is_over_is_neither_stopped_nor_lengthened(self) -> None:
        given(CASE, OPENED).when(suspend(at=TOO_LATE)).then_refused("deadline_over")
        given(CASE, OPENED).when(extend(at=TOO_LATE)).then_refused("deadline_over")

    def test_extended_twice(self) -> None:
        given(CASE, OPENED, EXTENDED).when(extend()).then_refused("extended_already")

    def test_where_the_matter_offers_none(self) -> None:
        given(CASE, opened()).when(extend()).then_refused("extension_not_foreseen")

    def test_where_no_limit_runs(self) -> None:
        unlimited = opened(stages=(Stage(name="acceptance", level="city", working_days=0), *OPENED.stages[1:]))
        given(CASE, unlimited).when(suspend(due_on=None)).then_refused("no_limit_runs")

    def test_while_the_filer_corrects(self) -> None:
        for order in (suspend(), resume(), extend()):
            given(CASE, OPENED, returned("acceptance", CLERK)).when(order).then_refused("awaits_correction")

    def test_another_stage(self) -> None:
        given(CASE, OPENED).when(suspend(PROVINCE, stage="second")).then_refused("stage_out_of_order")

    @pytest.mark.parametrize("order", [suspend(), resume(), extend()])
    def test_what_is_decided(self, order: Any) -> None:
        given(CASE, OPENED, rejected("acceptance", CLERK)).when(order).then_refused("already_decided")
        given(CASE, *examined(), approved()).when(order).then_refused("already_decided")

    def test_no_such_case(self) -> None:
        for order in (suspend(), resume(), extend()):
            given(CASE).when(order).then_refused("case_not_found", NotFound)
