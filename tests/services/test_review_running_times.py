"""The rows of running times tell what the log tells, whatever happened."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from contracts.errors import Refusal
from contracts.message import SYSTEM, Event, Recorded
from contracts.review import (
    CorrectionLimit,
    DecisionLimit,
    EndPublicity,
    Extension,
    GrantedBySilence,
    KeepDeadline,
    ObjectionAnswered,
    Silence,
    Stage,
    StageReopened,
)
from services.review.deadlines import DEADLINES
from services.review.domain.decide import CASE
from services.review.due import deadlines_of
from tests.domain.review.samples import CASE_ID, ENDED, FILING, HUNAN_DEPARTMENT, PUBLICISED, examined, meta, opened
from tests.domain.review.test_clock_table import KNOWN, Story, noon
from tests.domain.review.test_silence import LODGED, OBJECTION
from tests.services.keeper_stage import (
    ARTICLE,
    DUE,
    RECEIVED,
    SECOND,
    Ground,
    after,
    databases,
    ground,
    happened,
    keeper,
    orders,
)

__all__ = ["databases", "ground"]  # fixtures
VERBS = ("hearing", "inspection", "resume", "extend", "return", "resubmit", "pass 20", "keep", "keep", "remind")


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


@pytest.mark.parametrize(
    ("since", "due_on"),
    [
        ([], DUE),
        ([PUBLICISED], None),
        ([PUBLICISED, ENDED], date(2026, 3, 23)),
        ([PUBLICISED, LODGED, UPHELD, REOPENED], None),
    ],
    ids=["passed", "shown", "shown-enough", "reopened"],
)
def test_the_time_after_the_last_stage_too(ground: Ground, since: list[Event], due_on: date | None) -> None:
    events = [*examined(decision=DecisionLimit(working_days=5, remind_before=2)), *since]
    happened(ground, *events)
    told = [one for one in deadlines_of(CASE.fold(events), KNOWN) if one.deadline == "decision"]
    assert [one for one in keeper(ground).of_cases([CASE_ID]) if one.deadline == "decision"] == told
    assert [one.due_on for one in told] == [due_on] * (due_on is not None)
    keeper(ground).tick(after(date(2026, 6, 1)))
    given = [one for one in orders(ground) if one.deadline == "decision"]
    assert [(one.due_on, one.near) for one in given] == [(due_on, False)] * (due_on is not None)
    for one in given:
        assert CASE.decide(CASE.fold(events), one), "the log agrees"


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
