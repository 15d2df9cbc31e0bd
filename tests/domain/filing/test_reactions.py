"""What filing does when review has decided: one order each, the same however often the event arrives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.filing import RecordOutcome
from contracts.message import SYSTEM, Event, Recorded
from contracts.review import CaseApproved, CaseRejected, CaseReturned
from services.filing.reactions import (
    when_case_approved_record_it,
    when_case_rejected_record_it,
    when_case_returned_reopen_filing,
)
from services.kernel.testing import NOON, given, meta
from tests.domain.filing.samples import APPROVED, CODE, FILING, HANDED_IN, REASON, REJECTED, RETURNED
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


def test_the_authority_s_reason_goes_with_it() -> None:
    assert ordered(when_case_returned_reopen_filing, CASE_RETURNED).meta.reason == REASON
    assert ordered(when_case_rejected_record_it, CASE_REJECTED).reason == REASON
