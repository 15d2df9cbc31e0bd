"""The rules that every step of a case obeys: each a function with a code, which is what the caller hears."""

from __future__ import annotations

from uuid import UUID

from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import Duty, Level
from contracts.matters.route import Outcome
from contracts.message import Actor
from contracts.places import within
from contracts.review import Applicant, CaseOpened, Stage
from contracts.review.cases import Examining
from services.review.domain.case import Case


def case_is_open(case: Case, case_id: UUID) -> CaseOpened:
    """There is such a case."""
    if case.opened is None:
        raise NotFound.of("case", case_id)
    return case.opened


def only_the_product_itself(actor: Actor) -> None:
    """Cases are opened by submission and publicities ended by time, never by somebody's wish."""
    if actor.kind != "system":
        raise NotAllowed("system_only")


def examiner(case: Case, command: Examining) -> tuple[Stage, UUID]:
    """The stage that is named, and the authority of the officer who may examine it: of its place, level and duty, with
    no hand in the filing, and holding the case where somebody holds it."""
    opened = case_is_open(case, command.case_id)
    stage = stage_on_route(opened, command.stage)
    authority_id = officer_in_charge(case, command, stage, duty_of(stage))
    held_by_nobody_else(case, command)
    return stage, authority_id


def officer_in_charge(case: Case, command: Examining, stage: Stage, duty: Duty) -> UUID:
    """An officer of the place and of the level that acts in this stage now, who has the duty and is impartial."""
    opened = case_is_open(case, command.case_id)
    actor = command.meta.actor
    authority_id = officer_of_the_place(actor, opened)
    is_present = case.stage is not None and case.stage.name == stage.name
    of_level_with_duty(actor, case.level if is_present and case.level else stage.level, duty)
    reviewer_is_impartial(case, actor, command.employers)
    examined_no_stage_apart(case, actor, stage)
    return authority_id


def reviewer_is_impartial(case: Case, actor: Actor, employers: tuple[UUID, ...]) -> None:
    """Whoever filed or confirmed it, or works for the filer or a party, does not examine it (公务员法 art. 76)."""
    if actor.account_id in case.filed_by:
        raise NotAllowed("had_a_hand_in_filing")
    if case.applicant is None:
        return
    not_their_own(actor, case.applicant)
    if case.applicant.enterprise_id is not None and case.applicant.enterprise_id in employers:
        raise NotAllowed("works_for_the_filer")
    if case.party_enterprises.intersection(employers):
        raise NotAllowed("works_for_a_party")


def examined_no_stage_apart(case: Case, actor: Actor, stage: Stage) -> None:
    """Stages that the matter keeps apart are done by different officers."""
    for one in case.passed:
        if one.stage in stage.separate_from and getattr(one, "officer", None) == actor.account_id:
            raise NotAllowed("examined_before", params={"stage": one.stage})


def held_by_nobody_else(case: Case, command: Examining) -> None:
    """Two officers do not work on one case: the holder does, or who covers for them."""
    holder = case.holder
    if holder is not None and holder != command.meta.actor.account_id and holder not in command.covers:
        raise NotAllowed("held_by_another")


def clock_runs(case: Case) -> None:
    """Nothing is decided while a hearing, inspection or expert review is under way."""
    if case.clock is not None and case.clock.suspended not in (None, "correction"):
        raise Refused("clock_suspended", params={"why": case.clock.suspended})


def not_returned(case: Case) -> None:
    """What was returned waits for the filer."""
    if case.returned is not None:
        raise Refused("awaits_correction")


def no_objection_is_open(case: Case) -> None:
    """An objection holds its own case until it is answered."""
    if case.open_objections:
        raise Refused("objection_open", params={"count": len(case.open_objections)})


def officer_of_the_place(actor: Actor, opened: CaseOpened) -> UUID:
    """An officer whose authority has jurisdiction, and whose own case this is not; the authority's id.

    Auditors, filers and operators change nothing in a case (DOMAIN 2).
    """
    if actor.kind != "officer" or actor.authority_id is None:
        raise NotAllowed("officers_only")
    if actor.place is None or not within(opened.place, actor.place):
        raise NotAllowed("outside_jurisdiction", params={"place": opened.place})
    not_their_own(actor, opened.applicant)
    return actor.authority_id


def not_their_own(actor: Actor, applicant: Applicant) -> None:
    """Officials step aside in their own affairs (公务员法 art. 76): as applicant, or of the firm."""
    own = actor.person_id is not None and actor.person_id == applicant.person_id
    firm = actor.enterprise_id is not None and actor.enterprise_id == applicant.enterprise_id
    if own or firm:
        raise NotAllowed("own_case")


def of_level_with_duty(actor: Actor, level: Level, duty: Duty) -> None:
    """Each step belongs to one level: a province does not do its cities' work, nor the other way round."""
    if actor.level != level:
        raise NotAllowed("wrong_level", params={"level": level})
    if not actor.may(duty):
        raise NotAllowed("duty_missing", params={"duty": duty})


def duty_of(stage: Stage) -> Duty:
    """Whoever accepts need not be able to judge: acceptance is a duty of its own."""
    return "accept" if stage.name == "acceptance" else "review"


def last_level(opened: CaseOpened) -> Level:
    """Who examined last shows and announces; a case without stages is approved by rules, and has neither."""
    if not opened.stages:
        raise Refused("already_decided", params={"status": "approved"})
    return opened.stages[-1].level


def stage_on_route(opened: CaseOpened, name: str) -> Stage:
    """The stage of that name; one that is not on the route is never in order."""
    for stage in opened.stages:
        if stage.name == name:
            return stage
    raise Refused("stage_out_of_order", params={"stage": name, "current": None})


def not_decided(case: Case) -> None:
    """A decision stands."""
    if case.decision is not None:
        raise Refused("already_decided", params={"status": case.status})


def stage_is_current(case: Case, name: str) -> None:
    """No stage is skipped, and none is done twice."""
    current = case.stage.name if case.stage is not None else None
    if name != current:
        raise Refused("stage_out_of_order", params={"stage": name, "current": current})


def stage_offers(stage: Stage, outcome: Outcome) -> None:
    """The matter says what a stage can end with."""
    if outcome not in stage.outcomes:
        raise Refused("outcome_not_offered", params={"stage": stage.name, "outcome": outcome})


def all_stages_passed(case: Case) -> None:
    """Nothing is shown or announced that is still being examined."""
    if case.stage is not None:
        raise Refused("stages_remain", params={"current": case.stage.name})


def publicity_is_foreseen(opened: CaseOpened) -> int:
    """The matter has a publicity; of how many working days."""
    if opened.publicity_working_days is None:
        raise Refused("publicity_not_foreseen")
    return opened.publicity_working_days


def announcement_is_foreseen(opened: CaseOpened) -> None:
    """The matter has an announcement."""
    if not opened.announced:
        raise Refused("announcement_not_foreseen")


def publicity_is_over(case: Case, opened: CaseOpened) -> None:
    """Where a publicity is foreseen, it was held and has ended: objections had their time."""
    if opened.publicity_working_days is None or case.publicity_ended is not None:
        return
    if case.publicised is None:
        raise Refused("not_publicised")
    raise Refused("publicity_not_over", params={"ends_on": case.publicised.ends_on.isoformat()})
