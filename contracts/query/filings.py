"""Filings as their filers and the authorities see them: where they stand, which time runs, and every step."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.filing import FilingStatus
from contracts.identity import Level
from contracts.matters.route import Party
from contracts.message import Actor, ActorKind, Model, named
from contracts.query.base import Listing, Personal, Search, ViewQuestion
from contracts.query.cases import CaseStatus
from contracts.review import DeadlineName, Suspension

StageState = Literal["waiting", "in_review", "passed", "deemed_passed", "returned", "rejected"]
DeadlineEffect = Literal["escalated", "deemed_passed", "deemed_granted", "lapsed", "ended", "noted"]


@named("query.ListFilings.v1")
class ListFilings(Listing):
    """Filings, newest first; by name where a name is asked for. Authorities see none before it is submitted; who must agree
    to one, from the moment they are asked (an enterprise's list has those that wait for it).

    ``who`` is the beginning of the person's name, or a whole ID number.
    A deleted draft is shown only when its status is asked for.
    """

    viewer: Actor
    who: Search | None = None
    filing_id: UUID | None = None
    status: FilingStatus | None = None
    name: Search | None = None
    resident_id: Search | None = None
    matter: str | None = None
    registration_type: str | None = None
    specialty: str | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    credential: str | None = None


class StageProgress(Model):
    """One stage of the current round's route, in order."""

    name: str
    level: Level
    state: StageState
    at: AwareDatetime | None


class FilingDeadline(Model):
    """The time that runs for a filing now, or stands still, and why.

    stage: the authority's limit. correction: the filer's. publicity: its last day. decision: the authority's next step after
    the last stage, or the publicity. validity: granted if there is no decision by then. ``due_on`` none: it stands still, or
    ``beyond_calendar``: nobody knows that year's days yet. ``estimated``: in development, by weekends only. ``says`` is for people.
    """

    deadline: DeadlineName | Literal["publicity"]
    stage: str | None
    began_on: date
    working_days: int | None
    due_on: date | None
    suspended: Suspension | Literal["correction"] | None = None
    legal_basis: str | None = None
    effect: DeadlineEffect
    beyond_calendar: bool = False
    estimated: bool = False
    says: str = ""


class FilingRow(Model):
    """A line of the filing list (manual 001, 3.2.3.1 and 3.2.4). ``authority`` is the one it is with, or was last.

    ``deadline`` is what runs now; ``validity`` runs beside it where silence grants. Told by GetFilingProgress only.
    ``waits_for`` a party's agreement, since when, and until which day. ``effective_on``: agreed by all who had to, and by law
    nobody else's to decide. ``issued_on``: of the certificate's issue that came of it (报出时间).
    """

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
    deadline: FilingDeadline | None = None
    validity: FilingDeadline | None = None
    waits_for: Party | None = None
    waits_for_name: Personal | None = None
    waits_since: AwareDatetime | None = None
    waits_until: date | None = None
    effective_on: date | None = None
    certificate_number: str | None = None
    filed_by_person: bool = False


@named("query.GetFilingProgress.v1")
class GetFilingProgress(ViewQuestion):
    """One filing with every step of every round."""

    viewer: Actor
    filing_id: UUID


class ProgressStep(Model):
    """What was done, when, by whom and with what words. ``event`` is its published name, ``says`` is for people.

    ``due_on`` was, or is, the last day for it, as the event says. ``code``: what kind of it, by the event's field.
    """

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
    code: str | None = None
    due_on: date | None = None


class FilingProgress(Model):
    """The answer to GetFilingProgress."""

    filing: FilingRow
    steps: tuple[ProgressStep, ...]
    behind: bool = False
