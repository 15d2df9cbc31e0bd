"""OpenCase: a submission's case, opened once."""

from __future__ import annotations

from typing import Any

from contracts.errors import NotAllowed
from contracts.message import SYSTEM, Actor
from contracts.review import OpenCase
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.samples import CLERK, FILER, MONDAY, STAGES, approved, meta, opened


def open_case(by: Actor = SYSTEM, **changes: Any) -> OpenCase:
    return OpenCase(**opened(**changes).model_dump(), meta=meta(by))


class TestHappens:
    def test_the_case_opens_at_the_first_stage(self) -> None:
        outcome = given(CASE).when(open_case()).then(opened())
        assert outcome.state.status == "in_review"
        assert outcome.state.stage == STAGES[0]
        desk_and_clock = ("claim", "assign", "suspend", "escalate")
        assert outcome.state.next_actions == ("pass", "return", "reject", *desk_and_clock)

    def test_what_is_approved_by_rules_is_approved_at_once_and_by_nobody(self) -> None:
        plain = {"automatic": True, "stages": (), "publicity_working_days": None, "announced": False}
        outcome = given(CASE).when(open_case(**plain))
        by_rules = approved(on=MONDAY.date()).model_copy(update={"authority_id": None, "officer": "system"})
        outcome.then(opened(**plain), by_rules)
        assert outcome.state.status == "approved"
        assert outcome.state.next_actions == ()


class TestIgnoredTheSecondTime:
    def test_redelivery_finds_it_open(self) -> None:
        given(CASE, opened()).when(open_case()).then_nothing()


class TestRefused:
    def test_only_the_product_itself_opens_cases(self) -> None:
        for actor in (CLERK, FILER):
            given(CASE).when(open_case(actor)).then_refused("system_only", NotAllowed)

    def test_a_case_that_nobody_would_examine(self) -> None:
        given(CASE).when(open_case(stages=())).then_refused("no_clear_route")

    def test_an_automatic_case_that_somebody_would_examine(self) -> None:
        given(CASE).when(open_case(automatic=True)).then_refused("no_clear_route")

    def test_two_stages_of_one_name(self) -> None:
        given(CASE).when(open_case(stages=(STAGES[0], STAGES[0]))).then_refused("no_clear_route")
