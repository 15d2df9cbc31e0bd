"""Who has the case on the desk: claimed, given to somebody, put back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contracts.errors import NotAllowed, Refused
from contracts.message import Actor, Event
from contracts.review import (
    AssignCase,
    CaseAssigned,
    CaseOpened,
    CaseReleased,
    ClaimCase,
    HowAssigned,
    ReleaseCase,
    Stage,
)
from contracts.review.cases import Examining
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.days import china_day


def claim_case(case: Case, command: ClaimCase) -> Sequence[Event]:
    """Nobody holds it: from now on this officer does."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    stage = rules.stage_on_route(opened, command.stage)
    authority_id = rules.officer_in_charge(case, command, stage, rules.duty_of(stage))
    _is_on_some_desk(case, stage)
    if case.holder == actor.account_id:
        return []
    if case.holder is not None:
        raise NotAllowed("held_by_another")
    return [_assigned(case, stage, command, actor.account_id, authority_id, "claimed")]


def assign_case(case: Case, command: AssignCase) -> Sequence[Event]:
    """Given to an officer who may examine it; by who assigns in that authority, or handed over by the holder."""
    opened = rules.case_is_open(case, command.case_id)
    stage = rules.stage_on_route(opened, command.stage)
    authority_id = may_arrange(case, command, stage)
    if command.how != "handed_out":  # then the desks choose, not the officer
        rules.reviewer_is_impartial(case, command.meta.actor, command.employers)
    _is_on_some_desk(case, stage)
    if case.holder == command.officer:
        return []
    if command.how == "handed_out" and case.holder is not None:
        raise NotAllowed("held_by_another")  # taken by somebody since it was seen to be waiting
    assignee_is_fit(case, stage, command)
    return [_assigned(case, stage, command, command.officer, authority_id, command.how, command.reason)]


def release_case(case: Case, command: ReleaseCase) -> Sequence[Event]:
    """Back to where everybody may claim it; by the holder, or by who assigns."""
    opened = rules.case_is_open(case, command.case_id)
    stage = rules.stage_on_route(opened, command.stage)
    may_arrange(case, command, stage)
    _is_on_some_desk(case, stage)
    if case.holder is None:
        return []
    return [
        CaseReleased(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            stage=stage.name,
            officer=case.holder,
            by=command.meta.actor.account_id,
            reason=command.reason,
        )
    ]


def may_arrange(case: Case, command: Examining, stage: Stage) -> UUID:
    """The holder, who covers for them, or an officer with the duty to assign; of the authority that acts now."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    authority_id = rules.officer_of_the_place(actor, opened)
    holds = case.holder is not None and case.holder in (actor.account_id, *command.covers)
    level = case.level or stage.level
    rules.of_level_with_duty(actor, level, rules.duty_of(stage) if holds else "assign")
    return authority_id


def unfit(
    case: Case, opened: CaseOpened, stage: Stage, officer: Actor, employers: tuple[UUID, ...]
) -> NotAllowed | None:
    """Why this officer may not examine the stage; none when they may."""
    try:
        rules.officer_of_the_place(officer, opened)
        rules.of_level_with_duty(officer, case.level or stage.level, rules.duty_of(stage))
        rules.reviewer_is_impartial(case, officer, employers)
        rules.examined_no_stage_apart(case, officer, stage)
    except NotAllowed as why:
        return why
    return None


def assignee_is_fit(case: Case, stage: Stage, command: AssignCase) -> None:
    """A case is given to nobody who could then not examine it; the problem says why."""
    if command.assignee is None:
        raise Refused("assignee_unfit", problems=[{"code": "account_not_found", "field": "officer"}])
    opened = rules.case_is_open(case, command.case_id)
    if (why := unfit(case, opened, stage, command.assignee, command.assignee_employers)) is not None:
        problem = {"code": why.code, "field": "officer", "params": why.params}
        raise Refused("assignee_unfit", problems=[problem])


def _is_on_some_desk(case: Case, stage: Stage) -> None:
    rules.not_decided(case)
    rules.stage_is_current(case, stage.name)


def _assigned(
    case: Case,
    stage: Stage,
    command: ClaimCase | AssignCase,
    officer: str,
    authority_id: UUID,
    how: HowAssigned,
    reason: str | None = None,
) -> CaseAssigned:
    opened = rules.case_is_open(case, command.case_id)
    return CaseAssigned(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        stage=stage.name,
        officer=officer,
        authority_id=authority_id,
        how=how,
        former=case.holder,
        by=command.meta.actor.account_id,
        reason=reason,
        assigned_on=china_day(command.meta.at),
    )
