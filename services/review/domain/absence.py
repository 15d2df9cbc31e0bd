"""When an officer is away, and who stands in: one stream for each officer's desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.message import Actor, Event
from contracts.review import AbsenceEnded, AbsenceRecorded, EndAbsence, RecordAbsence
from services.review.domain.days import china_day

Command = RecordAbsence | EndAbsence


@dataclass(frozen=True)
class Absence:
    """``ended_on`` is the day on which they were back earlier."""

    recorded: AbsenceRecorded
    ended_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether they are away on that day."""
        away = self.recorded.from_on <= day <= self.recorded.until_on
        return away and (self.ended_on is None or day < self.ended_on)

    @property
    def last_day(self) -> date:
        """The last day away, as far as is known now; before the first one when it did not come to it."""
        if self.ended_on is None:
            return self.recorded.until_on
        return min(self.recorded.until_on, date.fromordinal(self.ended_on.toordinal() - 1))


@dataclass(frozen=True)
class Desk:
    """The absences of one officer, in the order in which they were told."""

    absences: tuple[Absence, ...] = ()

    def stand_in(self, day: date) -> str | None:
        """Who stands in for this officer on that day."""
        return next((one.recorded.cover for one in self.absences if one.covers(day)), None)


def evolve(desk: Desk, event: Event) -> Desk:
    """The desk after one event."""
    match event:
        case AbsenceRecorded():
            return Desk((*desk.absences, Absence(event)))
        case AbsenceEnded():
            return Desk(
                tuple(
                    replace(one, ended_on=event.ended_on) if one.recorded.absence_id == event.absence_id else one
                    for one in desk.absences
                )
            )
    return desk


def decide(desk: Desk, command: Command) -> Sequence[Event]:
    """What happens, nothing when it is done already, or a refusal."""
    match command:
        case RecordAbsence():
            return _record(desk, command)
        case EndAbsence():
            return _end(desk, command)


def _record(desk: Desk, command: RecordAbsence) -> Sequence[Event]:
    absent = command.absent
    if absent is None or absent.kind != "officer" or absent.authority_id is None:
        raise Refused("not_an_officer")
    officer_or_who_assigns(command.meta.actor, command.officer, absent.authority_id)
    if any(one.recorded.absence_id == command.absence_id for one in desk.absences):
        return []
    days_are_to_come(command)
    overlaps_no_other(desk, command)
    cover_is_a_colleague(command, absent)
    return [
        AbsenceRecorded(
            absence_id=command.absence_id,
            officer=command.officer,
            authority_id=absent.authority_id,
            from_on=command.from_on,
            until_on=command.until_on,
            cover=command.cover,
        )
    ]


def _end(desk: Desk, command: EndAbsence) -> Sequence[Event]:
    absence = next((one for one in desk.absences if one.recorded.absence_id == command.absence_id), None)
    if absence is None:
        raise NotFound.of("absence", command.absence_id)
    officer_or_who_assigns(command.meta.actor, command.officer, absence.recorded.authority_id)
    today = china_day(command.meta.at)
    if absence.ended_on is not None:
        return []
    if absence.recorded.until_on < today:
        raise Refused("absence_is_over", params={"until_on": absence.recorded.until_on.isoformat()})
    return [AbsenceEnded(absence_id=command.absence_id, officer=command.officer, ended_on=today)]


def officer_or_who_assigns(actor: Actor, officer: str, authority_id: UUID) -> None:
    """An absence is told by the officer, or by a colleague whose duty it is to assign."""
    if actor.kind != "officer":
        raise NotAllowed("officers_only")
    if actor.account_id == officer:
        return
    if actor.authority_id != authority_id:
        raise NotAllowed("other_authority")
    if not actor.may("assign"):
        raise NotAllowed("duty_missing", params={"duty": "assign"})


def days_are_to_come(command: RecordAbsence) -> None:
    """What was is not rewritten: whoever covered yesterday was not covering."""
    if command.until_on < command.from_on:
        raise Refused("absence_ends_before_it_starts")
    if command.from_on < china_day(command.meta.at):
        raise Refused("absence_in_the_past")


def overlaps_no_other(desk: Desk, command: RecordAbsence) -> None:
    """On every day at most one colleague stands in."""
    for one in desk.absences:
        if command.from_on <= one.last_day and one.recorded.from_on <= command.until_on:
            params = {"from_on": one.recorded.from_on.isoformat(), "until_on": one.last_day.isoformat()}
            raise Refused("absence_overlaps", params=params)


def cover_is_a_colleague(command: RecordAbsence, absent: Actor) -> None:
    """Another officer of the same authority; their own duties and ties still count in each case."""
    if command.cover is None:
        return
    stand_in = command.stand_in
    same = stand_in is not None and stand_in.kind == "officer" and stand_in.authority_id == absent.authority_id
    if not same or command.cover == command.officer:
        raise Refused("cover_unfit")


def claims(desk: Desk, event: Event) -> Sequence[Claim | Release]:
    """So that it is found at once for whom somebody stands in; whether today, the desk itself says."""
    match event:
        case AbsenceRecorded(cover=str() as cover):
            return [Claim("cover", f"{cover}/{event.absence_id}", "absence_exists")]
    return []


DESK: Decider[Desk, Command, Event] = Decider("desk", Desk(), decide, evolve, claims)
