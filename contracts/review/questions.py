"""What can be asked of review itself: never behind, because it answers from its log."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.filing import Attachment, Form, MatterCode
from contracts.identity import Level, Place
from contracts.message import Actor, Model, Question, named
from contracts.personal import PERSONAL
from contracts.review.clocks import DeadlineName
from contracts.review.documents import DocumentKind
from contracts.review.objections import ObjectionOutcome
from contracts.review.types import Applicant, CorrectionItem, Objector, Stage, StageName, Submission

CaseStatus = Literal[
    "in_review", "returned", "rejected", "passed", "publicised", "publicity_ended", "approved", "lapsed"
]
Action = Literal[
    "pass",
    "return",
    "reject",
    "publicise",
    "announce",
    "claim",
    "release",
    "assign",
    "suspend",
    "resume",
    "extend",
    "escalate",
    "hand_back",
    "answer_objection",
]


@named("review.GetCase.v1")
class GetCase(Question):
    """The case as its log has it now: state, stage, version, and what can be done next; by ``viewer``, if given."""

    case_id: UUID
    viewer: Actor | None = None


class Deadline(Model):
    """A time that runs, or stands still, and why.

    ``due_on`` none: no limit, the clock is suspended, or ``beyond_calendar``: the year is not published yet.
    ``began_on`` is day 0; ``days_left`` working days follow it. ``estimated``: in development, by weekends only.
    ``effect`` is what the end does: escalated, deemed passed, deemed granted, lapsed, answered late.
    """

    case_id: UUID
    deadline: DeadlineName = "stage"
    key: str = ""
    stage: StageName | None
    began_on: date
    working_days: int
    days_left: int = 0
    due_on: date | None
    suspended: str | None = None
    legal_basis: str | None = None
    effect: Literal["escalated", "deemed_passed", "deemed_granted", "lapsed", "noted"] = "escalated"
    extended: bool = False
    beyond_calendar: bool = False
    estimated: bool = False


class ObjectionView(Model):
    """One objection of a case, for officers. ``reasons`` may hold personal data."""

    objection_id: UUID
    number: str
    reasons: Annotated[str, PERSONAL]
    files: tuple[FileRef, ...]
    objector: Objector | None
    lodged_at: AwareDatetime
    officer: str | None
    outcome: ObjectionOutcome | None
    answer: str | None


class DocumentView(Model):
    """A decision document that was issued."""

    kind: DocumentKind
    number: str
    document: FileRef
    signed_at: AwareDatetime
    round: int


class Difference(Model):
    """What a correction changed: a form field's two values, or the digests of an attachment's files."""

    part: Literal["field", "attachment"]
    name: str
    before: Annotated[str | int | float | bool | tuple[str, ...] | None, PERSONAL]
    after: Annotated[str | int | float | bool | tuple[str, ...] | None, PERSONAL]
    asked: bool


class CaseView(Model):
    """The answer to GetCase. ``due_on`` is the last day of the present stage, where it has a limit.

    ``next_actions`` are those of the viewer, or of anybody when none is named. ``level`` is who acts now: the
    stage's own, or the one it was escalated to. ``differences`` are between the last two submissions.
    """

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
    level: Level | None = None
    automatic: bool = False
    officer: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    submissions: tuple[Submission, ...] = ()
    differences: tuple[Difference, ...] = ()
    correction: tuple[CorrectionItem, ...] = ()
    objections: tuple[ObjectionView, ...] = ()
    documents: tuple[DocumentView, ...] = ()


@named("review.ReadDeadlines.v1")
class ReadDeadlines(Question):
    """By when these cases' present stages are to be done; cases that wait for no authority are left out."""

    case_ids: Annotated[tuple[UUID, ...], Field(max_length=500)]


class Deadlines(Model):
    """The answer to ReadDeadlines."""

    deadlines: tuple[Deadline, ...]


# -- the development clock: refused in production -----------------------------------------------------------


@named("review.AdvanceClock.v1")
class AdvanceClock(Question):
    """Set the development product's clock ahead. It changes no case, leaves no event: so it is no command."""

    days: int = Field(ge=0, le=400)
    seconds: int = Field(default=0, ge=0, le=86_400)


@named("review.ReadClock.v1")
class ReadClock(Question):
    """How far the development product's clock is ahead."""


class ClockOffset(Model):
    """The answer to both. Zero outside development."""

    offset_seconds: int
