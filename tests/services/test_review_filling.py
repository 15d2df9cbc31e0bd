"""What the service fills in: last days and days used by the calendar, employers, covers, who is to get a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from contracts.message import Actor, Command, Event
from contracts.review import (
    AssignCase,
    ClockSuspended,
    PassStage,
    PubliciseCase,
    ReturnCase,
)
from contracts.working_days import CalendarEnds, WorkingDays
from services.kernel.kernel import Ground
from services.kernel.testing import CHINA
from services.review.domain.decide import CASE
from services.review.filling import Facts
from tests.domain.review.samples import (
    CASE_ID,
    CLERK,
    COLLEAGUE,
    FILING,
    FIRM,
    MONDAY,
    OPINION,
    PERSON,
    PROVINCE,
    REASON,
    examined,
    meta,
    opened,
    returned,
)

THURSDAY = MONDAY + timedelta(days=3)
LATE = datetime(2026, 12, 30, 9, 0, tzinfo=CHINA)
EMPLOYEE = CLERK.model_copy(update={"person_id": PERSON})
HEARING = ClockSuspended(
    case_id=CASE_ID,
    filing_id=FILING,
    stage="acceptance",
    why="hearing",
    reason=REASON,
    legal_basis="行政许可法第四十五条",
    officer="clerk",
    suspended_on=MONDAY.date(),
    used_days=0,
)


def about(command: Command, *history: Event, **known: Any) -> dict[str, Any]:
    """What is filled into a command to the case of this history; nothing has to be asked of anybody."""
    case = CASE.fold(history)
    days = WorkingDays()
    facts = Facts(cast(Ground, None), days, {CASE_ID: case})
    actor, at = command.meta.actor, command.meta.at
    covered = {(actor.account_id, at.astimezone(CHINA).date()): ("colleague",)}
    return replace(facts, **{"covered": covered, **known}).about(command)


def pass_stage(at: datetime = THURSDAY, by: Actor = CLERK) -> PassStage:
    return PassStage(case_id=CASE_ID, stage="acceptance", opinion=OPINION, meta=meta(by, at))


def return_case(at: datetime = THURSDAY) -> ReturnCase:
    return ReturnCase(case_id=CASE_ID, stage="acceptance", reason=REASON, meta=meta(CLERK, at))


class TestDays:
    def test_the_last_day_and_the_days_in_between(self) -> None:
        update = about(pass_stage(), opened())
        assert (update["due_on"], update["used_days"]) == (date(2026, 3, 9), 2)

    def test_on_the_first_day_none_is_used(self) -> None:
        assert about(return_case(MONDAY), opened())["used_days"] == 0

    @pytest.mark.parametrize("stopped", [HEARING, returned("acceptance", CLERK)])
    def test_a_clock_that_stands_still_uses_none_and_has_no_last_day(self, stopped: Event) -> None:
        assert {"due_on", "used_days"} & set(about(pass_stage(), opened(), stopped)) == set()

    def test_beyond_the_calendar_the_officer_works_on_without_a_last_day(self) -> None:
        late = opened(submitted_at=LATE)
        assert about(pass_stage(LATE), late)["due_on"] is None
        january = about(pass_stage(LATE + timedelta(days=9)), late)
        assert (january["due_on"], january["used_days"]) == (None, 0)

    def test_but_what_is_left_is_not_guessed(self) -> None:
        late = opened(submitted_at=LATE)
        with pytest.raises(CalendarEnds):
            about(return_case(LATE + timedelta(days=9)), late)

    def test_a_publicity_is_counted_from_today(self) -> None:
        shown = PubliciseCase(case_id=CASE_ID, meta=meta(PROVINCE))
        update = about(shown, *examined())
        assert (update["starts_on"], update["ends_on"]) == (MONDAY.date(), date(2026, 3, 16))

    def test_and_refused_beyond_the_calendar(self) -> None:
        shown = PubliciseCase(case_id=CASE_ID, meta=meta(PROVINCE, LATE))
        with pytest.raises(CalendarEnds):
            about(shown, *examined())


class TestPeople:
    def test_employers_are_those_of_the_person_behind_the_account(self) -> None:
        known = {"employed": {PERSON: FIRM}}
        assert about(pass_stage(by=EMPLOYEE), opened(), **known)["employers"] == (FIRM,)
        assert about(pass_stage(), opened(), **known)["employers"] == ()

    def test_covers_are_of_the_day(self) -> None:
        assert about(pass_stage(), opened())["covers"] == ("colleague",)

    def test_the_assignee_comes_with_their_own_employers(self) -> None:
        to = COLLEAGUE.model_copy(update={"person_id": PERSON})
        order = AssignCase(case_id=CASE_ID, stage="acceptance", officer="colleague", meta=meta(CLERK))
        update = about(order, opened(), people={"colleague": to}, employed={PERSON: FIRM})
        assert (update["assignee"], update["assignee_employers"], update["employers"]) == (to, (FIRM,), ())

    def test_an_account_that_is_not_there_is_nobody(self) -> None:
        order = AssignCase(case_id=CASE_ID, stage="acceptance", officer="nobody", meta=meta(CLERK))
        assert about(order, opened(), people={"nobody": None})["assignee"] is None


def test_of_a_case_that_is_not_there_only_people_are_looked_up() -> None:
    order = pass_stage().model_copy(update={"case_id": UUID(int=9)})
    assert set(about(order)) == {"employers", "covers"}
