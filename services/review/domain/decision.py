"""The last phase of a case: the approval, and its announcement where the matter asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from contracts.message import Event
from contracts.review import AnnounceCase, CaseAnnounced, CaseApproved, CaseOpened
from services.review.domain import rules
from services.review.domain.case import Case


def announce_case(case: Case, command: AnnounceCase) -> Sequence[Event]:
    """Announced under a document's number, and by that approved: one act, so one commit."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    authority_id = rules.officer_of_the_place(actor, opened)
    rules.of_level_with_duty(actor, opened.stages[-1].level, "announce")
    if case.announced is not None and case.announced.document_number == command.document_number:
        return []
    rules.not_decided(case)
    rules.all_stages_passed(case)
    rules.announcement_is_foreseen(opened)
    rules.publicity_is_over(case, opened)
    today = rules.china_day(command.meta.at)
    announced = CaseAnnounced(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        document_number=command.document_number,
        announced_on=today,
    )
    return [announced, approval(opened, authority_id, actor.account_id, today)]


def approval(opened: CaseOpened, authority_id: UUID, officer: str, decided_on: date) -> CaseApproved:
    """The decision in words: what it does to a certificate is the matter's effect."""
    return CaseApproved(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=opened.round,
        matter=opened.matter,
        matter_version=opened.matter_version,
        authority_id=authority_id,
        officer=officer,
        decided_on=decided_on,
    )
