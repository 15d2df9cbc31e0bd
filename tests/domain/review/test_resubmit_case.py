"""ResubmitCase: the corrected filing goes on in the same case, at the stage that returned it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import SYSTEM, Actor, derived_id
from contracts.review import CaseLapsed, PassStage, ResubmitCase
from services.kernel.testing import given
from services.review.domain.case import Clock
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    CASE_ID,
    CITY,
    CLERK,
    COLLEAGUE,
    DAY_AFTER,
    FILER,
    FILING,
    OPINION,
    STAGES,
    meta,
    opened,
    passed,
    rejected,
    resubmitted,
    returned,
)

LAPSED = CaseLapsed(
    case_id=CASE_ID,
    filing_id=FILING,
    round=1,
    due_on=date(2026, 3, 13),
    legal_basis=None,
    lapsed_on=date(2026, 3, 14),
)


def resubmit(rounds: int = 2, by: Actor = SYSTEM, stage: str = "acceptance", **changes: Any) -> ResubmitCase:
    body = resubmitted(rounds, stage, submitted_at=DAY_AFTER, **changes).model_dump(exclude={"filing_id", "stage"})
    return ResubmitCase(**body, meta=meta(by, DAY_AFTER))


def examine(stage: str, by: Actor, **changes: Any) -> PassStage:
    return PassStage(case_id=CASE_ID, stage=stage, opinion=OPINION, meta=meta(by, DAY_AFTER), **changes)


class TestHappens:
    def test_at_the_stage_that_returned_it_with_the_days_that_were_left(self) -> None:
        history = [opened(), passed("acceptance", CLERK), returned("preliminary", CITY, used_days=3)]
        outcome = given(CASE, *history).when(resubmit())
        outcome.then(resubmitted(stage="preliminary", submitted_at=DAY_AFTER))
        state = outcome.state
        assert (state.status, state.stage, state.round) == ("in_review", STAGES[1], 2)
        assert state.clock == Clock(DAY_AFTER.date(), 17)

    def test_the_earlier_submission_stays_readable(self) -> None:
        state = given(CASE, opened(), returned("acceptance", CLERK)).when(resubmit()).state
        assert [(one.round, one.form.get("school")) for one in state.submissions] == [
            (1, None),
            (2, "湖南大学"),
        ]

    def test_also_when_it_was_on_its_way_while_the_case_lapsed(self) -> None:
        outcome = given(CASE, opened(), returned("acceptance", CLERK, used_days=1), LAPSED).when(resubmit())
        outcome.then(resubmitted(submitted_at=DAY_AFTER))
        assert (outcome.state.status, outcome.state.clock) == ("in_review", Clock(DAY_AFTER.date(), 4))


    def test_who_agreed_to_it_anew_or_before_does_not_examine_it(self) -> None:
        history = [opened(confirmed_by=(CITY.account_id,)), returned("acceptance", CLERK)]
        outcome = given(CASE, *history).when(resubmit(confirmed_by=(COLLEAGUE.account_id,)))
        for one, stage in ((COLLEAGUE, "acceptance"), (CITY, "preliminary")):
            order = examine(stage, one)
            refused = given(CASE, *history, *outcome.events).when(order)
            refused.then_refused("had_a_hand_in_filing", NotAllowed)

    def test_nor_who_works_for_an_enterprise_that_agreed(self) -> None:
        party = derived_id("a party")
        for changes in ({"party_enterprises": (party,)}, {}):
            history = [opened(**({} if changes else {"party_enterprises": (party,)})), returned("acceptance", CLERK)]
            outcome = given(CASE, *history).when(resubmit(**changes))
            order = examine("acceptance", CLERK, employers=(party,))
            given(CASE, *history, *outcome.events).when(order).then_refused("works_for_a_party", NotAllowed)


class TestIgnoredTheSecondTime:
    def test_that_round_is_there(self) -> None:
        history = [opened(), returned("acceptance", CLERK), resubmitted()]
        given(CASE, *history).when(resubmit()).then_nothing()

    def test_also_when_it_was_returned_again_since(self) -> None:
        history = [
            opened(),
            returned("acceptance", CLERK),
            resubmitted(),
            returned("acceptance", CLERK, round=2),
        ]
        given(CASE, *history).when(resubmit()).then_nothing()


class TestRefused:
    def test_what_was_not_returned(self) -> None:
        given(CASE, opened()).when(resubmit()).then_refused("not_returned")

    def test_what_is_decided(self) -> None:
        history = [opened(), rejected("acceptance", CLERK)]
        given(CASE, *history).when(resubmit()).then_refused("already_decided")

    @pytest.mark.parametrize("by", [CLERK, FILER])
    def test_by_anybody_but_the_product_itself(self, by: Actor) -> None:
        history = [opened(), returned("acceptance", CLERK)]
        given(CASE, *history).when(resubmit(by=by)).then_refused("system_only", NotAllowed)

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(resubmit()).then_refused("case_not_found", NotFound)
