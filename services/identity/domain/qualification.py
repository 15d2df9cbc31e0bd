"""A qualification certificate from the authority's list: recorded once, never overwritten, withdrawn with its import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import (
    Qualification,
    QualificationRecorded,
    QualificationVouched,
    QualificationVouchEnded,
    QualificationWithdrawn,
    RecordQualification,
    WithdrawQualification,
)
from contracts.message import Actor, Event

Command = RecordQualification | WithdrawQualification
DUTY = "load_qualifications"


@dataclass(frozen=True)
class Recorded:
    """None before it is recorded. ``vouchers``: the imports that have it; none in it: a list that was no import.

    ``valid`` is false once it was withdrawn.
    """

    qualification: Qualification | None = None
    vouchers: frozenset[UUID | None] = frozenset()
    valid: bool = True


def evolve(state: Recorded, event: Event) -> Recorded:
    """The qualification after one event."""
    match event:
        case QualificationRecorded():
            return Recorded(event.qualification, frozenset({event.import_id}))
        case QualificationVouched():
            return replace(state, vouchers=state.vouchers | {event.import_id})
        case QualificationVouchEnded():
            return replace(state, vouchers=state.vouchers - {event.import_id})
        case QualificationWithdrawn():
            return replace(state, valid=False)
    return state


def decide(state: Recorded, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    may_load(command.meta.actor)
    match command:
        case RecordQualification():
            return _record(state, command)
        case WithdrawQualification():
            return _withdraw(state, command)


def may_load(actor: Actor) -> None:
    """The operator, or an officer with the duty."""
    if not (actor.kind in ("operator", "system") or (actor.kind == "officer" and actor.may(DUTY))):
        raise NotAllowed("duty_missing", params={"duty": DUTY})


def _record(state: Recorded, command: RecordQualification) -> Sequence[Event]:
    """Another list with the same row vouches for it; the same number with other facts is told, not swallowed. What was
    withdrawn with its import may come again, corrected too."""
    if state.qualification is not None and state.valid:
        if not state.qualification.same_as(command.qualification):
            raise Refused("qualification_differs")
        if command.import_id in state.vouchers:
            return []
        return [QualificationVouched(qualification_id=command.qualification_id, import_id=command.import_id)]
    return [
        QualificationRecorded(
            qualification_id=command.qualification_id,
            qualification=command.qualification,
            import_id=command.import_id,
        )
    ]


def _withdraw(state: Recorded, command: WithdrawQualification) -> Sequence[Event]:
    """It goes with the last list that has it."""
    if state.qualification is None:
        raise NotFound.of("qualification", command.qualification_id)
    if not state.valid or command.import_id not in state.vouchers:
        return []
    if len(state.vouchers) > 1:
        return [QualificationVouchEnded(qualification_id=command.qualification_id, import_id=command.import_id)]
    return [QualificationWithdrawn(qualification_id=command.qualification_id, import_id=command.import_id)]


def claims(state: Recorded, event: Event) -> Sequence[Claim | Release]:
    """Found by resident ID number: a key per holder and number. A withdrawn one is still found, as not valid."""
    match event:
        case QualificationRecorded():
            found = f"{event.qualification.resident_id}/{event.qualification.number}"
            moved = [Release("qualified")] if state.qualification is not None else []
            return [*moved, Claim("qualified", found, "qualification_exists")]
    return []


QUALIFICATION: Decider[Recorded, Command, Event] = Decider("qualification", Recorded(), decide, evolve, claims)
