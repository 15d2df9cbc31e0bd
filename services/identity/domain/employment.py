"""Employment: proposed by one side with a contract, accepted or declined by the other, ended by either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import (
    AnswerEmployment,
    EmploymentAccepted,
    EmploymentDeclined,
    EmploymentEnded,
    EmploymentProposed,
    EndEmployment,
    ProposeEmployment,
)
from contracts.message import Actor, Event
from services.identity.domain import rules

Command = ProposeEmployment | AnswerEmployment | EndEmployment
EMPLOYS = "employs"
"""The index of whom an enterprise employs, never behind: ``<enterprise>/<employment>``."""
Status = Literal["none", "proposed", "accepted", "declined", "ended"]


@dataclass(frozen=True)
class Employment:
    """``status`` none before it is proposed."""

    proposed: EmploymentProposed | None = None
    status: Status = "none"


def evolve(state: Employment, event: Event) -> Employment:
    """The employment after one event."""
    match event:
        case EmploymentProposed():
            return Employment(event, "proposed")
        case EmploymentAccepted():
            return replace(state, status="accepted")
        case EmploymentDeclined():
            return replace(state, status="declined")
        case EmploymentEnded():
            return replace(state, status="ended")
    return state


def decide(state: Employment, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    if isinstance(command, ProposeEmployment):
        return _propose(state, command)
    if state.proposed is None:
        raise NotFound.of("employment", command.employment_id)
    match command:
        case AnswerEmployment():
            return _answer(state, state.proposed, command, _side(state.proposed, command.meta.actor))
        case EndEmployment():
            if command.meta.actor.kind != "system":  # the employer is closed: neither side ends it
                _side(state.proposed, command.meta.actor)
            return _end(state, state.proposed, command)


def _propose(state: Employment, command: ProposeEmployment) -> Sequence[Event]:
    if state.proposed is not None:
        return []
    if command.ends_on is not None and command.ends_on <= command.starts_on:
        raise Refused("employment_ends_before_it_starts")
    if command.ends_on is not None and command.ends_on < rules.china_day(command.meta.at):
        raise Refused("employment_already_over")
    actor = command.meta.actor
    if actor.kind == "enterprise":
        rules.only_the_enterprise(actor, command.enterprise_id)
    else:
        rules.only_the_person(actor, command.person_id)
    return [
        EmploymentProposed(
            employment_id=command.employment_id,
            person_id=command.person_id,
            enterprise_id=command.enterprise_id,
            contract=command.contract,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            proposed_by="enterprise" if actor.kind == "enterprise" else "person",
        )
    ]


def _side(proposed: EmploymentProposed, actor: Actor) -> Literal["person", "enterprise"]:
    if actor.kind == "person" and actor.person_id == proposed.person_id:
        return "person"
    if actor.kind == "enterprise" and actor.enterprise_id == proposed.enterprise_id:
        return "enterprise"
    raise NotAllowed("not_a_party")


def _answer(
    state: Employment, proposed: EmploymentProposed, command: AnswerEmployment, side: str
) -> Sequence[Event]:
    if side == proposed.proposed_by:
        raise NotAllowed("other_side_answers")
    answered: Status = "accepted" if command.accept else "declined"
    if state.status == answered:
        return []
    if state.status != "proposed":
        raise Refused("employment_already_answered", params={"status": state.status})
    parties = {"person_id": proposed.person_id, "enterprise_id": proposed.enterprise_id}
    if command.accept:
        return [EmploymentAccepted(employment_id=command.employment_id, **parties)]
    return [EmploymentDeclined(employment_id=command.employment_id, reason=_reason(command), **parties)]


def _end(state: Employment, proposed: EmploymentProposed, command: EndEmployment) -> Sequence[Event]:
    if state.status == "ended":
        return []
    if state.status != "accepted":
        raise Refused("employment_not_in_force", params={"status": state.status})
    return [
        EmploymentEnded(
            employment_id=command.employment_id,
            person_id=proposed.person_id,
            enterprise_id=proposed.enterprise_id,
            reason=_reason(command),
        )
    ]


def _reason(command: AnswerEmployment | EndEmployment) -> str:
    if not command.meta.reason:
        raise Refused("reason_missing")
    return command.meta.reason


def claims(state: Employment, event: Event) -> Sequence[Claim | Release]:
    """One employer at a time: registration is refused to whoever has two (order 153, art. 15)."""
    match event:
        case EmploymentAccepted():
            of_enterprise = f"{event.enterprise_id}/{event.employment_id}"
            return [
                Claim("employed", str(event.person_id), "employed_elsewhere"),
                Claim(EMPLOYS, of_enterprise, "employment_exists"),
            ]
        case EmploymentEnded():
            return [Release("employed"), Release(EMPLOYS)]
    return []


EMPLOYMENT: Decider[Employment, Command, Event] = Decider("employment", Employment(), decide, evolve, claims)
