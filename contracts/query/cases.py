"""Cases as officers see them: the queue with its clocks and counts, and one case's whole history."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.identity import Level
from contracts.message import Actor, Model, named
from contracts.query.base import Listing, Page, Personal, Search, ViewQuestion, Who

CaseStatus = Literal[
    "in_review",
    "returned",
    "rejected",
    "passed",
    "publicised",
    "publicity_ended",
    "announced",
    "approved",
    "lapsed",
]
OnDesk = Literal["mine", "unassigned"]
DeadlineFilter = Literal["overdue", "near", "suspended"]


@named("query.ListCases.v1")
class ListCases(Listing):
    """Cases in the viewer's jurisdiction, longest waiting first, or by their last day (``sort``).

    ``mine``: only those whose turn is at the viewer's level. ``officer``: on one's own desk, or on nobody's.
    ``deadline``: overdue, standing still, or due ``within`` so many working days. ``name`` is how the applicant's begins.
    ``objections``: with, or without, an open one. ``on``: the day by which it is overdue or near; none means today.
    """

    viewer: Actor
    on: date | None = None
    case_id: UUID | None = None
    filing_id: UUID | None = None
    stage: str | None = None
    status: CaseStatus | None = None
    level: Level | None = None
    mine: bool = False
    officer: OnDesk | None = None
    matter: str | None = None
    specialty: str | None = None
    name: Search | None = None
    deadline: DeadlineFilter | None = None
    within: int = Field(default=5, ge=0, le=90)
    objections: bool | None = None
    sort: Literal["waiting", "due"] = "waiting"


class CaseRow(Model):
    """``stage`` and ``level`` are where the case is, or the last it passed; none where the rules decided alone.

    ``changed_at``: since when it waits there. ``due_on``: the last day by today's calendar; none when no time runs,
    it stands still (``suspended`` says why), or ``beyond_calendar``. ``due_by``: stage, decision (the step after the last one),
    or validity when silence grants sooner than that. ``working_days_left`` counts from tomorrow, below zero when overdue.
    ``missed``: it went on record.
    """

    case_id: UUID
    filing_id: UUID
    round: int
    number: str
    matter: str
    title: str
    registration_type: str
    place: str
    applicant: Personal
    enterprise_name: str | None
    specialty: str | None
    opened_at: AwareDatetime
    changed_at: AwareDatetime
    stage: str | None
    level: Level | None
    status: CaseStatus
    publicity_starts_on: date | None
    publicity_ends_on: date | None
    announcement: str | None
    automatic: bool = False
    officer: str | None = None
    officer_name: Personal | None = None
    clock_began_on: date | None = None
    clock_days: int | None = None
    due_on: date | None = None
    due_by: Literal["stage", "decision", "validity"] | None = None
    working_days_left: int | None = None
    overdue: bool = False
    beyond_calendar: bool = False
    estimated: bool = False
    suspended: str | None = None
    extended: bool = False
    missed: bool = False
    reminded: bool = False
    escalated: bool = False
    open_objections: int = 0


class CaseCount(Model):
    """How many cases of the jurisdiction are at a stage with a status, whatever page is shown."""

    stage: str | None
    level: Level | None
    status: CaseStatus
    count: int


class TurnCounts(Model):
    """Of the open cases whose turn is at the viewer's level (of all, where the viewer has none): how many there are, and
    of these how many are overdue, near (due ``within``), standing still, on nobody's desk, on the viewer's, objected to.
    """

    open: int
    overdue: int
    near: int
    suspended: int
    unassigned: int
    mine: int
    objections: int


class CasePage(Page[CaseRow]):
    """The answer to ListCases; ``counts`` and ``turn`` leave the filters aside."""

    counts: tuple[CaseCount, ...]
    turn: TurnCounts


# -- one case's history ----------------------------------------------------------------------------------------


@named("query.GetCaseHistory.v1")
class GetCaseHistory(ViewQuestion):
    """Everything that happened in a case, in order; for the authorities and auditors of its place."""

    viewer: Actor
    case_id: UUID


class CaseStep(Model):
    """One event. ``round``: the submission that it was about. ``due_on`` was the last day for it, where it had one."""

    at: AwareDatetime
    position: int
    version: int
    event: str
    says: Personal
    round: int
    stage: str | None
    who: Who
    authority: str | None
    words: str | None
    legal_basis: str | None
    due_on: date | None
    late: bool = False


class CaseHistory(Model):
    """The answer to GetCaseHistory."""

    case_id: UUID
    filing_id: UUID
    steps: tuple[CaseStep, ...]
    behind: bool = False
