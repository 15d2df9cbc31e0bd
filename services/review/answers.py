"""A case as an officer sees it: folded from its own log, so never behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.message import Recorded
from contracts.review import CaseView, StagePassed
from services.review.calendar import WorkingDays
from services.review.deadlines import due_on
from services.review.domain import rules
from services.review.domain.case import evolve
from services.review.domain.decide import CASE


def case_view(case_id: UUID, history: Sequence[Recorded[Any]], working_days: WorkingDays) -> CaseView:
    """The answer to GetCase; NotFound when nothing ever happened under this id."""
    case = CASE.initial
    began_on = None
    for recorded in history:
        case = evolve(case, recorded.event)
        if isinstance(recorded.event, StagePassed):
            began_on = rules.china_day(recorded.meta.at)
    opened, stage = rules.case_is_open(case, case_id), case.stage
    # the first stage's limit runs from receipt, the next ones' from the passing before them
    began_on = began_on or rules.china_day(opened.submitted_at)
    return CaseView(
        case_id=opened.case_id,
        version=history[-1].version,
        filing_id=opened.filing_id,
        round=opened.round,
        number=opened.number,
        matter=opened.matter,
        matter_version=opened.matter_version,
        title=opened.title,
        place=opened.place,
        applicant=opened.applicant,
        specialty=opened.specialty,
        form=opened.form,
        attachments=opened.attachments,
        status=case.status,
        stage=stage.name if stage else None,
        stage_level=stage.level if stage else None,
        stages=opened.stages,
        passed=tuple(one.stage for one in case.passed),
        publicity_starts_on=case.publicised.starts_on if case.publicised else None,
        publicity_ends_on=case.publicised.ends_on if case.publicised else None,
        announcement=case.announced.document_number if case.announced else None,
        next_actions=case.next_actions,
        due_on=due_on(working_days, began_on, stage.working_days) if stage else None,
    )
