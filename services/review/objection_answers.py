"""What anybody may know of a publicity and of an objection: no personal data, neither reasons nor names."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.review import ObjectionReceipt, PublicityView
from contracts.working_days import WorkingDays
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.objections import objection_of, shown_to_objectors
from services.review.due import last_day


def publicity_view(case: Case, case_id: UUID, at: datetime) -> PublicityView:
    """How the case may be objected to at this moment; refused as an objection would be."""
    opened = rules.case_is_open(case, case_id)
    shown = shown_to_objectors(case, opened, at)
    return PublicityView(
        case_id=opened.case_id,
        number=opened.number,
        title=opened.title,
        starts_on=shown.starts_on,
        ends_on=shown.ends_on,
        anonymous=opened.objections.anonymous,
        working_days=opened.objections.working_days,
    )


def receipt(case: Case, case_id: UUID, objection_id: UUID, working_days: WorkingDays) -> ObjectionReceipt:
    """What became of an objection. By when it is to be answered is counted now, as long as it is not."""
    opened = rules.case_is_open(case, case_id)
    objection = objection_of(case, objection_id)
    lodged, answered = objection.lodged, objection.answered
    due_on = answered.due_on if answered is not None else None
    if answered is None and lodged.working_days:
        due_on = last_day(working_days, lodged.lodged_on, lodged.working_days)
    return ObjectionReceipt(
        objection_id=lodged.objection_id,
        number=lodged.number,
        case_number=opened.number,
        title=opened.title,
        lodged_at=lodged.lodged_at,
        due_on=due_on,
        outcome=answered.outcome if answered is not None else None,
        answer=answered.answer if answered is not None else None,
        answered_on=answered.answered_on if answered is not None else None,
    )
