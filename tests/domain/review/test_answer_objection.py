"""AssignObjection and AnswerObjection: by who shows the case and judged nothing of it; what an answer brings about."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.files import FileRef
from contracts.message import Actor
from contracts.review import StagePassed
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.objected import (
    HEAD,
    SECOND,
    SECOND_HEAD,
    STRANGER,
    WHILE_SHOWN,
    answer,
    answered,
    assign,
    assigned,
    lodged,
    reopened,
    shown,
)
from tests.domain.review.samples import (
    AUDITOR,
    CITY,
    DAY_AFTER,
    DUTYLESS,
    ENDED,
    FIRM,
    JIANGXI,
    PROVINCE,
    PUBLICISED,
    approved,
    passed,
    returned,
)
from tests.domain.review.test_publicity import end, publicise

NOT_THEIRS = [
    (CITY, "wrong_level"),
    (DUTYLESS, "duty_missing"),
    (JIANGXI, "outside_jurisdiction"),
    (AUDITOR, "officers_only"),
    (STRANGER, "officers_only"),
    (HEAD.model_copy(update={"enterprise_id": FIRM}), "own_case"),
]


class TestAssignHappens:
    def test_to_who_may_answer(self) -> None:
        given(CASE, *shown(), lodged()).when(assign()).then(assigned())

    def test_by_an_examiner_too(self) -> None:
        given(CASE, *shown(), lodged()).when(assign(by=PROVINCE)).then(assigned(by=PROVINCE))

    def test_to_somebody_else_instead(self) -> None:
        given(CASE, *shown(), lodged(), assigned()).when(assign(SECOND_HEAD, HEAD)).then(assigned(SECOND_HEAD, HEAD))


class TestAssignIgnoredTheSecondTime:
    def test_to_the_same_officer(self) -> None:
        given(CASE, *shown(), lodged(), assigned()).when(assign()).then_nothing()


class TestAssignRefused:
    @pytest.mark.parametrize(
        ("to", "code"),
        [
            (PROVINCE, "examined_before"),
            (DUTYLESS, "duty_missing"),
            (CITY, "wrong_level"),
            (JIANGXI, "outside_jurisdiction"),
            (None, "account_not_found"),
        ],
    )
    def test_to_somebody_who_could_not_answer(self, to: Actor | None, code: str) -> None:
        refusal = given(CASE, *shown(), lodged()).when(assign(to)).then_refused("assignee_unfit")
        assert [one["code"] for one in refusal.problems] == [code]

    def test_to_somebody_who_works_for_the_filer(self) -> None:
        refusal = given(CASE, *shown(), lodged()).when(assign(assignee_employers=(FIRM,))).then_refused("assignee_unfit")
        assert [one["code"] for one in refusal.problems] == ["works_for_the_filer"]

    @pytest.mark.parametrize(("by", "code"), NOT_THEIRS)
    def test_by_somebody_who_may_not(self, by: Actor, code: str) -> None:
        given(CASE, *shown(), lodged()).when(assign(by=by)).then_refused(code, NotAllowed)

    def test_once_it_is_answered(self) -> None:
        given(CASE, *shown(), lodged(), answered()).when(assign()).then_refused("objection_already_answered")

    def test_there_is_no_such_objection(self) -> None:
        given(CASE, *shown()).when(assign()).then_refused("objection_not_found", NotFound)
        given(CASE).when(assign()).then_refused("case_not_found", NotFound)


class TestAnswerHappens:
    def test_dismissed_it_waits_for_the_announcement(self) -> None:
        outcome = given(CASE, *shown(), lodged(), ENDED).when(answer()).then(answered())
        assert outcome.state.next_actions == ("announce",)

    def test_dismissed_while_it_is_still_shown(self) -> None:
        outcome = given(CASE, *shown(), lodged()).when(answer(at=WHILE_SHOWN)).then(answered(at=WHILE_SHOWN))
        assert outcome.state.status == "publicised"

    def test_upheld_the_last_stage_is_open_again_and_its_clock_begins_anew(self) -> None:
        outcome = given(CASE, *shown(), lodged(), ENDED).when(answer("upheld")).then(answered("upheld"), reopened())
        case = outcome.state
        assert (case.status, case.stage.name, case.publicised) == ("in_review", "second", None)
        assert (case.clock.began_on, case.clock.days_left) == (DAY_AFTER.date(), 20)

    def test_after_that_it_is_shown_anew(self) -> None:
        second: StagePassed = passed("second", PROVINCE)
        history = [*shown(), lodged(), answered("upheld"), reopened(), second]
        again = publicise()
        assert given(CASE, *history).when(again).state.status == "publicised"

    def test_a_second_one_that_is_upheld_opens_nothing_twice(self) -> None:
        history = [*shown(), lodged(), lodged(SECOND), answered("upheld"), reopened()]
        given(CASE, *history).when(answer("upheld", objection_id=SECOND)).then(answered("upheld", objection_id=SECOND))

    def test_by_the_officer_that_it_was_given_to(self) -> None:
        given(CASE, *shown(), lodged(), assigned()).when(answer()).then(answered())

    def test_it_says_by_when_it_had_to_be(self) -> None:
        due = date(2026, 3, 30)
        given(CASE, *shown(), lodged()).when(answer(due_on=due)).then(answered(due_on=due))

    def test_though_the_law_decided_meanwhile(self) -> None:
        given(CASE, *shown(), lodged(), approved()).when(answer("upheld")).then(answered("upheld"))


class TestAnswerWithoutAnnouncement:
    def test_the_end_of_the_publicity_decides_nothing_while_it_is_open(self) -> None:
        outcome = given(CASE, *shown(announced=False), lodged()).when(end()).then(ENDED)
        assert outcome.state.next_actions == ("answer_objection",)

    def test_the_last_one_that_is_dismissed_lets_the_approval_go(self) -> None:
        history = [*shown(announced=False), lodged(), ENDED]
        given(CASE, *history).when(answer()).then(answered(), approved(PROVINCE, DAY_AFTER.date()))

    def test_not_before_the_others_are_answered(self) -> None:
        history = [*shown(announced=False), lodged(), lodged(SECOND), ENDED]
        given(CASE, *history).when(answer()).then(answered())

    def test_not_while_it_is_still_shown(self) -> None:
        given(CASE, *shown(announced=False), lodged()).when(answer(at=WHILE_SHOWN)).then(answered(at=WHILE_SHOWN))


class TestAnswerIgnoredTheSecondTime:
    def test_in_the_same_words(self) -> None:
        history = [*shown(), lodged(), answered("upheld"), reopened()]
        given(CASE, *history).when(answer("upheld")).then_nothing()


class TestAnswerRefused:
    @pytest.mark.parametrize(
        "other", [{"outcome": "upheld"}, {"answer": "另有结论"}, {"by": SECOND_HEAD}], ids=["outcome", "words", "officer"]
    )
    def test_otherwise_than_it_was(self, other: dict[str, Any]) -> None:
        given(CASE, *shown(), lodged(), answered()).when(answer(**other)).then_refused("objection_already_answered")

    def test_by_who_examined_the_case(self) -> None:
        refusal = given(CASE, *shown(), lodged()).when(answer(by=PROVINCE)).then_refused("examined_before", NotAllowed)
        assert refusal.params == {"stage": "second"}

    def test_by_who_returned_it_once(self) -> None:
        history = shown()
        history.insert(1, returned("acceptance", HEAD))
        given(CASE, *history, lodged()).when(answer()).then_refused("examined_before", NotAllowed)

    def test_by_whose_examination_an_earlier_objection_undid(self) -> None:
        again = passed("second", SECOND_HEAD)
        history = [*shown(), lodged(SECOND), answered("upheld", objection_id=SECOND), reopened(SECOND), again, PUBLICISED]
        for examiner in (PROVINCE, SECOND_HEAD):
            order = given(CASE, *history, lodged()).when(answer(by=examiner))
            order.then_refused("examined_before", NotAllowed)

    def test_by_another_than_it_was_given_to(self) -> None:
        given(CASE, *shown(), lodged(), assigned()).when(answer(by=SECOND_HEAD)).then_refused("held_by_another", NotAllowed)

    @pytest.mark.parametrize(("by", "code"), NOT_THEIRS)
    def test_by_somebody_who_may_not(self, by: Actor, code: str) -> None:
        given(CASE, *shown(), lodged()).when(answer(by=by)).then_refused(code, NotAllowed)

    def test_by_who_works_for_the_filer(self) -> None:
        given(CASE, *shown(), lodged()).when(answer(employers=(FIRM,))).then_refused("works_for_the_filer", NotAllowed)

    def test_by_who_filed_it(self) -> None:
        history = shown(filed_by=HEAD.account_id)
        given(CASE, *history, lodged()).when(answer()).then_refused("had_a_hand_in_filing", NotAllowed)

    def test_there_is_no_such_objection(self) -> None:
        other = answer(objection_id=UUID(int=9))
        given(CASE, *shown(), lodged()).when(other).then_refused("objection_not_found", NotFound)


def test_what_is_told_to_others_names_nobody() -> None:
    proof = FileRef(sha256="0" * 64, name="王建国的合同.pdf", content_type="application/pdf", size=9)
    event = lodged(files=(proof,))
    assert type(event).model_validate_json(event.model_dump_json()) == event
    told = event.model_copy(update=dict.fromkeys(event.SECRET, ""))
    text = told.model_dump_json()
    assert "王建国" not in text and "13900000000" not in text and "受聘" not in text
    read = type(told).model_validate_json(text)
    assert (read.objector, read.files) == (None, ())
