"""What filing does when review has decided: one order each, the same however often the event arrives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.filing import RecordOutcome
from contracts.message import SYSTEM, Event, Recorded
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned
from services.filing.reactions import (
    when_case_approved_record_it,
    when_case_lapsed_close_filing,
    when_case_rejected_record_it,
    when_case_returned_reopen_filing,
)
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.samples import (
    APPROVED,
    CODE,
    FILING,
    HANDED_IN,
    LAPSED,
    REASON,
    REJECTED,
    RETURNED,
    asked,
    returned,
    submitted,
)
from tests.samples import CITY_ID, CITY_OFFICER, FILING_ID

CASE_ID = UUID("7d1f3a5b-9c8e-4d7f-a6b5-c4d3e2f1a009")
ABOUT: dict[str, Any] = {
    "case_id": CASE_ID,
    "filing_id": FILING_ID,
    "round": 1,
    "authority_id": CITY_ID,
    "officer": "city",
}
CASE_APPROVED = CaseApproved(**ABOUT, matter=CODE, matter_version=1, decided_on=NOON.date())
CASE_REJECTED = CaseRejected(**ABOUT, stage="preliminary", reason=REASON)
CASE_RETURNED = CaseReturned(**ABOUT, stage="acceptance", reason=REASON)
CASE_LAPSED = CaseLapsed(
    case_id=CASE_ID,
    filing_id=FILING_ID,
    round=1,
    due_on=NOON.date(),
    legal_basis=REASON,
    lapsed_on=NOON.date(),
)
EACH = (
    (when_case_approved_record_it, CASE_APPROVED, APPROVED),
    (when_case_rejected_record_it, CASE_REJECTED, REJECTED),
    (when_case_returned_reopen_filing, CASE_RETURNED, RETURNED),
)


def recorded(event: Event) -> Recorded[Any]:
    return Recorded("review", 17, f"case-{CASE_ID}", 4, event, meta(CITY_OFFICER))


def ordered(reaction: Any, event: Event) -> RecordOutcome:
    (command,) = reaction(recorded(event))
    assert isinstance(command, RecordOutcome)
    return command


def test_each_decision_is_recorded_in_the_filing() -> None:
    for reaction, event, outcome in EACH:
        given(FILING, *HANDED_IN).when(ordered(reaction, event)).then(outcome)


def test_the_same_event_leads_to_the_same_command() -> None:
    commands = [ordered(reaction, event) for reaction, event, _ in EACH]
    assert commands == [ordered(reaction, event) for reaction, event, _ in EACH]
    assert len({command.meta.command_id for command in commands}) == len(EACH)


def test_the_product_gives_the_order_because_of_the_officer_s() -> None:
    for reaction, event, _ in EACH:
        after = ordered(reaction, event).meta
        assert (after.actor, after.causation_id, after.depth, after.at) == (SYSTEM, "review:17", 1, NOON)


def test_what_is_to_be_mended_goes_with_a_return() -> None:
    items = (asked("field", "school"), asked("attachment", "education_certificate"))
    event = CASE_RETURNED.model_copy(update={"items": items})
    given(FILING, *HANDED_IN).when(ordered(when_case_returned_reopen_filing, event)).then(returned(*items))


def test_a_case_that_is_returned_twice_reopens_the_filing_twice() -> None:
    again = CASE_RETURNED.model_copy(update={"round": 2})
    first, second = (ordered(when_case_returned_reopen_filing, one) for one in (CASE_RETURNED, again))
    assert first.meta.command_id != second.meta.command_id
    outcome = given(FILING, *HANDED_IN, RETURNED, submitted(round=2)).when(second)
    outcome.then(RETURNED.model_copy(update={"round": 2}))


def test_an_approval_by_nobody_is_an_approval() -> None:
    event = CASE_APPROVED.model_copy(update={"authority_id": None, "officer": "system", "legal_basis": "第五十条"})
    given(FILING, *HANDED_IN).when(ordered(when_case_approved_record_it, event)).then(APPROVED)


def test_what_was_not_corrected_is_given_up() -> None:
    command = ordered(when_case_lapsed_close_filing, CASE_LAPSED)
    given(FILING, *HANDED_IN, RETURNED).when(command).then(LAPSED)
    assert command == ordered(when_case_lapsed_close_filing, CASE_LAPSED)


def test_a_correction_that_was_handed_in_before_it_lapsed_counts() -> None:
    command = ordered(when_case_lapsed_close_filing, CASE_LAPSED)
    given(FILING, *HANDED_IN, RETURNED, submitted(round=2)).when(command).then_nothing()


def test_the_authority_s_reason_goes_with_it() -> None:
    assert ordered(when_case_returned_reopen_filing, CASE_RETURNED).meta.reason == REASON
    assert ordered(when_case_rejected_record_it, CASE_REJECTED).reason == REASON
