"""A case from its opening to its decision: commands and events."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing import Attachment, Form, MatterCode
from contracts.identity import Level, Place
from contracts.message import Command, Event, Model, named
from contracts.review.types import (
    Account,
    Applicant,
    CorrectionItem,
    CorrectionLimit,
    DecisionLimit,
    GrantedBySilence,
    LegalBasis,
    Objections,
    Opinion,
    Stage,
    StageName,
)


class Begun(Model):
    """What a case begins with: the submission, and the route and times that its matter had then."""

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
    automatic: bool = False
    correction: CorrectionLimit | None = None
    objections: Objections = Objections()
    granted_by_silence: GrantedBySilence | None = None
    filed_by: Account | None = None
    confirmed_by: tuple[Account, ...] = ()
    party_enterprises: tuple[UUID, ...] = ()
    decision: DecisionLimit | None = None


@named("review.OpenCase.v1")
class OpenCase(Begun, Command):
    """Open the case of a filing; ``case_id`` is derived from the filing, so it opens once.

    ``automatic``: the matter is approved by rules at submission; there are no stages then. ``filed_by`` and
    ``confirmed_by`` are the accounts that had a hand in the filing, ``party_enterprises`` the enterprises that agreed to
    it or were told of it: neither the ones nor who works for the others may examine it.
    """


@named("review.CaseOpened.v1")
class CaseOpened(Begun, Event):
    """It waits for its first stage; an automatic one is approved in the same commit."""


@named("review.ResubmitCase.v1")
class ResubmitCase(Command):
    """The correction is handed in: the same case goes on at the stage that returned it. By the product itself."""

    case_id: UUID
    round: int = Field(ge=2)
    applicant: Applicant
    specialty: str | None
    form: Form
    attachments: tuple[Attachment, ...]
    submitted_at: AwareDatetime
    filed_by: Account | None = None
    confirmed_by: tuple[Account, ...] = ()
    party_enterprises: tuple[UUID, ...] = ()


@named("review.CaseResubmitted.v1")
class CaseResubmitted(Event):
    """From the day after ``submitted_at`` the stage's clock runs on, with the days that it had left.

    It may follow ``CaseLapsed``: filing had taken the correction in before it heard of that.
    """

    case_id: UUID
    filing_id: UUID
    round: int
    stage: StageName
    applicant: Applicant
    specialty: str | None
    form: Form
    attachments: tuple[Attachment, ...]
    submitted_at: AwareDatetime
    filed_by: Account | None = None
    confirmed_by: tuple[Account, ...] = ()
    party_enterprises: tuple[UUID, ...] = ()


class Examining(Command):
    """Base of what an officer does to a stage. The service fills in what the log of one case cannot know:

    ``due_on``, the last day of the stage's limit (none: no limit, or beyond the calendar); ``used_days``, the working
    days used since the clock last began to run; ``employers``, the enterprises that the officer works for as a person;
    ``covers``, the absent officers whom this one stands in for.
    """

    FILLED_IN = frozenset({"meta", "due_on", "used_days", "employers", "covers"})
    case_id: UUID
    stage: StageName
    due_on: date | None = None
    used_days: int = Field(default=0, ge=0)
    employers: tuple[UUID, ...] = ()
    covers: tuple[Account, ...] = ()


@named("review.PassStage.v1")
class PassStage(Examining):
    """Accept, or find in order at this stage. It is named so that nobody passes one they did not see."""

    opinion: Opinion


@named("review.StagePassed.v1")
class StagePassed(Event):
    """``passed_on`` is the day; the next stage's clock counts from the day after. ``due_on`` was the last day.

    ``kept_by`` has the case on the desk in the next stage too: who held it and may do that stage as well.
    """

    case_id: UUID
    filing_id: UUID
    stage: StageName
    authority_id: UUID
    officer: str
    opinion: str
    next_stage: StageName | None
    next_level: Level | None
    passed_on: date | None = None
    due_on: date | None = None
    kept_by: Account | None = None


@named("review.ReturnCase.v1")
class ReturnCase(Examining):
    """Send it back for correction, with everything that is missing told once and whole, per field and file."""

    reason: Opinion
    items: Annotated[tuple[CorrectionItem, ...], Field(max_length=200)] = ()


@named("review.CaseReturned.v1")
class CaseReturned(Event):
    """The clock of the stage stands still: ``used_days`` of it are used. Without items the whole filing may be changed."""

    case_id: UUID
    filing_id: UUID
    round: int
    stage: StageName
    authority_id: UUID
    officer: str
    reason: str
    items: tuple[CorrectionItem, ...] = ()
    returned_on: date | None = None
    due_on: date | None = None
    used_days: int = 0


@named("review.RejectCase.v1")
class RejectCase(Examining):
    """Refuse the application, with reasons and the articles that they rest on."""

    reason: Opinion
    legal_basis: LegalBasis | None = None


@named("review.CaseRejected.v1")
class CaseRejected(Event):
    case_id: UUID
    filing_id: UUID
    round: int
    stage: StageName
    authority_id: UUID
    officer: str
    reason: str
    legal_basis: LegalBasis | None = None
    rejected_on: date | None = None
    due_on: date | None = None


@named("review.PubliciseCase.v1")
class PubliciseCase(Command):
    """Show the case publicly. The days are filled in from the working-day calendar; today is day 0."""

    FILLED_IN = frozenset({"meta", "starts_on", "ends_on", "employers"})
    case_id: UUID
    starts_on: date | None = None
    ends_on: date | None = None
    employers: tuple[UUID, ...] = ()


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

    FILLED_IN = frozenset({"meta", "employers"})
    case_id: UUID
    document_number: Annotated[str, Field(min_length=2, max_length=60)]
    employers: tuple[UUID, ...] = ()


@named("review.CaseAnnounced.v1")
class CaseAnnounced(Event):
    case_id: UUID
    filing_id: UUID
    document_number: str
    announced_on: date


@named("review.CaseApproved.v1")
class CaseApproved(Event):
    """The decision. What it does to a certificate is the matter's effect.

    Without an authority nobody decided: the rules did (an automatic case), or the law by silence, as ``legal_basis`` says.
    """

    case_id: UUID
    filing_id: UUID
    round: int
    matter: MatterCode
    matter_version: int
    authority_id: UUID | None
    officer: str
    decided_on: date
    legal_basis: LegalBasis | None = None
    due_on: date | None = None
