"""A case as an officer sees it: folded from its own log, so never behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from contracts.message import Actor, Recorded
from contracts.review import CaseDocumentIssued, CaseView, DocumentView, GetCase, ObjectionView
from contracts.review.cases import Examining
from contracts.working_days import WorkingDays
from services.review.differences import differences
from services.review.domain import rules
from services.review.domain.actions import actions_of
from services.review.domain.case import Case, Objection
from services.review.domain.decide import CASE
from services.review.due import deadlines_of, due_on


def case_view(
    question: GetCase,
    history: Sequence[Recorded[Any]],
    working_days: WorkingDays,
    asked_by: Callable[[Case], Examining] | None = None,
    issued: Sequence[CaseDocumentIssued] = (),
) -> CaseView:
    """The answer to GetCase; NotFound when nothing ever happened under this id.

    ``asked_by`` makes a command of the viewer's that is never given: only what they may do is then among the next actions.
    """
    case = CASE.fold(one.event for one in history)
    opened, stage = rules.case_is_open(case, question.case_id), case.stage
    actions = actions_of(case, asked_by(case)) if asked_by is not None else case.next_actions
    last = case.submissions[-1]
    return CaseView(
        case_id=opened.case_id,
        version=history[-1].version,
        filing_id=opened.filing_id,
        round=case.round,
        number=opened.number,
        matter=opened.matter,
        matter_version=opened.matter_version,
        title=opened.title,
        place=opened.place,
        applicant=case.applicant or opened.applicant,
        specialty=last.specialty,
        form=last.form,
        attachments=last.attachments,
        status=case.status,
        stage=stage.name if stage else None,
        stage_level=stage.level if stage else None,
        stages=opened.stages,
        passed=tuple(one.stage for one in case.passed),
        publicity_starts_on=case.publicised.starts_on if case.publicised else None,
        publicity_ends_on=case.publicised.ends_on if case.publicised else None,
        announcement=case.announced.document_number if case.announced else None,
        next_actions=actions,
        due_on=due_on(case.clock, working_days) if stage is not None else None,
        level=case.level,
        automatic=opened.automatic,
        officer=case.holder,
        deadlines=deadlines_of(case, working_days),
        submissions=case.submissions,
        differences=differences(case),
        correction=case.returned.items if case.returned is not None else (),
        objections=tuple(_objection(one, question.viewer) for one in case.objections),
        documents=_documents(issued),
    )


def _objection(one: Objection, viewer: Actor | None) -> ObjectionView:
    """Who objected is for those who answer, and for auditors: an examiner need not know it (个人信息保护法 art. 6)."""
    may_know = viewer is None or viewer.kind == "auditor" or viewer.may("publicise")
    return ObjectionView(
        objection_id=one.lodged.objection_id,
        number=one.lodged.number,
        reasons=one.lodged.reasons,
        files=one.lodged.files,
        objector=one.lodged.objector if may_know else None,
        lodged_at=one.lodged.lodged_at,
        officer=one.assigned.officer if one.assigned is not None else None,
        outcome=one.answered.outcome if one.answered is not None else None,
        answer=one.answered.answer if one.answered is not None else None,
    )


def _documents(issued: Sequence[CaseDocumentIssued]) -> tuple[DocumentView, ...]:
    return tuple(
        DocumentView(
            kind=one.kind, number=one.number, document=one.document, signed_at=one.signed_at, round=one.round
        )
        for one in issued
    )
