"""What filing does when review has decided, sent back, or found that a correction never came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.filing import Outcome, RecordOutcome
from contracts.message import Recorded, follow
from contracts.review import CaseApproved, CaseLapsed, CaseRejected, CaseReturned


def when_case_approved_record_it(recorded: Recorded[CaseApproved]) -> Iterable[RecordOutcome]:
    """The filing is approved: by an authority, by the rules, or by the law's silence."""
    yield _outcome(recorded, "approved")


def when_case_rejected_record_it(recorded: Recorded[CaseRejected]) -> Iterable[RecordOutcome]:
    """The filing is rejected, with the authority's reason."""
    yield _outcome(recorded, "rejected", reason=recorded.event.reason)


def when_case_returned_reopen_filing(recorded: Recorded[CaseReturned]) -> Iterable[RecordOutcome]:
    """The filer may mend what is named and submit again."""
    yield _outcome(recorded, "returned", reason=recorded.event.reason, items=recorded.event.items)


def when_case_lapsed_close_filing(recorded: Recorded[CaseLapsed]) -> Iterable[RecordOutcome]:
    """It was not mended in time; the reason is the article that says what that means, where the matter cites one."""
    yield _outcome(recorded, "lapsed", reason=recorded.event.legal_basis)


def _outcome(recorded: Recorded[Any], outcome: Outcome, **what: Any) -> RecordOutcome:
    """The round is part of the command's id: one case may be returned more than once."""
    event = recorded.event
    return RecordOutcome(
        filing_id=event.filing_id,
        round=event.round,
        outcome=outcome,
        meta=follow(recorded, f"outcome-{event.case_id}-{event.round}-{outcome}", reason=what.get("reason")),
        **what,
    )
