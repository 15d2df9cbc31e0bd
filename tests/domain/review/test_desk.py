"""ClaimCase, AssignCase, ReleaseCase: one case is on one desk, of somebody who may examine it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import Actor
from contracts.review import AssignCase, CaseReleased, ClaimCase, ReleaseCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CHANGSHA_BUREAU,
    CITY,
    CLERK,
    COLLEAGUE,
    FILING,
    FIRM,
    PERSON,
    PROVINCE,
    REASON,
    STAGES,
    ZHUZHOU,
    assigned,
    escalated,
    meta,
    officer,
    opened,
    passed,
    rejected,
)

CHIEF = officer("chief", CHANGSHA_BUREAU, "city", "430100", "assign")
NEWCOMER = officer("newcomer", CHANGSHA_BUREAU, "city", "430100", "accept")


def claim(by: Actor, stage: str = "acceptance", **filled_in: Any) -> ClaimCase:
    return ClaimCase(case_id=CASE_ID, stage=stage, meta=meta(by), **filled_in)


def assign(to: Actor | None, by: Actor = CHIEF, stage: str = "acceptance", **more: Any) -> AssignCase:
    account = to.account_id if to is not None else "nobody"
    return AssignCase(case_id=CASE_ID, stage=stage, officer=account, assignee=to, meta=meta(by), **more)


def release(by: Actor, stage: str = "acceptance", **filled_in: Any) -> ReleaseCase:
    return ReleaseCase(case_id=CASE_ID, stage=stage, meta=meta(by), **filled_in)


def released(who: Actor, by: Actor) -> CaseReleased:
    return CaseReleased(
        case_id=CASE_ID,
        filing_id=FILING,
        stage="acceptance",
        officer=who.account_id,
        by=by.account_id,
        reason=None,
    )


class TestClaimHappens:
    def test_nobody_held_it(self) -> None:
        outcome = given(CASE, opened()).when(claim(CLERK)).then(assigned("acceptance", CLERK))
        assert outcome.state.holder == "clerk"

    def test_at_the_level_that_it_was_escalated_to(self) -> None:
        history = [opened(), passed("acceptance", CLERK), escalated("preliminary", CITY)]
        outcome = given(CASE, *history).when(claim(PROVINCE, "preliminary"))
        outcome.then(assigned("preliminary", PROVINCE))


class TestClaimIgnoredTheSecondTime:
    def test_it_is_on_this_desk(self) -> None:
        given(CASE, opened(), assigned("acceptance", CLERK)).when(claim(CLERK)).then_nothing()


class TestClaimRefused:
    @pytest.mark.parametrize("covers", [(), ("colleague",)])
    def test_it_is_on_another_desk_even_of_one_they_cover_for(self, covers: tuple[str, ...]) -> None:
        history = [opened(), assigned("acceptance", COLLEAGUE)]
        given(CASE, *history).when(claim(CLERK, covers=covers)).then_refused("held_by_another", NotAllowed)

    @pytest.mark.parametrize(
        ("by", "code"),
        [
            (CITY, "duty_missing"),
            (PROVINCE, "wrong_level"),
            (ZHUZHOU, "outside_jurisdiction"),
            (AUDITOR, "officers_only"),
            (CLERK.model_copy(update={"person_id": PERSON}), "own_case"),
        ],
    )
    def test_by_somebody_who_could_not_examine_it(self, by: Actor, code: str) -> None:
        given(CASE, opened()).when(claim(by)).then_refused(code, NotAllowed)

    def test_a_stage_that_is_not_the_present_one(self) -> None:
        given(CASE, opened()).when(claim(CITY, "preliminary")).then_refused("stage_out_of_order")

    def test_what_is_decided(self) -> None:
        history = [opened(), rejected("acceptance", CLERK)]
        given(CASE, *history).when(claim(CLERK)).then_refused("already_decided")

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(claim(CLERK)).then_refused("case_not_found", NotFound)


class TestAssignHappens:
    def test_by_who_assigns(self) -> None:
        given(CASE, opened()).when(assign(CLERK)).then(assigned("acceptance", CLERK, CHIEF))

    def test_also_from_one_desk_to_another(self) -> None:
        outcome = given(CASE, opened(), assigned("acceptance", CLERK)).when(assign(COLLEAGUE, reason=REASON))
        outcome.then(assigned("acceptance", COLLEAGUE, CHIEF, former="clerk", reason=REASON))

    def test_the_holder_hands_it_over(self) -> None:
        outcome = given(CASE, opened(), assigned("acceptance", CLERK)).when(assign(COLLEAGUE, by=CLERK))
        outcome.then(assigned("acceptance", COLLEAGUE, CLERK, former="clerk"))

    def test_or_who_covers_for_them(self) -> None:
        order = assign(COLLEAGUE, by=NEWCOMER, covers=("clerk",))
        outcome = given(CASE, opened(), assigned("acceptance", CLERK)).when(order)
        outcome.then(assigned("acceptance", COLLEAGUE, NEWCOMER, former="clerk"))

    def test_handed_out(self) -> None:
        outcome = given(CASE, opened()).when(assign(CLERK, how="handed_out"))
        outcome.then(assigned("acceptance", CLERK, CHIEF, how="handed_out"))


class TestAssignIgnoredTheSecondTime:
    def test_it_is_on_that_desk(self) -> None:
        given(CASE, opened(), assigned("acceptance", CLERK)).when(assign(CLERK)).then_nothing()


class TestAssignRefused:
    @pytest.mark.parametrize(
        ("to", "code"),
        [
            (CITY, "duty_missing"),
            (PROVINCE, "wrong_level"),
            (ZHUZHOU, "outside_jurisdiction"),
            (AUDITOR, "officers_only"),
            (CLERK.model_copy(update={"person_id": PERSON}), "own_case"),
            (None, "account_not_found"),
        ],
    )
    def test_to_somebody_who_could_not_examine_it(self, to: Actor | None, code: str) -> None:
        refusal = given(CASE, opened()).when(assign(to)).then_refused("assignee_unfit")
        assert [one["code"] for one in refusal.problems] == [code]

    def test_to_somebody_who_works_for_the_filer(self) -> None:
        refusal = given(CASE, opened()).when(assign(CLERK, assignee_employers=(FIRM,)))
        assert refusal.then_refused("assignee_unfit").problems[0]["code"] == "works_for_the_filer"

    def test_to_who_did_a_stage_that_is_kept_apart(self) -> None:
        apart = (STAGES[0], STAGES[1].model_copy(update={"separate_from": ("acceptance",)}))
        history = [opened(stages=apart), passed("acceptance", COLLEAGUE)]
        refusal = given(CASE, *history).when(assign(COLLEAGUE, stage="preliminary"))
        assert refusal.then_refused("assignee_unfit").problems[0]["code"] == "examined_before"

    @pytest.mark.parametrize("by", [CLERK, COLLEAGUE])
    def test_by_who_neither_holds_it_nor_assigns(self, by: Actor) -> None:
        given(CASE, opened()).when(assign(NEWCOMER, by=by)).then_refused("duty_missing", NotAllowed)

    def test_by_who_assigns_elsewhere(self) -> None:
        by = ZHUZHOU.model_copy(update={"duties": ("assign",)})
        given(CASE, opened()).when(assign(CLERK, by=by)).then_refused("outside_jurisdiction", NotAllowed)

    def test_by_who_works_for_the_filer_and_would_choose_the_examiner(self) -> None:
        order = assign(CLERK, employers=(FIRM,))
        given(CASE, opened()).when(order).then_refused("works_for_the_filer", NotAllowed)

    def test_handed_out_after_somebody_took_it(self) -> None:
        history = [opened(), assigned("acceptance", CLERK)]
        outcome = given(CASE, *history).when(assign(COLLEAGUE, how="handed_out"))
        outcome.then_refused("held_by_another", NotAllowed)

    def test_of_an_account_that_nobody_looked_up(self) -> None:
        order = assign(CLERK).model_copy(update={"assignee": None})
        given(CASE, opened()).when(order).then_refused("assignee_unfit")


class TestReleaseHappens:
    @pytest.mark.parametrize("by", [CLERK, CHIEF])
    def test_by_the_holder_or_who_assigns(self, by: Actor) -> None:
        outcome = given(CASE, opened(), assigned("acceptance", CLERK)).when(release(by))
        assert outcome.then(released(CLERK, by)).state.holder is None


class TestReleaseIgnoredTheSecondTime:
    def test_it_is_on_nobodys_desk(self) -> None:
        given(CASE, opened()).when(release(CHIEF)).then_nothing()


class TestReleaseRefused:
    def test_by_another_officer(self) -> None:
        history = [opened(), assigned("acceptance", COLLEAGUE)]
        given(CASE, *history).when(release(CLERK)).then_refused("duty_missing", NotAllowed)

    def test_of_another_city(self) -> None:
        history = [opened(), assigned("acceptance", COLLEAGUE)]
        by = officer("other", UUID(int=430200), "city", "430200", "assign")
        given(CASE, *history).when(release(by)).then_refused("outside_jurisdiction", NotAllowed)
