"""The published language of query: questions about what the other services did, and the rows that answer
them.

Every question says who asks; rows that are not theirs to see are not there (DOMAIN 4.4). ``after`` names
positions of logs (``{"filing": 17}``) that the answer should include: it waits for them a moment, and says so
when it did not.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.certificate import CredentialStatus, Scope
from contracts.files import FileRef
from contracts.identity import Level
from contracts.message import Actor, ActorKind, Command, Model, Question, named
from contracts.personal import PERSONAL

ViewName = Literal[
    "filing_progress",
    "officer_queue",
    "certificate_register",
    "qualification_list",
    "employment_list",
    "publicity_list",
    "timeline",
    "parties",
]
FilingStatus = Literal["draft", "submitted", "returned", "approved", "rejected", "deleted"]
CaseStatus = Literal[
    "in_review", "returned", "rejected", "passed", "publicised", "publicity_ended", "announced", "approved"
]
StageState = Literal["waiting", "in_review", "passed", "returned", "rejected"]
EmploymentStatus = Literal["proposed", "accepted", "declined", "ended"]
PartyKind = Literal["person", "enterprise"]
Personal = Annotated[str, PERSONAL]
Search = Annotated[str, Field(min_length=1, max_length=80), PERSONAL]
R = TypeVar("R", bound=Model)


class ViewQuestion(Question):
    """Base of every question here."""

    after: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


class Listing(ViewQuestion):
    """Base of questions that are answered page by page."""

    page: int = Field(default=1, ge=1, le=1_000_000)
    per_page: int = Field(default=20, ge=1, le=200)


class Page(Model, Generic[R]):
    """``total`` counts what the asker may see on all pages. ``behind``: a position asked for was not reached
    in time.
    """

    rows: tuple[R, ...]
    total: int
    page: int
    per_page: int
    behind: bool = False


# -- filings -------------------------------------------------------------------------------------------------


@named("query.ListFilings.v1")
class ListFilings(Listing):
    """Filings, newest first. Authorities see none before it is submitted; ``name`` is how the person's name
    begins.

    A deleted draft is shown only when its status is asked for.
    """

    viewer: Actor
    filing_id: UUID | None = None
    status: FilingStatus | None = None
    name: Search | None = None
    resident_id: Search | None = None
    matter: str | None = None
    registration_type: str | None = None
    specialty: str | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None


class StageProgress(Model):
    """One stage of the current round's route, in order."""

    name: str
    level: Level
    state: StageState
    at: AwareDatetime | None


class FilingRow(Model):
    """A line of the filing list (manual 001, 3.2.3.1 and 3.2.4). ``authority`` is the one it is with, or was last."""

    filing_id: UUID
    number: str | None
    matter: str
    title: str
    credential: str | None
    registration_type: str | None
    specialty: str | None
    place: str
    authority: str | None
    person_id: UUID | None
    person_name: Personal | None
    resident_id: Personal | None
    enterprise_id: UUID | None
    enterprise_name: str | None
    status: FilingStatus
    round: int
    drafted_at: AwareDatetime | None
    submitted_at: AwareDatetime | None
    reason: str | None
    case_id: UUID | None
    case_status: CaseStatus | None
    stages: tuple[StageProgress, ...]
    publicity_starts_on: date | None
    publicity_ends_on: date | None
    announcement: str | None
    announced_on: date | None
    credential_id: UUID | None
    issued_on: date | None
    document_issued_at: AwareDatetime | None


@named("query.GetFilingProgress.v1")
class GetFilingProgress(ViewQuestion):
    """One filing with every step of every round."""

    viewer: Actor
    filing_id: UUID


class ProgressStep(Model):
    """What was done, when, by whom and with what words. ``event`` is its published name, ``says`` is for people."""

    at: AwareDatetime
    event: str
    says: str
    round: int | None
    stage: str | None
    who: Personal | None
    actor: ActorKind
    authority: str | None
    opinion: str | None
    detail: str | None


