"""A qualification certificate from the authority's list: recorded once, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, Refused
from contracts.identity import Qualification, QualificationRecorded, RecordQualification
from contracts.message import Event


@dataclass(frozen=True)
class Recorded:
    """None before it is recorded."""

    qualification: Qualification | None = None


def evolve(state: Recorded, event: Event) -> Recorded:
    """The qualification after one event."""
    match event:
        case QualificationRecorded():
            return Recorded(event.qualification)
    return state


def decide(state: Recorded, command: RecordQualification) -> Sequence[Event]:
    """Loading a list again is silent; the same number with other facts is told, not swallowed."""
    actor = command.meta.actor
    if not (actor.kind in ("operator", "system") or (actor.kind == "officer" and actor.may("load_qualifications"))):
        raise NotAllowed("duty_missing", params={"duty": "load_qualifications"})
    if state.qualification == command.qualification:
        return []
    if state.qualification is not None:
        raise Refused("qualification_differs")
    return [QualificationRecorded(qualification_id=command.qualification_id, qualification=command.qualification)]


def claims(state: Recorded, event: Event) -> Sequence[Claim | Release]:
    """Found by resident ID number: a key per holder and number."""
    match event:
        case QualificationRecorded():
            found = f"{event.qualification.resident_id}/{event.qualification.number}"
            return [Claim("qualified", found, "qualification_exists")]
    return []


QUALIFICATION: Decider[Recorded, RecordQualification, Event] = Decider(
    "qualification", Recorded(), decide, evolve, claims
)
