"""Handing a filing to the authority, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.errors import NotAllowed, NotFound, Refused
from contracts.filing import (
    FilingApproved,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingSubmitted,
    RecordOutcome,
    SubmitFiling,
)
from contracts.matters.checks import check_attachments, check_form, check_preconditions
from contracts.matters.facts import FilerFacts, SubjectFacts
from contracts.matters.schema import Matter
from contracts.message import Event
from services.filing.domain.correction import uncorrected
from services.filing.domain.filing import Filing, facts_of, owned
from services.filing.domain.rules import described, still_editable, wire


def submit(state: Filing, command: SubmitFiling, matter: Matter) -> Sequence[Event]:
    """Everything is checked against what holds now, and everything that is wrong is told at once."""
    drafted = owned(state, command.filing_id, command.meta.actor)
    if state.status == "submitted":
        return []
    still_editable(state)
    if left := uncorrected(state, matter, command.meta.at.date()):
        raise Refused("nothing_corrected", problems=left)
    subject, filer = command.subject or state.subject, command.filer or state.filer
    problems = shortcomings(state, matter, subject, filer, command.meta.at)
    if problems:
        raise Refused("filing_incomplete", problems=problems)
    assert subject is not None and filer is not None
    return [
        FilingSubmitted(
            filing_id=command.filing_id,
            round=state.round + 1,
            number=state.submissions[0].number if state.submissions else number_of(command.filing_id, command.meta.at),
            matter=matter.code,
            matter_version=matter.version,
            title=drafted.title,
            credential=matter.credential,
            registration_type=matter.registration_type or "",
            place=drafted.place,
            enterprise_id=drafted.enterprise_id,
            person_id=subject.person_id,
            subject=subject,
            filer=filer,
            form=state.form,
            attachments=state.attachments,
            submitted_at=command.meta.at,
        )
    ]


def shortcomings(
    state: Filing, matter: Matter, subject: SubjectFacts | None, filer: FilerFacts | None, at: datetime
) -> list[dict[str, Any]]:
    """Every reason why it could not be submitted at this moment; empty when it could."""
    if subject is None or filer is None:
        return [{"code": "subject_missing", "field": "subject"}]
    facts = facts_of(matter, subject, filer, dict(state.form), at.date())
    found = [
        *check_preconditions(matter, facts),
        *check_form(matter, state.form, facts),
        *check_attachments(matter, [described(a) for a in state.attachments], facts),
    ]
    problems = [wire(p) for p in found]
    if matter.commitment is not None and state.commitment_sha256 is None:
        problems.append({"code": "commitment_not_accepted", "field": "commitment"})
    return problems


def number_of(filing_id: UUID, at: datetime) -> str:
    """The filing number people quote on the phone: the day and ten digits of the filing's own id."""
    return f"{at:%Y%m%d}{filing_id.int % 10**10:010d}"


def record_outcome(state: Filing, command: RecordOutcome) -> Sequence[Event]:
    """What the review of a round came to. One of an earlier round says nothing about the present one: a correction that
    was handed in before its time was found to be over counts.
    """
    if command.meta.actor.kind != "system":
        raise NotAllowed("review_decides")
    if state.drafted is None:
        raise NotFound.of("filing", command.filing_id)
    awaited = "returned" if command.outcome == "lapsed" else "submitted"
    if command.round != state.round or state.status != awaited:
        return []
    reason = command.reason or ""
    match command.outcome:
        case "approved":
            return [FilingApproved(filing_id=command.filing_id, round=command.round)]
        case "rejected":
            return [FilingRejected(filing_id=command.filing_id, round=command.round, reason=reason)]
        case "returned":
            return [
                FilingReturned(filing_id=command.filing_id, round=command.round, reason=reason, items=command.items)
            ]
        case "lapsed":
            return [FilingLapsed(filing_id=command.filing_id, round=command.round, reason=reason)]
