"""LodgeObjection: by anybody, through the last second of the last day, to one case alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from contracts.decider import Claim
from contracts.errors import NotFound
from contracts.message import Actor, Event, derived_id
from contracts.review import AnnounceCase, LodgeObjection, Objections
from services.kernel.testing import given
from services.review.domain.decide import CASE
from tests.domain.review.objected import (
    FIRST,
    HEAD,
    LAST_SECOND,
    OBJECTOR,
    REASONS,
    SECOND,
    STRANGER,
    answered,
    lodge,
    lodged,
    reopened,
    shown,
)
from tests.domain.review.samples import (
    ANNOUNCED,
    CASE_ID,
    CITY,
    DAY_AFTER,
    DOCUMENT,
    ENDED,
    FILER,
    MONDAY,
    approved,
    examined,
    meta,
)


class TestHappens:
    @pytest.mark.parametrize("by", [STRANGER, FILER, CITY, Actor(kind="person", account_id="somebody")])
    def test_by_anybody_in_the_last_second(self, by: Actor) -> None:
        outcome = given(CASE, *shown()).when(lodge(by=by)).then(lodged())
        assert outcome.claims == [Claim("objection", str(FIRST), "objection_exists")]
        assert outcome.state.next_actions == ("answer_objection",)

    def test_anonymously_where_the_matter_allows_it(self) -> None:
        given(CASE, *shown()).when(lodge(objector=None)).then(lodged(objector=None))

    def test_said_in_the_last_second_it_counts_though_the_end_is_recorded(self) -> None:
        given(CASE, *shown(), ENDED).when(lodge()).then(lodged())

    def test_numbered_in_order(self) -> None:
        second = lodged(SECOND, number="430000-2026-000001-Y2")
        given(CASE, *shown(), lodged()).when(lodge(SECOND)).then(second)


class TestIgnoredTheSecondTime:
    @pytest.mark.parametrize("since", [[], [ENDED], [ENDED, answered(), ANNOUNCED, approved(HEAD)]])
    def test_under_the_same_id(self, since: list[Event]) -> None:
        given(CASE, *shown(), lodged(), *since).when(lodge()).then_nothing()


class TestRefused:
    def test_when_the_last_day_is_over(self) -> None:
        refusal = given(CASE, *shown()).when(lodge(at=DAY_AFTER)).then_refused("publicity_over")
        assert refusal.params == {"ends_on": "2026-03-16"}

    def test_while_it_is_not_shown(self) -> None:
        given(CASE, *examined()).when(lodge(at=MONDAY)).then_refused("not_publicised")

    def test_when_it_is_examined_again(self) -> None:
        history = [*shown(), lodged(), answered("upheld"), reopened()]
        given(CASE, *history).when(lodge(SECOND)).then_refused("not_publicised")

    def test_where_the_matter_has_none(self) -> None:
        history = shown(objections=Objections(allowed=False))
        given(CASE, *history).when(lodge()).then_refused("objections_not_foreseen")

    def test_anonymously_where_names_are_asked_for(self) -> None:
        history = shown(objections=Objections(anonymous=False))
        given(CASE, *history).when(lodge(objector=None)).then_refused("objector_needed")

    @pytest.mark.parametrize("other", [{"reasons": "另有新的理由"}, {"objector": None}], ids=["reasons", "objector"])
    def test_something_else_under_the_id_of_one_that_was_lodged(self, other: dict[str, Any]) -> None:
        given(CASE, *shown(), lodged()).when(lodge(**other)).then_refused("objection_exists")

    def test_once_it_is_decided(self) -> None:
        history = [*shown(announced=False), ENDED, approved()]
        given(CASE, *history).when(lodge()).then_refused("already_decided")

    def test_there_is_no_such_case(self) -> None:
        given(CASE).when(lodge()).then_refused("case_not_found", NotFound)

    @pytest.mark.parametrize("reasons", ["", "不行", "长" * 5001])
    def test_without_reasons_that_can_be_looked_into(self, reasons: str) -> None:
        with pytest.raises(ValueError, match="reasons"):
            lodge(reasons=reasons)


class TestHoldsOnlyItsOwn:
    """A batch was shown together, and is to be announced under one number."""

    def _case(self, number: int) -> tuple[UUID, list[Event]]:
        case_id = derived_id("case", number)
        return case_id, [event.model_copy(update={"case_id": case_id}) for event in shown()]

    def test_of_a_batch(self) -> None:
        cases = dict(self._case(number) for number in range(5))
        objected = list(cases)[2]
        order = LodgeObjection(
            objection_id=FIRST, case_id=objected, reasons=REASONS, objector=OBJECTOR, meta=meta(STRANGER, LAST_SECOND)
        )
        cases[objected] += given(CASE, *cases[objected]).when(order).events
        outcomes: dict[UUID, Any] = {}
        for case_id, history in cases.items():
            ended = ENDED.model_copy(update={"case_id": case_id})
            announce = AnnounceCase(case_id=case_id, document_number=DOCUMENT, meta=meta(HEAD, DAY_AFTER))
            outcomes[case_id] = given(CASE, *history, ended).when(announce)
        held = outcomes.pop(objected).then_refused("objection_open")
        assert held.params == {"count": 1}
        assert [one.state.status for one in outcomes.values()] == ["approved"] * 4

    def test_until_it_is_answered(self) -> None:
        announce = AnnounceCase(case_id=CASE_ID, document_number=DOCUMENT, meta=meta(HEAD, DAY_AFTER))
        history = [*shown(), lodged(), lodged(SECOND), ENDED]
        given(CASE, *history, answered()).when(announce).then_refused("objection_open")
        both = [*history, answered(), answered(objection_id=SECOND)]
        assert given(CASE, *both).when(announce).state.status == "approved"
