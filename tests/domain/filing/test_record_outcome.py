"""RecordOutcome: what the review of one round came to; nobody but the product itself says so."""

from __future__ import annotations

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import FilingApproved, FilingReturned, Outcome, RecordOutcome
from contracts.message import SYSTEM, Actor, Event
from services.kernel.testing import given, meta
from tests.domain.filing.samples import (
    APPROVED,
    COMPLETE,
    FILING,
    HANDED_IN,
    LAPSED,
    REASON,
    REJECTED,
    RETURNED,
    filled,
    submitted,
)
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OPERATOR

EVENTS: dict[Outcome, Event] = {"approved": APPROVED, "rejected": REJECTED, "returned": RETURNED}
"""What becomes of a filing that was submitted; ``lapsed`` follows a return only."""
EACH = pytest.mark.parametrize("outcome", EVENTS)


def record(outcome: Outcome, round: int = 1, actor: Actor = SYSTEM) -> RecordOutcome:
    return RecordOutcome(filing_id=FILING_ID, round=round, outcome=outcome, reason=REASON, meta=meta(actor))


class TestHappens:
    @EACH
    def test_the_filing_shows_it(self, outcome: Outcome) -> None:
        found = given(FILING, *HANDED_IN).when(record(outcome)).then(EVENTS[outcome])
        assert found.state.status == outcome
        assert found.state.reason == (None if outcome == "approved" else REASON)

    @EACH
    def test_what_was_submitted_stays_as_it_was(self, outcome: Outcome) -> None:
        found = given(FILING, *HANDED_IN).when(record(outcome))
        assert found.state.submissions == (submitted(),)

    @pytest.mark.parametrize("outcome", ["approved", "rejected"])
    def test_a_decision_frees_the_person_for_another_filing(self, outcome: Outcome) -> None:
        assert given(FILING, *HANDED_IN).when(record(outcome)).claims == [Release("open_filing")]

    def test_a_return_does_not_because_the_filing_is_still_open(self) -> None:
        assert given(FILING, *HANDED_IN).when(record("returned")).claims == []

    def test_a_correction_that_never_came_frees_the_person_too(self) -> None:
        found = given(FILING, *HANDED_IN, RETURNED, filled(specialty="highway")).when(record("lapsed")).then(LAPSED)
        assert found.claims == [Release("open_filing")]
        assert (found.state.status, found.state.reason) == ("lapsed", REASON)
        assert found.state.form == submitted().form, "it stands as it was handed in"

    def test_of_the_second_round(self) -> None:
        history = [*HANDED_IN, RETURNED, submitted(round=2)]
        second = FilingApproved(filing_id=FILING_ID, round=2)
        given(FILING, *history).when(record("approved", round=2)).then(second)
        again = FilingReturned(filing_id=FILING_ID, round=2, reason=REASON)
        given(FILING, *history).when(record("returned", round=2)).then(again)


class TestIgnored:
    @EACH
    def test_the_second_time(self, outcome: Outcome) -> None:
        given(FILING, *HANDED_IN, EVENTS[outcome]).when(record(outcome)).then_nothing()

    @EACH
    def test_of_an_earlier_round(self, outcome: Outcome) -> None:
        history = [*HANDED_IN, RETURNED, submitted(round=2)]
        given(FILING, *history).when(record(outcome, round=1)).then_nothing()

    @EACH
    def test_of_a_round_that_was_never_submitted(self, outcome: Outcome) -> None:
        given(FILING, *HANDED_IN).when(record(outcome, round=2)).then_nothing()
        given(FILING, *COMPLETE).when(record(outcome, round=1)).then_nothing()

    def test_a_lapse_of_what_is_not_returned(self) -> None:
        for history in (HANDED_IN, COMPLETE, (*HANDED_IN, RETURNED, LAPSED), (*HANDED_IN, REJECTED)):
            given(FILING, *history).when(record("lapsed")).then_nothing()

    def test_a_lapse_when_the_correction_was_on_its_way(self) -> None:
        given(FILING, *HANDED_IN, RETURNED, submitted(round=2)).when(record("lapsed")).then_nothing()

    def test_when_something_else_was_decided_first(self) -> None:
        given(FILING, *HANDED_IN, APPROVED).when(record("rejected")).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [ENTERPRISE, CITY_OFFICER, OPERATOR])
    def test_said_by_anybody_but_the_product(self, actor: Actor) -> None:
        outcome = given(FILING, *HANDED_IN).when(record("approved", actor=actor))
        outcome.then_refused("review_decides", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(record("approved")).then_refused("filing_not_found", NotFound)
