"""Handing a filing in, and what became of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing.types import Agreed, Asked, Attachment, CorrectionItem, Form, MatterCode, Outcome, PartyRef
from contracts.identity import Place
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.message import Command, Event, Model, named


@named("filing.SubmitFiling.v1")
class SubmitFiling(Command):
    """Hand the filing in: to the parties who must confirm it, or to the authority where nobody must.

    ``subject``, ``filer`` and ``certificate`` are filled in afresh: what holds now decides. ``open_filing``: who holds the
    person in the matter's exclusion group at this moment.
    """

    FILLED_IN = frozenset({"meta", "subject", "filer", "certificate", "open_filing"})
    filing_id: UUID
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None
    open_filing: UUID | None = None


class HandedIn(Model):
    """Everything that others will see of it, whole, so that nobody needs to ask what it was. ``round`` counts hand-ins.

    ``filed_by``: the account that handed it in; none in older events, where it is the event's own actor.
    """

    filing_id: UUID
    round: int = Field(ge=1)
    number: str
    matter: MatterCode
    matter_version: int
    title: str
    credential: str
    registration_type: str
    place: Place
    enterprise_id: UUID | None
    person_id: UUID
    subject: SubjectFacts
    filer: FilerFacts | None
    form: Form
    attachments: tuple[Attachment, ...]
    submitted_at: AwareDatetime
    certificate: CertificateFacts | None = None
    informs: tuple[PartyRef, ...] = ()
    filed_by: str | None = None


@named("filing.ConfirmationsAsked.v1")
class ConfirmationsAsked(HandedIn, Event):
    """It waits for the parties of ``asked``, one after the other; the authority does not see it yet. Nothing can be changed.

    ``due_on``: the last day of the first one.
    """

    asked: tuple[Asked, ...] = Field(min_length=1)
    due_on: date | None = None


@named("filing.FilingSubmitted.v1")
class FilingSubmitted(HandedIn, Event):
    """It is the authority's now; where the matter has none, ``FilingTookEffect`` follows.

    ``submitted_at`` is when the last party agreed, where parties had to. ``confirmed_by``: these, in the matter's order, who
    filed it among them where it is one. ``resubmitted``: the authority has had it before; none in older events: where
    ``round`` is not the first.
    """

    confirmed_by: tuple[Agreed, ...] = ()
    resubmitted: bool | None = None


@named("filing.FilingTookEffect.v1")
class FilingTookEffect(Event):
    """Agreed by all who had to, and by law nobody else's to decide: the matter's effect follows."""

    filing_id: UUID
    round: int
    matter: MatterCode
    matter_version: int
    person_id: UUID
    enterprise_id: UUID | None
    effective_on: date


@named("filing.RecordOutcome.v1")
class RecordOutcome(Command):
    """What the review of one round came to; given by the reaction to review's events."""

    filing_id: UUID
    round: int
    outcome: Outcome
    reason: str | None = None
    items: tuple[CorrectionItem, ...] = ()


@named("filing.FilingReturned.v1")
class FilingReturned(Event):
    """Open for changes again, in the parts that ``items`` name (all, where it names none); the earlier submission
    stays in history."""

    filing_id: UUID
    round: int
    reason: str
    items: tuple[CorrectionItem, ...] = ()


@named("filing.FilingRejected.v1")
class FilingRejected(Event):
    filing_id: UUID
    round: int
    reason: str


@named("filing.FilingLapsed.v1")
class FilingLapsed(Event):
    """Returned, and not corrected in time: it counts as given up."""

    filing_id: UUID
    round: int
    reason: str


@named("filing.FilingApproved.v1")
class FilingApproved(Event):
    filing_id: UUID
    round: int
