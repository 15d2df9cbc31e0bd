"""The rules that every step of a case obeys: each a function with a code, which is what the caller hears."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import Duty, Level
from contracts.matters.route import Outcome
from contracts.message import Actor
from contracts.places import within
from contracts.review import CaseOpened, Stage
from services.review.domain.case import Case

CHINA = timezone(timedelta(hours=8))
"""One time for the whole country; no summer time since 1991."""


def china_day(at: datetime) -> date:
    """The date that an office's wall calendar shows: limits count these, wherever the server stands."""
    return at.astimezone(CHINA).date()


def case_is_open(case: Case, case_id: UUID) -> CaseOpened:
    """There is such a case."""
    if case.opened is None:
        raise NotFound.of("case", case_id)
    return case.opened


def only_the_product_itself(actor: Actor) -> None:
    """Cases are opened by submission and publicities ended by time, never by somebody's wish."""
    if actor.kind != "system":
        raise NotAllowed("system_only")


def officer_of_the_place(actor: Actor, opened: CaseOpened) -> UUID:
    """An officer whose authority has jurisdiction, and whose own case this is not; the authority's id.

    Auditors, filers and operators change nothing in a case (DOMAIN 2).
    """
    if actor.kind != "officer" or actor.authority_id is None:
        raise NotAllowed("officers_only")
    if actor.place is None or not within(opened.place, actor.place):
        raise NotAllowed("outside_jurisdiction", params={"place": opened.place})
    not_their_own(actor, opened)
    return actor.authority_id


def not_their_own(actor: Actor, opened: CaseOpened) -> None:
    """Officials step aside in their own affairs (公务员法 art. 76): as applicant, or of the firm."""
    applicant = opened.applicant
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


def stage_on_route(opened: CaseOpened, name: str) -> Stage:
    """The stage of that name; one that is not on the route is never in order."""
    for stage in opened.stages:
        if stage.name == name:
            return stage
    raise Refused("stage_out_of_order", params={"stage": name, "current": None})


def not_decided(case: Case) -> None:
    """A decision stands: what was returned comes back as a new case, the rest is another matter."""
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
