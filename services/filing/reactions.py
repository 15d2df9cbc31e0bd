"""What filing does when review has decided."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.filing import Outcome, RecordOutcome
from contracts.message import Recorded, follow
from contracts.review import CaseApproved, CaseRejected, CaseReturned


def when_case_approved_record_it(recorded: Recorded[CaseApproved]) -> Iterable[RecordOutcome]:
    """The filing is approved."""
    yield _outcome(recorded, "approved", None)


def when_case_rejected_record_it(recorded: Recorded[CaseRejected]) -> Iterable[RecordOutcome]:
    """The filing is rejected, with the authority's reason."""
    yield _outcome(recorded, "rejected", recorded.event.reason)


def when_case_returned_reopen_filing(recorded: Recorded[CaseReturned]) -> Iterable[RecordOutcome]:
    """The filer may mend it and submit again."""
    yield _outcome(recorded, "returned", recorded.event.reason)


def _outcome(
    recorded: Recorded[CaseApproved] | Recorded[CaseRejected] | Recorded[CaseReturned],
    outcome: Outcome,
    reason: str | None,
) -> RecordOutcome:
    event = recorded.event
    return RecordOutcome(
        filing_id=event.filing_id,
        round=event.round,
        outcome=outcome,
        reason=reason,
        meta=follow(recorded, f"outcome-{event.case_id}-{outcome}", reason=reason),
    )