class FilingProgress(Model):
    """The answer to GetFilingProgress."""

    filing: FilingRow
    steps: tuple[ProgressStep, ...]
    behind: bool = False


# -- the officer's queue -------------------------------------------------------------------------------------


@named("query.ListCases.v1")
class ListCases(Listing):
    """Cases in the viewer's jurisdiction, longest waiting first. ``mine``: only those whose turn is at the
    viewer's level.
    """

    viewer: Actor
    case_id: UUID | None = None
    filing_id: UUID | None = None
    stage: str | None = None
    status: CaseStatus | None = None
    level: Level | None = None
    mine: bool = False


class CaseRow(Model):
    """``stage`` and ``level`` are where the case is, or the last it passed."""

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
    stage: str
    level: Level
    status: CaseStatus
    publicity_starts_on: date | None
    publicity_ends_on: date | None
    announcement: str | None


class CaseCount(Model):
    """How many cases of the jurisdiction are at a stage with a status, whatever page is shown."""

    stage: str
    level: Level
    status: CaseStatus
    count: int


class CasePage(Page[CaseRow]):
    """The answer to ListCases; ``counts`` leaves the filters stage, status and level aside."""

    counts: tuple[CaseCount, ...]


# -- certificates, qualifications, employment ----------------------------------------------------------------


@named("query.ListCertificates.v1")
class ListCertificates(Listing):
    """Certificates, newest first. ``on`` decides which have expired; none means today."""

    viewer: Actor
    on: date | None = None
    credential_id: UUID | None = None
    name: Search | None = None
    resident_id: Search | None = None
    number: Search | None = None
    identifier: str | None = None
    kind: str | None = None
    registration_type: str | None = None
    status: CredentialStatus | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None


class CertificateRow(Model):
    """A line of the register."""

    credential_id: UUID
    filing_id: UUID
    kind: str
    title: str
    registration_type: str | None
    registration_number: str
    identifier: str
    person_id: UUID
    holder_name: Personal
    resident_id: Personal
    enterprise_id: UUID | None
    enterprise_name: str | None
    scopes: tuple[Scope, ...]
    issuer_name: str
    place: str
    granted_on: date
    valid_from: date
    valid_until: date
    status: CredentialStatus
    document: FileRef | None


@named("query.ListQualifications.v1")
class ListQualifications(Listing):
    """An enterprise finds any qualification by a whole ID number (manual 001, 3.2.4.4)."""

    viewer: Actor
    resident_id: Search | None = None
    name: Search | None = None
    number: Search | None = None
    specialty: str | None = None
    credential: str | None = None


class QualificationRow(Model):
    """``person_id`` is none until the holder registers; enterprise and USCC are the employer's."""

    qualification_id: UUID
    number: Personal
    name: Personal
    resident_id: Personal
    credential: str
    specialty: str
    level: str
    passed_year: int
    obtained_on: date
    person_id: UUID | None
    verified: bool
    enterprise_id: UUID | None
    enterprise_name: str | None
    uscc: str | None


@named("query.ListEmployments.v1")
class ListEmployments(Listing):
    viewer: Actor
    employment_id: UUID | None = None
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    name: Search | None = None
    status: EmploymentStatus | None = None


class EmploymentRow(Model):
    """``reason`` is why it was declined or ended."""

    employment_id: UUID
    person_id: UUID
    person_name: Personal | None
    enterprise_id: UUID
    enterprise_name: str | None
    starts_on: date
    ends_on: date | None
    proposed_by: PartyKind
    status: EmploymentStatus
    proposed_at: AwareDatetime
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    reason: str | None


# -- parties -------------------------------------------------------------------------------------------------


@named("query.ListParties.v1")
class ListParties(Listing):
    """People and enterprises. A person belongs to the places of their employer and of what was filed for them."""

    viewer: Actor
    kind: PartyKind | None = None
    party_id: UUID | None = None
    name: Search | None = None
    number: Search | None = Field(default=None, description="a whole ID number or USCC")
    verified: bool | None = None


