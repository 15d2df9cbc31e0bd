"""PassStage: one stage after another, each by an officer of its level, with its duty, of its place."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.message import SYSTEM, Actor
from contracts.review import ClockSuspended, PassStage, Stage, StagePassed
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    AUDITOR,
    CASE_ID,
    CITY,
    CLERK,
    COLLEAGUE,
    DUTYLESS,
    FILER,
    FILING,
    FIRM,
    JIANGXI,
    MONDAY,
    OPERATOR,
    OPINION,
    PERSON,
    PROVINCE,
    STAGES,
    ZHUZHOU,
    approved,
    assigned,
    escalated,
    examined,
    meta,
    opened,
    passed,
    resubmitted,
    returned,
)

HEARING = ClockSuspended(
    case_id=CASE_ID,
    filing_id=FILING,
    stage="acceptance",
    why="hearing",
    reason="申请人要求听证",
    legal_basis="行政许可法第四十五条",
    officer="clerk",
    suspended_on=MONDAY.date(),
    used_days=0,
)


def pass_stage(stage: str, by: Actor, at: datetime = MONDAY) -> PassStage:
    return PassStage(case_id=CASE_ID, stage=stage, opinion=OPINION, meta=meta(by, at))


class TestHappens:
    def test_acceptance_hands_on_to_the_preliminary_review(self) -> None:
        outcome = given(CASE, opened()).when(pass_stage("acceptance", CLERK))
        outcome.then(passed("acceptance", CLERK, next_stage="preliminary", next_level="city"))
        assert outcome.state.stage == STAGES[1]

    def test_the_city_hands_on_to_the_province(self) -> None:
        history = [opened(), passed("acceptance", CLERK)]
        outcome = given(CASE, *history).when(pass_stage("preliminary", CITY))
        outcome.then(passed("preliminary", CITY, next_stage="second", next_level="province"))

    def test_after_the_last_stage_the_case_waits_for_publicity(self) -> None:
        outcome = given(CASE, *examined()[:-1]).when(pass_stage("second", PROVINCE))
        outcome.then(passed("second", PROVINCE, next_stage=None, next_level=None))
        assert outcome.state.status == "passed"
        assert outcome.state.next_actions == ("publicise",)

    def test_without_publicity_it_waits_for_announcement(self) -> None:
        history = examined(publicity_working_days=None)[:-1]
        outcome = given(CASE, *history).when(pass_stage("second", PROVINCE)).then(passed("second", PROVINCE))
        assert outcome.state.next_actions == ("announce",)

    def test_with_neither_the_last_passing_approves(self) -> None:
        history = examined(publicity_working_days=None, announced=False)[:-1]
        outcome = given(CASE, *history).when(pass_stage("second", PROVINCE))
        outcome.then(passed("second", PROVINCE), approved(PROVINCE, MONDAY.date()))
        assert outcome.state.status == "approved"
        assert outcome.state.next_actions == ()

    def test_it_is_decided_on_chinas_date_wherever_the_server_stands(self) -> None:
        history = examined(publicity_working_days=None, announced=False)[:-1]
        late = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
        outcome = given(CASE, *history).when(pass_stage("second", PROVINCE, late))
        assert outcome.events[-1] == approved(PROVINCE, datetime(2026, 3, 3).date())


class TestTheDesk:
    def test_the_holder_keeps_it_where_the_next_stage_is_theirs_too(self) -> None:
        outcome = given(CASE, opened(), assigned("acceptance", COLLEAGUE)).when(
            pass_stage("acceptance", COLLEAGUE)
        )
        outcome.then(passed("acceptance", COLLEAGUE, kept_by="colleague"))
        assert outcome.state.holder == "colleague"

    @pytest.mark.parametrize("next_stage", [{"separate_from": ("acceptance",)}, {"level": "province"}])
    def test_not_where_it_is_another_levels_or_kept_apart(self, next_stage: dict[str, object]) -> None:
        stages = (STAGES[0], STAGES[1].model_copy(update=next_stage))
        history = [opened(stages=stages), assigned("acceptance", COLLEAGUE)]
        outcome = given(CASE, *history).when(pass_stage("acceptance", COLLEAGUE))
        assert outcome.then_types(StagePassed).state.holder is None

    def test_nor_where_the_holder_has_not_its_duty(self) -> None:
        outcome = given(CASE, opened(), assigned("acceptance", CLERK)).when(pass_stage("acceptance", CLERK))
        assert outcome.then(passed("acceptance", CLERK)).state.holder is None

    def test_who_covers_for_the_holder_acts_and_the_case_goes_back_to_all(self) -> None:
        order = pass_stage("acceptance", CLERK).model_copy(update={"covers": ("colleague",)})
        outcome = given(CASE, opened(), assigned("acceptance", COLLEAGUE)).when(order)
        assert outcome.then(passed("acceptance", CLERK)).state.holder is None

    def test_the_level_that_it_was_escalated_to_passes_it(self) -> None:
        history = [opened(), passed("acceptance", CLERK), escalated("preliminary", CITY)]
        given(CASE, *history).when(pass_stage("preliminary", CITY)).then_refused("wrong_level", NotAllowed)
        outcome = given(CASE, *history).when(pass_stage("preliminary", PROVINCE))
        outcome.then(passed("preliminary", PROVINCE))
        assert (outcome.state.level, outcome.state.escalated_to) == ("province", None)


class TestIgnoredTheSecondTime:
    def test_the_same_officer_passes_the_same_stage_again(self) -> None:
        history = [opened(), passed("acceptance", COLLEAGUE)]
        given(CASE, *history).when(pass_stage("acceptance", COLLEAGUE)).then_nothing()

    def test_also_when_the_case_has_long_been_approved(self) -> None:
        history = [*examined(publicity_working_days=None, announced=False), approved()]
        given(CASE, *history).when(pass_stage("second", PROVINCE)).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(("stage", "by"), [("preliminary", CITY), ("second", PROVINCE)])
    def test_a_stage_is_skipped(self, stage: str, by: Actor) -> None:
        refusal = given(CASE, opened()).when(pass_stage(stage, by)).then_refused("stage_out_of_order")
        assert refusal.params == {"stage": stage, "current": "acceptance"}

    def test_a_stage_that_is_not_on_the_route(self) -> None:
        given(CASE, opened()).when(pass_stage("final", CITY)).then_refused("stage_out_of_order")

    def test_another_officer_passes_what_is_passed(self) -> None:
        history = [opened(), passed("acceptance", CLERK)]
        given(CASE, *history).when(pass_stage("acceptance", COLLEAGUE)).then_refused("stage_out_of_order")

    def test_an_officer_of_another_city(self) -> None:
        given(CASE, opened()).when(pass_stage("acceptance", ZHUZHOU)).then_refused(
            "outside_jurisdiction", NotAllowed
        )

    def test_another_province(self) -> None:
        history = examined()[:-1]
        given(CASE, *history).when(pass_stage("second", JIANGXI)).then_refused(
            "outside_jurisdiction", NotAllowed
        )

    def test_a_city_does_not_do_the_provinces_review(self) -> None:
        given(CASE, *examined()[:-1]).when(pass_stage("second", CITY)).then_refused("wrong_level", NotAllowed)

    def test_nor_the_province_the_citys(self) -> None:
        given(CASE, opened()).when(pass_stage("acceptance", PROVINCE)).then_refused("wrong_level", NotAllowed)

    def test_reviewing_is_not_accepting(self) -> None:
        given(CASE, opened()).when(pass_stage("acceptance", CITY)).then_refused("duty_missing", NotAllowed)

    def test_nor_accepting_reviewing(self) -> None:
        history = [opened(), passed("acceptance", CLERK)]
        refusal = (
            given(CASE, *history)
            .when(pass_stage("preliminary", CLERK))
            .then_refused("duty_missing", NotAllowed)
        )
        assert refusal.params == {"duty": "review"}

    def test_an_officer_without_duties(self) -> None:
        given(CASE, *examined()[:-1]).when(pass_stage("second", DUTYLESS)).then_refused(
            "duty_missing", NotAllowed
        )

    @pytest.mark.parametrize("by", [AUDITOR, FILER, OPERATOR, SYSTEM])
    def test_auditors_and_others_change_nothing(self, by: Actor) -> None:
        given(CASE, opened()).when(pass_stage("acceptance", by)).then_refused("officers_only", NotAllowed)

    @pytest.mark.parametrize("tie", [{"person_id": PERSON}, {"enterprise_id": FIRM}])
    def test_ones_own_case(self, tie: dict[str, object]) -> None:
        by = CLERK.model_copy(update=tie)
        given(CASE, opened()).when(pass_stage("acceptance", by)).then_refused("own_case", NotAllowed)

    def test_a_returned_case_waits_for_the_filer(self) -> None:
        history = [opened(), returned("acceptance", CLERK)]
        given(CASE, *history).when(pass_stage("acceptance", CLERK)).then_refused("awaits_correction")

    def test_while_a_hearing_stops_the_clock(self) -> None:
        given(CASE, opened(), HEARING).when(pass_stage("acceptance", CLERK)).then_refused("clock_suspended")

    @pytest.mark.parametrize(
        ("changes", "filled_in", "code"),
        [
            ({"filed_by": "clerk"}, {}, "had_a_hand_in_filing"),
            ({"confirmed_by": ("clerk",)}, {}, "had_a_hand_in_filing"),
            ({}, {"employers": (FIRM,)}, "works_for_the_filer"),
        ],
    )
    def test_whoever_filed_or_confirmed_it_or_works_for_the_filer(
        self, changes: dict[str, object], filled_in: dict[str, object], code: str
    ) -> None:
        order = pass_stage("acceptance", CLERK).model_copy(update=filled_in)
        given(CASE, opened(**changes)).when(order).then_refused(code, NotAllowed)

    def test_the_person_whom_the_corrected_filing_is_about(self) -> None:
        applicant = opened().applicant.model_copy(update={"person_id": UUID(int=7)})
        history = [opened(), returned("acceptance", COLLEAGUE), resubmitted(applicant=applicant)]
        by = CLERK.model_copy(update={"person_id": UUID(int=7)})
        given(CASE, *history).when(pass_stage("acceptance", by)).then_refused("own_case", NotAllowed)

    def test_a_stage_that_is_kept_apart_from_one_that_they_did(self) -> None:
        apart = (STAGES[0], STAGES[1].model_copy(update={"separate_from": ("acceptance",)}), STAGES[2])
        history = [opened(stages=apart), passed("acceptance", COLLEAGUE)]
        refusal = given(CASE, *history).when(pass_stage("preliminary", COLLEAGUE))
        assert refusal.then_refused("examined_before", NotAllowed).params == {"stage": "acceptance"}
        given(CASE, *history).when(pass_stage("preliminary", CITY)).then(passed("preliminary", CITY))

    def test_what_another_officer_holds(self) -> None:
        history = [opened(), assigned("acceptance", COLLEAGUE)]
        given(CASE, *history).when(pass_stage("acceptance", CLERK)).then_refused(
            "held_by_another", NotAllowed
        )

    def test_a_stage_that_the_matter_lets_only_refuse(self) -> None:
        stages = (Stage(name="acceptance", level="city", working_days=5, outcomes=("refuse",)),)
        history = opened(stages=stages)
        given(CASE, history).when(pass_stage("acceptance", CLERK)).then_refused("outcome_not_offered")

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(pass_stage("acceptance", CLERK)).then_refused("case_not_found", NotFound)
