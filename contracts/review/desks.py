"""Who has a case on the desk: claimed, handed out, reassigned, covered for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.identity import Duty, Level, Place
from contracts.message import Actor, Command, Event, Model, Question, named
from contracts.personal import PERSONAL
from contracts.review.cases import Examining
from contracts.review.types import Account, Opinion, StageName

HowAssigned = Literal["claimed", "handed_out", "reassigned"]


@named("review.ClaimCase.v1")
class ClaimCase(Examining):
    """Take a case that nobody holds. From then on only the holder, or who covers for them, examines it."""


@named("review.AssignCase.v1")
class AssignCase(Examining):
    """Give a case to an officer of the authority in charge; ``assignee`` is filled in from their account.

    For those with the duty ``assign``: also takes it from whoever holds it. ``assignee_employers`` as ``employers``.
    """

    FILLED_IN = Examining.FILLED_IN | {"assignee", "assignee_employers"}
    officer: Account
    how: HowAssigned = "reassigned"
    reason: Opinion | None = None
    assignee: Actor | None = None
    assignee_employers: tuple[UUID, ...] = ()


@named("review.CaseAssigned.v1")
class CaseAssigned(Event):
    """``former`` held it before. It ends with the stage, unless ``StagePassed.kept_by`` says otherwise."""

    case_id: UUID
    filing_id: UUID
    stage: StageName
    officer: str
    authority_id: UUID
    how: HowAssigned
    former: str | None
    by: str
    reason: str | None
    assigned_on: date


@named("review.ReleaseCase.v1")
class ReleaseCase(Examining):
    """Put a case back so that somebody else may claim it."""

    reason: Opinion | None = None


@named("review.CaseReleased.v1")
class CaseReleased(Event):
    case_id: UUID
    filing_id: UUID
    stage: StageName
    officer: str
    by: str
    reason: str | None


@named("review.RecordAbsence.v1")
class RecordAbsence(Command):
    """An officer is away from ``from_on`` to ``until_on`` inclusive; ``cover`` stands in for them.

    ``absent`` and ``stand_in`` are filled in from the accounts. By the officer, or by who assigns in their authority.
    """

    FILLED_IN = frozenset({"meta", "absent", "stand_in"})
    absence_id: UUID
    officer: Account
    from_on: date
    until_on: date
    cover: Account | None = None
    absent: Actor | None = None
    stand_in: Actor | None = None


@named("review.AbsenceRecorded.v1")
class AbsenceRecorded(Event):
    absence_id: UUID
    officer: str
    authority_id: UUID
    from_on: date
    until_on: date
    cover: str | None


@named("review.EndAbsence.v1")
class EndAbsence(Command):
    """Back earlier than was said, or not away at all."""

    absence_id: UUID
    officer: Account


@named("review.AbsenceEnded.v1")
class AbsenceEnded(Event):
    absence_id: UUID
    officer: str
    ended_on: date


@named("review.HandOutCases.v1")
class HandOutCases(Command):
    """Share out what waits unclaimed at the actor's own authority, so that desks are as full as each other.

    Carried out case by case: each is its own ``AssignCase``. For those with the duty ``assign``.
    """

    stage: StageName | None = None
    at_most: int = Field(default=500, ge=1, le=5000)


class HandedOut(Model):
    """One case and to whom it went."""

    case_id: UUID
    officer: str


class HandOutReport(Model):
    """The answer to HandOutCases. ``waiting`` are those that nobody present may take, with the reason's code."""

    handed_out: tuple[HandedOut, ...]
    waiting: tuple[tuple[UUID, Annotated[str, Field(description="code")]], ...] = ()


@named("review.ReadDesks.v1")
class ReadDesks(Question):
    """The officers of the viewer's own authority, what each has on the desk, and who is away."""

    viewer: Actor


class AbsenceView(Model):
    """An absence that is not over yet."""

    absence_id: UUID
    from_on: date
    until_on: date
    cover: str | None


class DeskView(Model):
    """One officer. ``open_cases`` are those that they hold and that wait for the authority."""

    officer: str
    name: Annotated[str, PERSONAL]
    duties: tuple[Duty, ...]
    open_cases: int
    absent_today: bool
    absences: tuple[AbsenceView, ...]


class Desks(Model):
    """The answer to ReadDesks. ``unclaimed`` cases of the authority's level and place are on nobody's desk."""

    authority_id: UUID
    level: Level
    place: Place
    unclaimed: int
    desks: tuple[DeskView, ...]
