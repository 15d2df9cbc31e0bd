"""The last phase of a case: the approval, and its announcement where the matter asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from contracts.message import SYSTEM, Event
from contracts.review import AnnounceCase, CaseAnnounced, CaseApproved, LegalBasis, StagePassed
from services.review.domain import rules
from services.review.domain.case import Case, Examined
from services.review.domain.days import china_day


def announce_case(case: Case, command: AnnounceCase) -> Sequence[Event]:
    """Announced under a document's number, and by that approved: one act, so one commit."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    authority_id = rules.officer_of_the_place(actor, opened)
    rules.of_level_with_duty(actor, rules.last_level(opened), "announce")
    rules.reviewer_is_impartial(case, actor, command.employers)
    if case.announced is not None and case.announced.document_number == command.document_number:
        return []
    rules.not_decided(case)
    rules.all_stages_passed(case)
    rules.announcement_is_foreseen(opened)
    rules.publicity_is_over(case, opened)
    rules.no_objection_is_open(case)
    today = china_day(command.meta.at)
    announced = CaseAnnounced(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        document_number=command.document_number,
        announced_on=today,
    )
    return [announced, approval(case, authority_id, actor.account_id, today)]


def after_last_stage(case: Case, examined: Examined, decided_on: date) -> list[Event]:
    """What a stage's passing brings with it, besides itself: the approval, where it was the last one and nothing is to
    be shown or announced."""
    opened = rules.case_is_open(case, examined.case_id)
    if examined.next_stage is not None or opened.publicity_working_days is not None or opened.announced:
        return []
    return [approval_as_examined(case, examined, decided_on)]


def approval_as_examined(case: Case, examined: Examined, decided_on: date) -> CaseApproved:
    """The judgement of the last stage stands: its examiner's, or the law's where silence passed it."""
    if isinstance(examined, StagePassed):
        authority_id, officer = examined.authority_id, examined.officer
        return approval(case, authority_id, officer, decided_on, due_on=examined.due_on)
    return approval(
        case, None, SYSTEM.account_id, decided_on, legal_basis=examined.legal_basis, due_on=examined.due_on
    )


def approval(
    case: Case,
    authority_id: UUID | None,
    officer: str,
    decided_on: date,
    *,
    legal_basis: LegalBasis | None = None,
    due_on: date | None = None,
) -> CaseApproved:
    """The decision in words: what it does to a certificate is the matter's effect."""
    assert case.opened is not None
    opened = case.opened
    return CaseApproved(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=case.round,
        matter=opened.matter,
        matter_version=opened.matter_version,
        authority_id=authority_id,
        officer=officer,
        decided_on=decided_on,
        legal_basis=legal_basis,
        due_on=due_on,
    )
