"""The time after the last stage: for making it public, and after that for deciding; reminded, and put on record when missed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.matters.route import DecisionLimit
from contracts.message import Event
from contracts.review import DeadlineMissed, DeadlineNear, StageReopened
from contracts.working_days import WorkingDays
from services.kernel.testing import given
from services.review.domain.decide import CASE
from services.review.domain.silence import Run, runs
from services.review.due import deadlines_of
from tests.domain.review.samples import CASE_ID, ENDED, FILING, LAST_DAY, MONDAY, PUBLICISED, approved, examined, opened
from tests.domain.review.test_silence import keep

ARTICLE = "《中华人民共和国行政许可法》第四十二条"
LIMIT = DecisionLimit(working_days=5, remind_before=2, legal_basis=ARTICLE)
PASSED_ON, DUE = MONDAY.date(), date(2026, 3, 9)
WAITING = examined(decision=LIMIT)
AFTER_SHOWN = [*WAITING, PUBLICISED, ENDED]


def last_days(history: list[Event]) -> list[tuple[str, date | None]]:
    return [(one.deadline, one.due_on) for one in deadlines_of(CASE.fold(history), WorkingDays())]


@pytest.mark.parametrize(
    ("history", "began_on"),
    [
        (WAITING[:-1], None),  # a stage is still to be done
        (WAITING, PASSED_ON),
        ([*WAITING, PUBLICISED], None),
        (AFTER_SHOWN, LAST_DAY),
        ([*AFTER_SHOWN, approved()], None),
        (examined(), None),  # the matter sets no time
    ],
)
def test_when_it_runs(history: list[Event], began_on: date | None) -> None:
    found = [one for one in runs(CASE.fold(history)) if one.deadline == "decision"]
    assert found == ([Run("decision", "", began_on, 5)] if began_on is not None else [])
    told = [day for name, day in last_days(history) if name == "decision"]
    assert told == ([WorkingDays().add(began_on, 5)] if began_on is not None else [])


def decision(**more: Any) -> Any:
    return keep(**{"deadline": "decision", "key": "", "began_on": PASSED_ON, "days_left": 5, "due_on": DUE, **more})


def test_its_officers_are_reminded_and_it_is_on_record_when_missed() -> None:
    said = {"case_id": CASE_ID, "filing_id": FILING, "deadline": "decision", "key": "", "stage": None}
    day = {"due_on": DUE, "began_on": PASSED_ON}
    given(CASE, *WAITING).when(decision(near=True)).then(DeadlineNear(**said, **day))
    missed = given(CASE, *WAITING).when(decision()).then(DeadlineMissed(**said, **day))
    assert missed.state.status == "passed", "nobody is above who has to decide"
    given(CASE, *WAITING, DeadlineMissed(**said, **day)).when(decision()).then_nothing()


def test_after_the_publicity_it_runs_anew() -> None:
    again = decision(began_on=LAST_DAY, due_on=date(2026, 3, 23))
    given(CASE, *AFTER_SHOWN).when(again).then_types(DeadlineMissed)
    given(CASE, *AFTER_SHOWN).when(decision()).then_nothing()
    given(CASE, opened(decision=LIMIT)).when(decision()).then_nothing()


def test_a_stage_that_is_opened_anew_has_its_own_time() -> None:
    where = {"case_id": CASE_ID, "filing_id": FILING, "stage": "second", "level": "province"}
    reopened = StageReopened(**where, objection_id=UUID(int=7), reopened_on=LAST_DAY)
    assert "decision" not in [name for name, _ in last_days([*WAITING, PUBLICISED, reopened])]
