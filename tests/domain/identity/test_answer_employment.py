"""AnswerEmployment: the other side accepts, or declines and says why."""

from __future__ import annotations

from typing import Literal

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed, NotFound
from contracts.identity import AnswerEmployment
from contracts.message import Actor
from services.identity.domain.employment import EMPLOYMENT
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ACCEPTED, DECLINED, ENDED, proposed
from tests.samples import (
    CITY_OFFICER,
    EMPLOYMENT_ID,
    ENTERPRISE,
    ENTERPRISE_ID,
    OPERATOR,
    OTHER_ENTERPRISE,
    OTHER_PERSON,
    PERSON,
    PERSON_ID,
)

OTHER_SIDE = pytest.mark.parametrize(
    ("proposer", "other"), [("enterprise", PERSON), ("person", ENTERPRISE)], ids=["person", "enterprise"]
)
Side = Literal["person", "enterprise"]


def answer(actor: Actor, accept: bool = True, reason: str | None = None) -> AnswerEmployment:
    return AnswerEmployment(employment_id=EMPLOYMENT_ID, accept=accept, meta=meta(actor, reason=reason))


@OTHER_SIDE
class TestHappens:
    def test_the_other_side_accepts(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer)).when(answer(other)).then(ACCEPTED)
        assert outcome.state.status == "accepted"

    def test_who_accepts_is_claimed_so_that_nobody_has_two_employers(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer)).when(answer(other))
        assert outcome.claims == [
            Claim("employed", str(PERSON_ID), "employed_elsewhere"),
            Claim("employs", f"{ENTERPRISE_ID}/{EMPLOYMENT_ID}", "employment_exists"),
        ]

    def test_the_other_side_declines_with_a_reason_and_nothing_is_claimed(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer)).when(answer(other, False, DECLINED.reason))
        outcome.then(DECLINED)
        assert outcome.claims == []


@OTHER_SIDE
class TestIgnoredTheSecondTime:
    def test_accepted_twice(self, proposer: Side, other: Actor) -> None:
        given(EMPLOYMENT, proposed(proposer), ACCEPTED).when(answer(other)).then_nothing()

    def test_declined_twice(self, proposer: Side, other: Actor) -> None:
        given(EMPLOYMENT, proposed(proposer), DECLINED).when(answer(other, False, "再次")).then_nothing()


@OTHER_SIDE
class TestRefused:
    def test_declining_needs_a_reason(self, proposer: Side, other: Actor) -> None:
        given(EMPLOYMENT, proposed(proposer)).when(answer(other, False)).then_refused("reason_missing")

    def test_the_side_that_proposed_does_not_answer(self, proposer: Side, other: Actor) -> None:
        itself = PERSON if proposer == "person" else ENTERPRISE
        for accept in (True, False):
            outcome = given(EMPLOYMENT, proposed(proposer)).when(answer(itself, accept, "自己"))
            outcome.then_refused("other_side_answers", NotAllowed)

    @pytest.mark.parametrize("actor", [OTHER_PERSON, OTHER_ENTERPRISE, CITY_OFFICER, OPERATOR])
    def test_by_anybody_else(self, proposer: Side, other: Actor, actor: Actor) -> None:
        given(EMPLOYMENT, proposed(proposer)).when(answer(actor)).then_refused("not_a_party", NotAllowed)

    def test_what_was_declined_cannot_be_accepted(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer), DECLINED).when(answer(other))
        assert outcome.then_refused("employment_already_answered").params == {"status": "declined"}

    def test_what_was_accepted_is_ended_not_declined(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer), ACCEPTED).when(answer(other, False, "反悔"))
        outcome.then_refused("employment_already_answered")

    def test_what_has_ended_cannot_be_accepted_again(self, proposer: Side, other: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(proposer), ACCEPTED, ENDED).when(answer(other))
        outcome.then_refused("employment_already_answered")

    def test_nothing_was_proposed(self, proposer: Side, other: Actor) -> None:
        given(EMPLOYMENT).when(answer(other)).then_refused("employment_not_found", NotFound)
