"""How each event changes a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from contracts.message import Event
from contracts.review import (
    CaseAnnounced,
    CaseApproved,
    CaseAssigned,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReleased,
    CaseResubmitted,
    CaseReturned,
    ClockResumed,
    ClockSuspended,
    DeadlineMissed,
    DeadlineNear,
    ObjectionAnswered,
    ObjectionAssigned,
    ObjectionLodged,
    PublicityEnded,
    Stage,
    StageDeemedPassed,
    StageExtended,
    StagePassed,
    StageReopened,
    Submission,
)
from services.review.domain.case import Case, Clock, Examined, Objection, notice_of
from services.review.domain.days import china_day


def evolve(case: Case, event: Event) -> Case:
    """The case after one event."""
    match event:
        case CaseOpened():
            return _opened(event)
        case CaseResubmitted():
            clock = case.clock.resumed(china_day(event.submitted_at)) if case.clock is not None else None
            handed_in = (*case.submissions, _submission(event))
            return replace(
                case,
                returned=None,
                decision=None,
                clock=clock,
                submissions=handed_in,
                applicant=event.applicant,
                filed_by=case.filed_by | _hands_in(event),
                party_enterprises=case.party_enterprises | frozenset(event.party_enterprises),
            )
        case StagePassed() | StageDeemedPassed():
            return _at_next_stage(case, event)
        case CaseReturned():
            clock = None
            if case.clock is not None and event.returned_on is not None:
                clock = case.clock.stopped(event.returned_on, event.used_days, "correction")
            return replace(case, returned=event, returns=(*case.returns, event), clock=clock)
        case ClockSuspended() if case.clock is not None:
            return replace(case, clock=case.clock.stopped(event.suspended_on, event.used_days, event.why))
        case ClockResumed() if case.clock is not None:
            return replace(case, clock=case.clock.resumed(event.resumed_on))
        case StageExtended() if case.clock is not None:
            longer = replace(case.clock, days_left=case.clock.days_left + event.working_days, extended=True)
            return replace(case, clock=longer)
        case DeadlineNear() | DeadlineMissed():
            return replace(case, noticed=case.noticed | {notice_of(event, isinstance(event, DeadlineNear))})
        case CaseAssigned():
            return replace(case, holder=event.officer)
        case CaseReleased():
            return replace(case, holder=None)
        case CaseEscalated():
            return replace(case, escalated_to=event.to_level, moved=event, holder=None)
        case CaseHandedBack():
            return replace(case, escalated_to=None, moved=event, holder=None)
        case CasePublicised():
            return replace(case, publicised=event, publicity_ended=None)
        case PublicityEnded():
            return replace(case, publicity_ended=event)
        case ObjectionLodged():
            return replace(case, objections=(*case.objections, Objection(event)))
        case ObjectionAssigned():
            return _with_objection(case, event)
        case ObjectionAnswered():
            return _with_objection(case, event)
        case StageReopened():
            return _reopened(case, event)
        case CaseAnnounced():
            return replace(case, announced=event)
        case CaseLapsed():
            # the clock is kept: a correction that was on its way lets the case go on
            return replace(case, decision=event, holder=None, returned=None)
        case CaseRejected() | CaseApproved():
            return replace(case, decision=event, clock=None, holder=None, returned=None)
    return case


def _opened(event: CaseOpened) -> Case:
    first = event.stages[0] if event.stages else None
    return Case(
        opened=event,
        submissions=(_submission(event),),
        applicant=event.applicant,
        filed_by=_hands_in(event),
        party_enterprises=frozenset(event.party_enterprises),
        clock=_clock_of(first, china_day(event.submitted_at)),
    )


def _hands_in(event: CaseOpened | CaseResubmitted) -> frozenset[str]:
    return frozenset(one for one in (event.filed_by, *event.confirmed_by) if one is not None)


def _submission(event: CaseOpened | CaseResubmitted) -> Submission:
    return Submission(
        round=event.round,
        person_id=event.applicant.person_id,
        form=event.form,
        attachments=event.attachments,
        specialty=event.specialty,
        submitted_at=event.submitted_at,
    )


def _clock_of(stage: Stage | None, began_on: date | None) -> Clock | None:
    """Of a stage that begins; none where the matter sets no limit, or an event of old does not tell the day."""
    return Clock(began_on, stage.working_days) if stage and stage.working_days and began_on else None


def _at_next_stage(case: Case, event: Examined) -> Case:
    return replace(
        case,
        passed=(*case.passed, event),
        clock=_clock_of(case.following, event.passed_on),
        escalated_to=None,
        moved=None,
        holder=event.kept_by if isinstance(event, StagePassed) else None,
    )


def _reopened(case: Case, event: StageReopened) -> Case:
    last = case.opened.stages[-1] if case.opened is not None else None
    return replace(
        case,
        passed=case.passed[:-1],
        void=(*case.void, *case.passed[-1:]),
        clock=_clock_of(last, event.reopened_on),
        publicised=None,
        publicity_ended=None,
        escalated_to=None,
        moved=None,
        holder=None,
    )


def _with_objection(case: Case, event: ObjectionAssigned | ObjectionAnswered) -> Case:
    changed = []
    for one in case.objections:
        if one.lodged.objection_id != event.objection_id:
            changed.append(one)
        elif isinstance(event, ObjectionAssigned):
            changed.append(replace(one, assigned=event))
        else:
            changed.append(replace(one, answered=event))
    return replace(case, objections=tuple(changed))
