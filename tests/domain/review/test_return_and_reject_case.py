"""ReturnCase and RejectCase: what they have in common. What is told of a return is in test_return_case.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor, Event
from contracts.review import RejectCase, ReturnCase, Stage
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CITY,
    CLERK,
    COLLEAGUE,
    DAY_AFTER,
    MONDAY,
    PROVINCE,
    REASON,
    ZHUZHOU,
    approved,
    examined,
    meta,
    opened,
    passed,
    rejected,
    returned,
)

Made = Callable[[str, Actor], Event]
Ending = type[ReturnCase] | type[RejectCase]
BOTH = pytest.mark.parametrize(("ending", "event"), [(ReturnCase, returned), (RejectCase, rejected)])
STANDS = {ReturnCase: "awaits_correction", RejectCase: "already_decided"}
"""What is told to whoever comes after it."""


def end(
    ending: Ending, stage: str, by: Actor, reason: str = REASON, at: datetime = MONDAY
) -> ReturnCase | RejectCase:
    return ending(case_id=CASE_ID, stage=stage, reason=reason, meta=meta(by, at))


@BOTH
class TestHappens:
    def test_at_acceptance(self, ending: Ending, event: Made) -> None:
        outcome = given(CASE, opened()).when(end(ending, "acceptance", CLERK))
        outcome.then(event("acceptance", CLERK))
        assert outcome.state.status in ("returned", "rejected")
        assert outcome.state.next_actions == ()

    def test_at_the_last_stage(self, ending: Ending, event: Made) -> None:
        outcome = given(CASE, *examined()[:-1]).when(end(ending, "second", PROVINCE))
        outcome.then(event("second", PROVINCE))


@BOTH
class TestIgnoredTheSecondTime:
    def test_the_same_order_again(self, ending: Ending, event: Made) -> None:
        history = [opened(), event("acceptance", CLERK)]
        given(CASE, *history).when(end(ending, "acceptance", CLERK)).then_nothing()

    def test_also_on_the_day_after(self, ending: Ending, event: Made) -> None:
        history = [opened(), event("acceptance", CLERK)]
        given(CASE, *history).when(end(ending, "acceptance", CLERK, at=DAY_AFTER)).then_nothing()


@BOTH
class TestRefused:
    def test_another_reason_does_not_replace_the_one_that_was_told(self, ending: Ending, event: Made) -> None:
        history = [opened(), event("acceptance", CLERK)]
        outcome = given(CASE, *history).when(end(ending, "acceptance", CLERK, "照片不清晰"))
        outcome.then_refused(STANDS[ending])

    def test_another_officer_decides_again(self, ending: Ending, event: Made) -> None:
        history = [opened(), event("acceptance", CLERK)]
        given(CASE, *history).when(end(ending, "acceptance", COLLEAGUE)).then_refused(STANDS[ending])

    def test_after_approval(self, ending: Ending, event: Made) -> None:
        history = [*examined(publicity_working_days=None, announced=False), approved()]
        given(CASE, *history).when(end(ending, "second", PROVINCE)).then_refused("already_decided")

    def test_at_a_stage_that_is_not_the_present_one(self, ending: Ending, event: Made) -> None:
        given(CASE, opened()).when(end(ending, "second", PROVINCE)).then_refused("stage_out_of_order")

    def test_at_a_stage_that_is_passed_even_by_who_passed_it(self, ending: Ending, event: Made) -> None:
        history = [opened(), passed("acceptance", CLERK)]
        given(CASE, *history).when(end(ending, "acceptance", CLERK)).then_refused("stage_out_of_order")

    def test_when_all_stages_are_passed(self, ending: Ending, event: Made) -> None:
        given(CASE, *examined()).when(end(ending, "second", PROVINCE)).then_refused("stage_out_of_order")

    def test_by_an_officer_of_another_city(self, ending: Ending, event: Made) -> None:
        outcome = given(CASE, opened()).when(end(ending, "acceptance", ZHUZHOU))
        outcome.then_refused("outside_jurisdiction", NotAllowed)

    def test_by_an_officer_of_another_level(self, ending: Ending, event: Made) -> None:
        given(CASE, opened()).when(end(ending, "acceptance", PROVINCE)).then_refused(
            "wrong_level", NotAllowed
        )

    def test_without_the_duty(self, ending: Ending, event: Made) -> None:
        given(CASE, opened()).when(end(ending, "acceptance", CITY)).then_refused("duty_missing", NotAllowed)

    def test_by_an_auditor(self, ending: Ending, event: Made) -> None:
        given(CASE, opened()).when(end(ending, "acceptance", AUDITOR)).then_refused(
            "officers_only", NotAllowed
        )

    def test_where_the_matter_lets_a_stage_only_pass(self, ending: Ending, event: Made) -> None:
        stages = (Stage(name="acceptance", level="city", working_days=5, outcomes=("pass",)),)
        outcome = given(CASE, opened(stages=stages)).when(end(ending, "acceptance", CLERK))
        outcome.then_refused("outcome_not_offered")

    def test_there_is_no_such_case(self, ending: Ending, event: Made) -> None:
        given(CASE).when(end(ending, "acceptance", CLERK)).then_refused("case_not_found", NotFound)