class PartyRow(Model):
    """``number`` is the ID number of a person, the USCC of an enterprise."""

    party_id: UUID
    kind: PartyKind
    name: Personal
    number: Personal
    username: Personal | None
    place: str | None
    employer_id: UUID | None
    employer_name: str | None
    verified: bool
    status: Literal["registered", "phone_confirmed", "verified"]
    registered_at: AwareDatetime


# -- for the public ------------------------------------------------------------------------------------------


@named("query.ListPublicity.v1")
class ListPublicity(Listing):
    """What is publicised on a day (none: today), for anybody."""

    on: date | None = None
    place: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    matter: str | None = None


@named("query.ListAnnouncements.v1")
class ListAnnouncements(Listing):
    """What was announced, newest first, for anybody."""

    place: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    document_number: Annotated[str, Field(max_length=60)] | None = None


class PublicityRow(Model):
    """The name is masked before it is stored; no ID number, no phone."""

    case_id: UUID
    number: str
    matter: str
    title: str
    registration_type: str
    specialty: str | None
    place: str
    masked_name: str
    enterprise_name: str | None
    starts_on: date | None
    ends_on: date | None
    announcement: str | None
    announced_on: date | None


# -- a registrant's history ----------------------------------------------------------------------------------


@named("query.History.v1")
class History(ViewQuestion):
    """A person's whole history in order across all services, and what they had at a moment (none: now)."""

    viewer: Actor
    person_id: UUID
    as_of: AwareDatetime | None = None


class Who(Model):
    """Who acted, in what capacity; ``name`` as the account has it."""

    kind: ActorKind
    account_id: str
    name: Personal | None


class HistoryEntry(Model):
    """One event. Its facts are in the log of ``source`` at ``position``; ``says`` is for people."""

    at: AwareDatetime
    source: str
    position: int
    stream: str
    version: int
    event: str
    who: Who
    on_behalf_of: str | None
    reason: str | None
    correlation_id: str
    says: Personal


class PersonState(Model):
    """What the person had at that moment, as the lists of that day would have shown it."""

    person: PartyRow | None
    employments: tuple[EmploymentRow, ...]
    qualifications: tuple[QualificationRow, ...]
    filings: tuple[FilingRow, ...]
    certificates: tuple[CertificateRow, ...]


class PersonHistory(Model):
    """The answer to History."""

    person_id: UUID
    as_of: AwareDatetime | None
    entries: tuple[HistoryEntry, ...]
    state: PersonState
    behind: bool = False


# -- rebuilding ----------------------------------------------------------------------------------------------


@named("query.RebuildView.v1")
class RebuildView(Command):
    """Make a view anew from the logs, beside the live one, and swap it in. For operators."""

    view: ViewName


@named("query.ReadRebuild.v1")
class ReadRebuild(Question):
    """How far the rebuilding of a view has come, or how the last one ended, in whichever replica."""

    view: ViewName


@named("query.ListViews.v1")
class ListViews(Question):
    """The same of every view."""


class RebuildProgress(Model):
    """``positions`` is how far each source's log has been read, ``heads`` where it ended when last asked.

    ``done`` and ``total`` count events; ``seconds_left`` is an estimate from the rate so far. What is not known is none.
    """

    view: ViewName
    state: Literal["idle", "running", "done", "failed"]
    positions: dict[str, int] = Field(default_factory=dict)
    error: str | None = None
    heads: dict[str, int] = Field(default_factory=dict)
    done: int = 0
    total: int | None = None
    per_second: float | None = None
    seconds_left: float | None = None
    began_at: AwareDatetime | None = None
    changed_at: AwareDatetime | None = None


class ViewList(Model):
    """The answer to ListViews."""

    views: tuple[RebuildProgress, ...]
