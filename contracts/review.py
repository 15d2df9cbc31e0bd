"""The published language of review: stages in order, publicity, announcement, decision."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing import Attachment, Form, MatterCode
from contracts.identity import Level, PersonName, Place, Words
from contracts.matters.route import Outcome
from contracts.message import Command, Event, Model, Question, named

StageName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$", description="acceptance, preliminary, …")]
Opinion = Annotated[str, Field(min_length=1, max_length=2000)]


class Stage(Model):
    """One step of a case's route, copied from the matter when the case opens: it cannot change under it."""

    name: StageName
    level: Level
    working_days: int = Field(ge=0)
    outcomes: tuple[Outcome, ...] = ("pass", "return", "refuse")


class Applicant(Model):
    """Who the case is about and who filed, as the submission said."""

    person_id: UUID
    person_name: PersonName
    enterprise_id: UUID | None
    enterprise_name: Words | None


@named("review.OpenCase.v1")
class OpenCase(Command):
    """Open the case of one submission; ``case_id`` is derived from filing and round, so it opens once."""

    case_id: UUID
    filing_id: UUID
    round: int
    number: str
    matter: MatterCode
    matter_version: int
    title: str
    credential: str
    registration_type: str
    place: Place
    applicant: Applicant
    specialty: str | None
    form: Form
    attachments: tuple[Attachment, ...]
    stages: tuple[Stage, ...]
    publicity_working_days: int | None
    announced: bool
    submitted_at: AwareDatetime


@named("review.CaseOpened.v1")
class CaseOpened(Event):
    case_id: UUID
    filing_id: UUID
    round: int
    number: str
    matter: MatterCode
    matter_version: int
    title: str
    credential: str
    registration_type: str
    place: Place
    applicant: Applicant
    specialty: str | None
    form: Form
    attachments: tuple[Attachment, ...]
    stages: tuple[Stage, ...]
    publicity_working_days: int | None
    announced: bool
    submitted_at: AwareDatetime


@named("review.PassStage.v1")
class PassStage(Command):
    """Accept, or find in order at this stage. It is named so that nobody passes one they did not see."""

    case_id: UUID
    stage: StageName
    opinion: Opinion


@named("review.StagePassed.v1")
class StagePassed(Event):
    case_id: UUID
    filing_id: UUID
    stage: StageName
    authority_id: UUID
    officer: str
    opinion: str
    next_stage: StageName | None
    next_level: Level | None


@named("review.ReturnCase.v1")
class ReturnCase(Command):
    """Send it back for correction, with the reason told once and whole."""

    case_id: UUID
    stage: StageName
    reason: Opinion


@named("review.CaseReturned.v1")
class CaseReturned(Event):
    case_id: UUID
    filing_id: UUID
    round: int
    stage: StageName
    authority_id: UUID
    officer: str
    reason: str


@named("review.RejectCase.v1")
class RejectCase(Command):
    """Refuse the application, with reasons."""

    case_id: UUID
    stage: StageName
    reason: Opinion


@named("review.CaseRejected.v1")
class CaseRejected(Event):
    case_id: UUID
    filing_id: UUID
    round: int
    stage: StageName
    authority_id: UUID
    officer: str
    reason: str


@named("review.PubliciseCase.v1")
class PubliciseCase(Command):
    """Show the case publicly. The days are filled in from the working-day calendar; today is day 0."""

    FILLED_IN = frozenset({"meta", "starts_on", "ends_on"})
    case_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None


@named("review.CasePublicised.v1")
class CasePublicised(Event):
    """Shown through the whole of ``ends_on``."""

    case_id: UUID
    filing_id: UUID
    starts_on: date
    ends_on: date
    working_days: int


@named("review.EndPublicity.v1")
class EndPublicity(Command):
    """Given by the deadline timer when the last day is over; refused before."""

    case_id: UUID


@named("review.PublicityEnded.v1")
class PublicityEnded(Event):
    """``ended_on`` is the last day shown, however late the timer came."""

    case_id: UUID
    filing_id: UUID
    ended_on: date


@named("review.AnnounceCase.v1")
class AnnounceCase(Command):
    """Announce the approval under the number of the announcement document."""

    case_id: UUID
    document_number: Annotated[str, Field(min_length=2, max_length=60)]


@named("review.CaseAnnounced.v1")
class CaseAnnounced(Event):
    case_id: UUID
    filing_id: UUID
    document_number: str
    announced_on: date


@named("review.CaseApproved.v1")
class CaseApproved(Event):
    """The decision. What it does to a certificate is the matter's effect."""

    case_id: UUID
    filing_id: UUID
    round: int
    matter: MatterCode
    matter_version: int
    authority_id: UUID
    officer: str
    decided_on: date


CaseStatus = Literal[
    "in_review", "returned", "rejected", "passed", "publicised", "publicity_ended", "approved"
]
Action = Literal["pass", "return", "reject", "publicise", "announce"]


@named("review.GetCase.v1")
class GetCase(Question):
    """The case as its log has it now: state, stage, version, and what can be done next."""

    case_id: UUID


class CaseView(Model):
    """The answer to GetCase. ``due_on`` is the last day of the present stage, where it has a limit."""

    case_id: UUID
    version: int
    filing_id: UUID
    round: int
    number: str
    matter: MatterCode
    matter_version: int
    title: str
    place: Place
    applicant: Applicant
    specialty: str | None
    form: Form
    attachments: tuple[Attachment, ...]
    status: CaseStatus
    stage: StageName | None
    stage_level: Level | None
    stages: tuple[Stage, ...]
    passed: tuple[str, ...]
    publicity_starts_on: date | None
    publicity_ends_on: date | None
    announcement: str | None
    next_actions: tuple[Action, ...]
    due_on: date | None = None


@named("review.ReadDeadlines.v1")
class ReadDeadlines(Question):
    """By when these cases' present stages are to be done; cases that wait for no authority are left out."""

    case_ids: Annotated[tuple[UUID, ...], Field(max_length=500)]


class Deadline(Model):
    """The day by which a stage is due. ``due_on`` none: no limit, or beyond the calendar of working days."""

    case_id: UUID
    stage: StageName
    began_on: date
    working_days: int
    due_on: date | None


class Deadlines(Model):
    """The answer to ReadDeadlines."""

    deadlines: tuple[Deadline, ...]


# -- the development clock: refused in production -----------------------------------------------------------


@named("review.AdvanceClock.v1")
class AdvanceClock(Question):
    """Set the development product's clock ahead. It changes no case, leaves no event: so it is no command."""

    days: int = Field(ge=0, le=400)


@named("review.ReadClock.v1")
class ReadClock(Question):
    """How far the development product's clock is ahead."""


class ClockOffset(Model):
    """The answer to both. Zero outside development."""

    offset_seconds: int
