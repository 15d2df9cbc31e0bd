"""By when: the times that run in a case, or stand still, counted now by the calendar that is in force now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from contracts.review import Deadline, Stage
from contracts.working_days import CalendarEnds, WorkingDays
from services.review.domain.case import Case, Clock
from services.review.domain.silence import decision_began_on, granted_after

Effect = Literal["escalated", "deemed_passed", "deemed_granted", "lapsed", "noted"]


def last_day(working_days: WorkingDays, began_on: date, count: int) -> date | None:
    """The last day; none when it lies in a year that nobody knows yet: a list is still shown then."""
    try:
        return working_days.add(began_on, count)
    except CalendarEnds:
        return None


def due_on(clock: Clock | None, working_days: WorkingDays) -> date | None:
    """The last day of a stage whose clock runs; none without a limit, while it stands still, and beyond the calendar."""
    if clock is None or clock.suspended is not None:
        return None
    return last_day(working_days, clock.began_on, clock.days_left)


def deadline(working_days: WorkingDays, told: Deadline) -> Deadline:
    """With its last day, where it runs and the days are known."""
    if told.suspended is not None:
        return told
    end = last_day(working_days, told.began_on, told.days_left)
    estimated = end is not None and working_days.is_estimated(end)
    return told.model_copy(update={"due_on": end, "beyond_calendar": end is None, "estimated": estimated})


def deadlines_of(case: Case, working_days: WorkingDays) -> tuple[Deadline, ...]:
    """Every time of this case: which, why, since when, until when, and what its end does. None once it is decided."""
    if case.opened is None or case.decision is not None:
        return ()
    return tuple(deadline(working_days, one) for one in _told(case))


def effect_of(stage: Stage) -> Effect:
    """What the end of a stage's time does."""
    if stage.silence is None:
        return "escalated"
    return "deemed_granted" if stage.silence.means == "granted" else "deemed_passed"


def _told(case: Case) -> Iterator[Deadline]:
    opened = case.opened
    assert opened is not None
    stage = case.stage.name if case.stage is not None else None
    if case.stage is not None and case.clock is not None:
        yield Deadline(
            case_id=opened.case_id,
            deadline="stage",
            stage=stage,
            began_on=case.clock.began_on,
            working_days=case.stage.working_days,
            days_left=case.clock.days_left,
            due_on=None,
            suspended=case.clock.suspended,
            legal_basis=case.stage.silence.legal_basis if case.stage.silence else case.stage.legal_basis,
            effect=effect_of(case.stage),
            extended=case.clock.extended,
        )
    if case.returned is not None and case.returned.returned_on is not None and opened.correction is not None:
        yield Deadline(
            case_id=opened.case_id,
            deadline="correction",
            stage=stage,
            began_on=case.returned.returned_on,
            working_days=opened.correction.working_days,
            days_left=opened.correction.working_days,
            due_on=None,
            legal_basis=opened.correction.legal_basis,
            effect="lapsed",
        )
    if opened.decision is not None and (began_on := decision_began_on(case)) is not None:
        yield Deadline(
            case_id=opened.case_id,
            deadline="decision",
            stage=None,
            began_on=began_on,
            working_days=opened.decision.working_days,
            days_left=opened.decision.working_days,
            due_on=None,
            legal_basis=opened.decision.legal_basis,
            effect="noted",
        )
    if (until := granted_after(case)) is not None and opened.granted_by_silence is not None:
        yield Deadline(
            case_id=opened.case_id,
            deadline="validity",
            stage=stage,
            began_on=until,
            working_days=0,
            due_on=None,
            suspended="correction" if case.returned is not None else None,
            legal_basis=opened.granted_by_silence.legal_basis,
            effect="deemed_granted",
        )
    for one in case.open_objections:
        if one.lodged.working_days:
            yield Deadline(
                case_id=opened.case_id,
                deadline="objection",
                key=str(one.lodged.objection_id),
                stage=stage,
                began_on=one.lodged.lodged_on,
                working_days=one.lodged.working_days,
                days_left=one.lodged.working_days,
                due_on=None,
                effect="noted",
            )
