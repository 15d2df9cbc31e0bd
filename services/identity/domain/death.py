"""A person's death: said by an authority above their employer's, taken back where it was a mistake."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.errors import NotAllowed, Refused
from contracts.identifiers import birth_date
from contracts.identity import DeathWithdrawn, PersonDied, RecordDeath, WithdrawDeath
from contracts.message import Actor
from services.identity.domain import rules

DUTY = "authenticate"


def decide(
    resident_id: str, died: PersonDied | None, command: RecordDeath | WithdrawDeath
) -> Sequence[PersonDied | DeathWithdrawn]:
    """What the authority's word makes happen; said again it is silent."""
    may_say(command.meta.actor, command.place)
    reason = rules.said_why(command.meta)
    if isinstance(command, WithdrawDeath):
        return [DeathWithdrawn(person_id=command.person_id, reason=reason)] if died is not None else []
    rules.has_come(command.died_on, command.meta.at)
    if command.died_on < birth_date(resident_id):
        raise Refused("died_before_birth")
    if died is not None and died.died_on != command.died_on:
        raise Refused("death_recorded", params={"day": died.died_on.isoformat()})
    said = PersonDied(person_id=command.person_id, died_on=command.died_on, reason=reason)
    return [said] if died is None else []


def may_say(actor: Actor, place: str | None) -> None:
    """It takes all that somebody is registered for: a province says it, not the city in which the employer has its seat."""
    rules.operator_or_officer_with(actor, DUTY, place or actor.place or "")
    if actor.kind == "officer" and actor.level not in ("province", "ministry"):
        raise NotAllowed("wrong_level", params={"level": "province"})


def lives(died: PersonDied | None) -> None:
    """Nobody acts in the name of somebody who has died."""
    if died is not None:
        raise Refused("person_died", params={"day": died.died_on.isoformat()})
