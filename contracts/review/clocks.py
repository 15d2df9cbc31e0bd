"""The statutory clock of a case: what stops it, what lengthens it, and what its end does."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.identity import Level
from contracts.message import Command, Event, named
from contracts.review.cases import Examining
from contracts.review.types import LegalBasis, Opinion, StageName

Suspension = Literal["hearing", "inspection", "expert_review"]
"""Spans that do not count (行政许可法 art. 45). A correction does not either; it begins with the return."""
DeadlineName = Literal["stage", "correction", "validity", "objection", "decision"]
"""stage: its limit. correction: until a returned filing lapses. validity: granted by silence. objection: its answer.

decision: the next step after the last stage, or after the publicity.
"""


@named("review.SuspendClock.v1")
class SuspendClock(Examining):
    """Stop the stage's clock for a hearing, inspection or expert review; this day itself does not count as used."""

    why: Suspension
    reason: Opinion


@named("review.ClockSuspended.v1")
class ClockSuspended(Event):
    case_id: UUID
    filing_id: UUID
    stage: StageName
    why: Suspension
    reason: str
    legal_basis: LegalBasis
    officer: str
    suspended_on: date
    used_days: int


@named("review.ResumeClock.v1")
class ResumeClock(Examining):
    """It is over; the clock runs on from the day after, with the days that it had left."""

    reason: Opinion


@named("review.ClockResumed.v1")
class ClockResumed(Event):
    case_id: UUID
    filing_id: UUID
    stage: StageName
    reason: str
    officer: str
    resumed_on: date


@named("review.ExtendStage.v1")
class ExtendStage(Examining):
    """Approve the one extension that the stage's rule offers, before the limit is over (art. 42). The approver is not
    the officer who holds the case. ``extended_to`` is filled in: the last day then, as far as it is known."""

    FILLED_IN = Examining.FILLED_IN | {"extended_to"}
    reason: Opinion
    extended_to: date | None = None


@named("review.StageExtended.v1")
class StageExtended(Event):
    """``due_on`` was the last day before, ``extended_to`` the last day now, by the calendar of that day."""

    case_id: UUID
    filing_id: UUID
    stage: StageName
    working_days: int
    approved_by: str
    authority_id: UUID
    reason: str
    legal_basis: LegalBasis
    due_on: date | None
    extended_to: date | None
    extended_on: date


@named("review.KeepDeadline.v1")
class KeepDeadline(Command):
    """Given by the timer. ``began_on`` and ``days_left`` say which run of the clock is meant: another one is left alone.

    ``near``: it is time to remind; else ``due_on`` is over. ``key`` tells the stage, or the objection, of which there may
    be several.
    """

    FILLED_IN = frozenset({"meta"})
    case_id: UUID
    deadline: DeadlineName
    key: str = ""
    began_on: date
    days_left: int = Field(ge=0)
    due_on: date
    near: bool


@named("review.DeadlineNear.v1")
class DeadlineNear(Event):
    """Somebody is to be reminded: the officers of the stage, or the filer of a correction."""

    case_id: UUID
    filing_id: UUID
    deadline: DeadlineName
    key: str
    stage: StageName | None
    due_on: date
    began_on: date


@named("review.DeadlineMissed.v1")
class DeadlineMissed(Event):
    """The time is over and the law gives the silence no effect: it is on the authority's record, and goes up a level."""

    case_id: UUID
    filing_id: UUID
    deadline: DeadlineName
    key: str
    stage: StageName | None
    due_on: date
    began_on: date


@named("review.StageDeemedPassed.v1")
class StageDeemedPassed(Event):
    """By silence, as the cited article has it (acceptance: 行政许可法 art. 32(4)).

    ``passed_on`` is the next stage's day 0: ``due_on`` itself, or the day of receipt where the law dates it back.
    """

    case_id: UUID
    filing_id: UUID
    stage: StageName
    due_on: date
    legal_basis: LegalBasis
    passed_on: date
    next_stage: StageName | None
    next_level: Level | None


@named("review.CaseDeemedGranted.v1")
class CaseDeemedGranted(Event):
    """By silence, as the cited article has it. The approval follows in the same commit."""

    case_id: UUID
    filing_id: UUID
    deadline: DeadlineName
    stage: StageName | None
    due_on: date
    legal_basis: LegalBasis


@named("review.CaseLapsed.v1")
class CaseLapsed(Event):
    """Returned, and not corrected in time: the application counts as given up."""

    case_id: UUID
    filing_id: UUID
    round: int
    due_on: date
    legal_basis: LegalBasis | None
    lapsed_on: date


@named("review.CaseEscalated.v1")
class CaseEscalated(Event):
    """The stage is with the level above now. ``officer`` none: by itself, because its time was over."""

    case_id: UUID
    filing_id: UUID
    stage: StageName
    from_level: Level
    to_level: Level
    reason: str
    officer: str | None


@named("review.EscalateCase.v1")
class EscalateCase(Examining):
    """Hand a stage to the next level above on the case's route, with a reason."""

    reason: Opinion


@named("review.HandBackCase.v1")
class HandBackCase(Examining):
    """The level above gives the stage back to the level that it belongs to, with a reason."""

    reason: Opinion


@named("review.CaseHandedBack.v1")
class CaseHandedBack(Event):
    case_id: UUID
    filing_id: UUID
    stage: StageName
    from_level: Level
    to_level: Level
    reason: str
    officer: str
