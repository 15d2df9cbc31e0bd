"""ReturnCase: everything that is missing told at once, per field and file; the clock stands still meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.review import CorrectionItem, ReturnCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import (
    CASE_ID,
    CITY,
    CLERK,
    REASON,
    STAGES,
    meta,
    opened,
    passed,
    resubmitted,
    returned,
)

CONTRACT = CorrectionItem(part="attachment", name="contract", needs="补盖公章")
SCHOOL = CorrectionItem(part="field", name="school", needs="应填写全称")
PICTURE = CorrectionItem(part="attachment", name="portrait", needs="照片不清晰")
ONCE = (STAGES[0].model_copy(update={"told_once": True}), STAGES[1], STAGES[2])


def return_case(*items: CorrectionItem, stage: str = "acceptance", **filled_in: Any) -> ReturnCase:
    by = CLERK if stage == "acceptance" else CITY
    return ReturnCase(case_id=CASE_ID, stage=stage, reason=REASON, items=items, meta=meta(by), **filled_in)


class TestHappens:
    def test_what_is_missing_is_told_item_by_item(self) -> None:
        outcome = given(CASE, opened()).when(return_case(CONTRACT, SCHOOL))
        outcome.then(returned("acceptance", CLERK, items=(CONTRACT, SCHOOL)))
        assert outcome.state.status == "returned"

    def test_the_clock_stands_still_with_the_days_that_are_left(self) -> None:
        filled_in = {"due_on": date(2026, 3, 9), "used_days": 3}
        outcome = given(CASE, opened()).when(return_case(CONTRACT, **filled_in))
        outcome.then(returned("acceptance", CLERK, items=(CONTRACT,), **filled_in))
        assert (outcome.state.clock.days_left, outcome.state.clock.suspended) == (2, "correction")

    def test_subject_and_commitment_need_no_name(self) -> None:
        items = (
            CorrectionItem(part="subject", needs="应为持证人本人"),
            CorrectionItem(part="commitment", needs="请重新承诺"),
        )
        given(CASE, opened()).when(return_case(*items)).then(returned("acceptance", CLERK, items=items))

    def test_of_the_corrected_filing_the_round_is_told(self) -> None:
        history = [opened(), returned("acceptance", CLERK, items=(CONTRACT,)), resubmitted()]
        outcome = given(CASE, *history).when(return_case(CONTRACT))
        outcome.then(returned("acceptance", CLERK, items=(CONTRACT,), round=2))


class TestToldOnce:
    history = (opened(stages=ONCE), returned("acceptance", CLERK, items=(CONTRACT, SCHOOL)), resubmitted())

    def test_what_was_told_may_be_told_again(self) -> None:
        again = CorrectionItem(part="attachment", name="contract", needs="公章仍不清晰")
        given(CASE, *self.history).when(return_case(again)).then(
            returned("acceptance", CLERK, items=(again,), round=2)
        )

    def test_nothing_new_is_found_later(self) -> None:
        refusal = given(CASE, *self.history).when(return_case(CONTRACT, PICTURE)).then_refused("told_once")
        assert refusal.problems == [{"code": "not_told_before", "field": "items.1"}]

    def test_nor_everything(self) -> None:
        given(CASE, *self.history).when(return_case()).then_refused("told_once")

    def test_but_what_the_correction_changed_could_not_be_told_before(self) -> None:
        hours = CorrectionItem(part="field", name="elective_hours", needs="学时不足")
        given(CASE, *self.history).when(return_case(hours)).then_refused("told_once")
        changed = resubmitted(form={"specialty": "highway", "school": "湖南大学", "elective_hours": 10})
        outcome = given(CASE, *self.history[:-1], changed).when(return_case(hours))
        outcome.then(returned("acceptance", CLERK, items=(hours,), round=2))

    def test_another_stage_tells_for_itself(self) -> None:
        history = [*self.history, passed("acceptance", CLERK)]
        given(CASE, *history).when(return_case(PICTURE, stage="preliminary")).then(
            returned("preliminary", CITY, items=(PICTURE,), round=2)
        )

    def test_where_the_matter_does_not_say_so_more_may_be_found(self) -> None:
        history = [opened(), *self.history[1:]]
        given(CASE, *history).when(return_case(PICTURE)).then(
            returned("acceptance", CLERK, items=(PICTURE,), round=2)
        )


class TestIgnoredTheSecondTime:
    def test_the_same_notice(self) -> None:
        history = [opened(), returned("acceptance", CLERK, items=(CONTRACT,))]
        given(CASE, *history).when(return_case(CONTRACT)).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(
        ("item", "code"),
        [
            (CorrectionItem(part="field", needs="应填写全称"), "correction_item_unclear"),
            (CorrectionItem(part="subject", name="school", needs="应为本人"), "correction_item_unclear"),
            (CONTRACT.model_copy(update={"needs": "缺页"}), "correction_item_twice"),
        ],
    )
    def test_an_item_that_nobody_could_mend(self, item: CorrectionItem, code: str) -> None:
        refusal = (
            given(CASE, opened()).when(return_case(CONTRACT, item)).then_refused("correction_items_unclear")
        )
        assert [one["code"] for one in refusal.problems] == [code]

    def test_more_is_missing_after_it_was_told(self) -> None:
        history = [opened(), returned("acceptance", CLERK, items=(CONTRACT,))]
        given(CASE, *history).when(return_case(CONTRACT, PICTURE)).then_refused("awaits_correction")
