"""EscalateCase and HandBackCase: the level above on the case's own route acts in the stage, and gives it back."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor
from contracts.review import CaseHandedBack, EscalateCase, HandBackCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    CASE_ID,
    CITY,
    CLERK,
    COLLEAGUE,
    FILING,
    PROVINCE,
    REASON,
    assigned,
    escalated,
    meta,
    opened,
    passed,
    returned,
)

PRELIMINARY = [opened(), passed("acceptance", CLERK)]
HANDED_BACK = CaseHandedBack(
    case_id=CASE_ID,
    filing_id=FILING,
    stage="preliminary",
    from_level="province",
    to_level="city",
    reason=REASON,
    officer="province",
)


def escalate(by: Actor = CITY, stage: str = "preliminary") -> EscalateCase:
    return EscalateCase(case_id=CASE_ID, stage=stage, reason=REASON, meta=meta(by))


def hand_back(by: Actor = PROVINCE, stage: str = "preliminary") -> HandBackCase:
    return HandBackCase(case_id=CASE_ID, stage=stage, reason=REASON, meta=meta(by))


class TestHappens:
    def test_up_and_from_the_desk(self) -> None:
        outcome = given(CASE, *PRELIMINARY, assigned("preliminary", CITY)).when(escalate())
        outcome.then(escalated("preliminary", CITY))
        assert (outcome.state.level, outcome.state.holder) == ("province", None)
        assert "hand_back" in outcome.state.next_actions
        assert "escalate" not in outcome.state.next_actions

    def test_and_back(self) -> None:
        outcome = given(CASE, *PRELIMINARY, escalated("preliminary", CITY)).when(hand_back())
        outcome.then(HANDED_BACK)
        assert (outcome.state.level, outcome.state.escalated_to) == ("city", None)

    def test_and_up_again(self) -> None:
        history = [*PRELIMINARY, escalated("preliminary", CITY), HANDED_BACK]
        given(CASE, *history).when(escalate()).then(escalated("preliminary", CITY))

    def test_what_went_up_by_itself_is_given_back_too(self) -> None:
        given(CASE, *PRELIMINARY, escalated("preliminary", None)).when(hand_back()).then(HANDED_BACK)


class TestIgnoredTheSecondTime:
    def test_up(self) -> None:
        given(CASE, *PRELIMINARY, escalated("preliminary", CITY)).when(escalate()).then_nothing()

    def test_back(self) -> None:
        history = [*PRELIMINARY, escalated("preliminary", CITY), HANDED_BACK]
        given(CASE, *history).when(hand_back()).then_nothing()


class TestRefused:
    def test_there_is_nobody_above(self) -> None:
        history: list[Any] = [*PRELIMINARY, passed("preliminary", CITY)]
        refusal = given(CASE, *history).when(escalate(PROVINCE, "second")).then_refused("no_level_above")
        assert refusal.params == {"level": "province"}

    def test_nor_twice_above(self) -> None:
        history = [*PRELIMINARY, escalated("preliminary", None)]
        given(CASE, *history).when(escalate(PROVINCE)).then_refused("no_level_above")

    def test_back_what_never_went_up(self) -> None:
        given(CASE, *PRELIMINARY).when(hand_back(CITY)).then_refused("not_escalated")

    def test_back_by_the_level_that_it_came_from(self) -> None:
        history = [*PRELIMINARY, escalated("preliminary", CITY)]
        given(CASE, *history).when(hand_back(COLLEAGUE)).then_refused("wrong_level", NotAllowed)

    @pytest.mark.parametrize("order", [escalate(COLLEAGUE), hand_back(COLLEAGUE)])
    def test_what_another_officer_holds(self, order: Any) -> None:
        history = [*PRELIMINARY, assigned("preliminary", CITY)]
        given(CASE, *history).when(order).then_refused("held_by_another", NotAllowed)

    def test_what_waits_for_the_filer(self) -> None:
        history = [*PRELIMINARY, returned("preliminary", CITY)]
        given(CASE, *history).when(escalate()).then_refused("awaits_correction")

    def test_a_stage_that_is_not_the_present_one(self) -> None:
        given(CASE, opened()).when(escalate()).then_refused("stage_out_of_order")

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(escalate()).then_refused("case_not_found", NotFound)
