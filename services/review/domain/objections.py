"""Objections: lodged by anybody while the case is shown, assigned, answered. Each holds its own case and no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contracts.decider import Claim
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.message import Actor, Event
from contracts.review import (
    AnswerObjection,
    AssignObjection,
    CaseOpened,
    CasePublicised,
    LodgeObjection,
    ObjectionAnswered,
    ObjectionAssigned,
    ObjectionLodged,
    StageReopened,
)
from services.review.domain import rules
from services.review.domain.case import Case, Objection
from services.review.domain.days import china_day
from services.review.domain.decision import approval_as_examined


def lodge_objection(case: Case, command: LodgeObjection) -> Sequence[Event]:
    """By anybody, through the last second of the last day; the moment counts at which it was said.

    Under the id of one that was lodged, only the same can be said again: what is new would be lost without a word.
    """
    opened = rules.case_is_open(case, command.case_id)
    before = next((one.lodged for one in case.objections if one.lodged.objection_id == command.objection_id), None)
    if before is not None:
        if (before.reasons, before.files, before.objector) == (command.reasons, command.files, command.objector):
            return []
        raise Refused("objection_exists")
    shown_to_objectors(case, opened, command.meta.at)
    objector_is_named(opened, command)
    return [
        ObjectionLodged(
            objection_id=command.objection_id,
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            number=f"{opened.number}-Y{len(case.objections) + 1}",
            reasons=command.reasons,
            files=command.files,
            objector=command.objector,
            lodged_at=command.meta.at,
            lodged_on=china_day(command.meta.at),
            working_days=opened.objections.working_days,
        )
    ]


def assign_objection(case: Case, command: AssignObjection) -> Sequence[Event]:
    """Given to an officer of the level that shows the case, who may answer it; the problem says why not."""
    opened = rules.case_is_open(case, command.case_id)
    objection = objection_of(case, command.objection_id)
    actor = command.meta.actor
    shows_the_case(actor, opened)
    rules.reviewer_is_impartial(case, actor, command.employers)
    not_answered(objection)
    if objection.assigned is not None and objection.assigned.officer == command.officer:
        return []
    assignee_may_answer(case, opened, command)
    return [
        ObjectionAssigned(
            objection_id=command.objection_id,
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            officer=command.officer,
            by=actor.account_id,
        )
    ]


def answer_objection(case: Case, command: AnswerObjection) -> Sequence[Event]:
    """Dismissed: the case goes on. Upheld: what was shown is void, and the last stage is to be done again.

    Where the case was decided meanwhile, by the law's silence, its author is answered all the same.
    """
    opened = rules.case_is_open(case, command.case_id)
    objection = objection_of(case, command.objection_id)
    actor = command.meta.actor
    authority_id = may_answer(case, opened, actor, command.employers)
    if answered_the_same(objection, command):
        return []
    not_answered(objection)
    if objection.assigned is not None and objection.assigned.officer != actor.account_id:
        raise NotAllowed("held_by_another")
    answered = ObjectionAnswered(
        objection_id=command.objection_id,
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        outcome=command.outcome,
        answer=command.answer,
        officer=actor.account_id,
        authority_id=authority_id,
        answered_on=china_day(command.meta.at),
        due_on=command.due_on,
    )
    return [answered, *what_follows(case, opened, answered)]


def claims(case: Case, event: Event) -> Sequence[Claim]:
    """An objection is one case's, and is found by its id alone: that is its author's receipt."""
    if isinstance(event, ObjectionLodged):
        return (Claim("objection", str(event.objection_id), "objection_exists"),)
    return ()


def what_follows(case: Case, opened: CaseOpened, answered: ObjectionAnswered) -> Sequence[Event]:
    """Upheld: the last stage opens again, unless another objection opened it already. Dismissed, as the last one that
    held a case whose publicity is over, and where nothing is announced: the approval that it held up."""
    if case.decision is not None or case.stage is not None:
        return []
    if answered.outcome == "upheld":
        last = opened.stages[-1]
        return [
            StageReopened(
                case_id=opened.case_id,
                filing_id=opened.filing_id,
                stage=last.name,
                level=last.level,
                objection_id=answered.objection_id,
                reopened_on=answered.answered_on,
            )
        ]
    others = [one for one in case.open_objections if one.lodged.objection_id != answered.objection_id]
    if others or opened.announced or case.publicity_ended is None:
        return []
    return [approval_as_examined(case, case.passed[-1], answered.answered_on)]


def shown_to_objectors(case: Case, opened: CaseOpened, at: datetime) -> CasePublicised:
    """The matter allows objections, and the case is shown at this moment. Not the end as recorded counts but the last
    day itself: what was said in its last second is heard, though it arrives when the end is recorded already."""
    if not opened.objections.allowed:
        raise Refused("objections_not_foreseen")
    if case.publicised is None:
        raise Refused("not_publicised")
    if china_day(at) > case.publicised.ends_on:
        raise Refused("publicity_over", params={"ends_on": case.publicised.ends_on.isoformat()})
    rules.not_decided(case)
    return case.publicised


def objector_is_named(opened: CaseOpened, command: LodgeObjection) -> None:
    """Anonymously only where the matter says so."""
    if command.objector is None and not opened.objections.anonymous:
        raise Refused("objector_needed")


def objection_of(case: Case, objection_id: UUID) -> Objection:
    """The objection of this id to this case."""
    for one in case.objections:
        if one.lodged.objection_id == objection_id:
            return one
    raise NotFound.of("objection", objection_id)


def not_answered(objection: Objection) -> None:
    """An answer stands."""
    if objection.answered is not None:
        raise Refused("objection_already_answered", params={"number": objection.lodged.number})


def answered_the_same(objection: Objection, command: AnswerObjection) -> bool:
    """By this very officer, in these words."""
    one = objection.answered
    said = (command.outcome, command.answer, command.meta.actor.account_id)
    return one is not None and (one.outcome, one.answer, one.officer) == said


def shows_the_case(actor: Actor, opened: CaseOpened) -> UUID:
    """An officer of the level that examined last, with the duty to publicise; the authority's id."""
    authority_id = rules.officer_of_the_place(actor, opened)
    rules.of_level_with_duty(actor, rules.last_level(opened), "publicise")
    return authority_id


def may_answer(case: Case, opened: CaseOpened, actor: Actor, employers: tuple[UUID, ...]) -> UUID:
    """Who shows the case, is impartial, and judged nothing of it before: nobody hears an objection to their own work."""
    authority_id = shows_the_case(actor, opened)
    rules.reviewer_is_impartial(case, actor, employers)
    for one in (*case.passed, *case.void, *case.returns):
        if getattr(one, "officer", None) == actor.account_id:
            raise NotAllowed("examined_before", params={"stage": one.stage})
    return authority_id


def assignee_may_answer(case: Case, opened: CaseOpened, command: AssignObjection) -> None:
    """An objection is given to nobody who could then not answer it."""
    if command.assignee is None:
        raise Refused("assignee_unfit", problems=[{"code": "account_not_found", "field": "officer"}])
    try:
        may_answer(case, opened, command.assignee, command.assignee_employers)
    except NotAllowed as why:
        problem = {"code": why.code, "field": "officer", "params": why.params}
        raise Refused("assignee_unfit", problems=[problem]) from None
