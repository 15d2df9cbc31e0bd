"""What filing can be asked, and its answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.filing.types import Attachment, CorrectionItem, Form, MatterCode, PartyRef
from contracts.identifiers import ResidentId
from contracts.identity import PersonName, Place
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.matters.route import Party
from contracts.message import Actor, Model, Question, named

FilingStatus = Literal[
    "draft", "awaiting_confirmation", "submitted", "returned", "approved", "rejected", "deleted", "lapsed"
]
"""``lapsed``: not corrected, or not confirmed, in time."""


@named("filing.GetFiling.v1")
class GetFiling(Question):
    """The filing as its log has it now: state, version, form, files, and what is still missing."""

    filing_id: UUID


@named("filing.PrintFiling.v1")
class PrintFiling(Question):
    """The application form as a PDF in the file store; marked as a draft until submitted."""

    filing_id: UUID
    at: AwareDatetime


@named("filing.ListMatters.v1")
class ListMatters(Question):
    """Every matter that can be filed, as summaries."""


@named("filing.GetMatter.v1")
class GetMatter(Question):
    """One matter for the form's sake: sections, fields with labels, attachments, route."""

    matter: MatterCode
    version: int | None = None


@named("filing.CheckEligibility.v1")
class CheckEligibility(Question):
    """May this person be filed for, by whoever asks (``asker``)? Answered before a form is filled, with every rule.

    By name and ID number, or (who asks for themselves) by ``person_id``; an officer asks as the person would. ``on``: as of
    which day, by the rules of that day.
    """

    matter: MatterCode
    version: int | None = None
    asker: Actor
    person_id: UUID | None = None
    name: PersonName | None = None
    resident_id: ResidentId | None = None
    certificate_id: UUID | None = None
    certificate_number: str | None = None
    on: date


class RuleAnswer(Model):
    """One rule. ``holds`` none: it depends on what the form will say, or on a certificate that was not found.

    ``says`` is ``needs``, and on what it depends, or where it does not hold what is wrong; ``remedy`` is then what to do.
    Besides the matter's own rules, where they apply: ``filed_by_person``, ``filed_by_enterprise``, ``place_known``,
    ``person_not_dead``, ``filer_not_closed``, ``certificate_found``, ``parties_known``, ``no_open_filing``.
    """

    code: str
    holds: bool | None
    needs: str
    says: str
    remedy: str | None
    legal_basis: str | None
    effective_from: date | None
    effective_until: date | None


class NextStep(Model):
    """What a hand-in asks for besides rules: ``form``, ``attachment``, ``commitment``, ``confirmation``; ``name``: which."""

    step: Literal["form", "attachment", "commitment", "confirmation"]
    name: str | None = None
    says: str


class Eligibility(Model):
    """The answer to CheckEligibility. ``eligible`` none: nothing stands in the way so far, the form decides the rest.

    ``rules`` judge on that day; ``not_in_force`` do not yet, or no more. ``then``: what is to be done, in order.
    """

    matter: MatterCode
    matter_version: int
    title: str
    on: date
    eligible: bool | None
    rules: tuple[RuleAnswer, ...]
    certificate: CertificateFacts | None = None
    open_filing: UUID | None = None
    not_in_force: tuple[RuleAnswer, ...] = ()
    then: tuple[NextStep, ...] = ()


@named("filing.FindOpenFilings.v1")
class FindOpenFilings(Question):
    """The filings of a person that are open, in any exclusion group (never behind)."""

    person_id: UUID


class OpenFilings(Model):
    """The answer to FindOpenFilings: by exclusion group."""

    open: dict[str, UUID]


@named("filing.FindFiledCertificates.v1")
class FindFiledCertificates(Question):
    """Which of these certificates an open filing is about (never behind)."""

    certificate_ids: Annotated[tuple[UUID, ...], Field(max_length=5000)]


class FiledCertificates(Model):
    """The answer to FindFiledCertificates."""

    certificate_ids: frozenset[UUID]


class ConfirmationView(Model):
    """One party in the matter's order: whether it has agreed, and until when it may. ``asked``: it is its turn.

    ``commitment``: the words that it accepts by confirming. Who files and is a party itself has agreed by handing it in.
    ``reason``: why it refused, or by what its time ended the filing.
    """

    by: Party
    person_id: UUID | None
    enterprise_id: UUID | None
    status: Literal["waiting", "asked", "confirmed", "declined", "timed_out"]
    at: AwareDatetime | None = None
    due_on: date | None = None
    commitment: str | None = None
    reason: str | None = None


class FilingView(Model):
    """The answer to GetFiling. ``problems`` is what submission would refuse with, empty when it may be submitted.

    ``matter_version``: by which it is judged: until it is ``pinned`` by the first hand-in the newest that is released.
    ``drafted_version``: the newest when it was begun; a lower one says that the matter has changed since.
    ``informs``: who was told of it without a say.
    """

    filing_id: UUID
    version: int
    status: FilingStatus
    matter: MatterCode
    matter_version: int
    title: str
    number: str | None
    enterprise_id: UUID | None
    person_id: UUID | None
    place: Place
    subject: SubjectFacts | None
    filer: FilerFacts | None
    form: Form
    attachments: tuple[Attachment, ...]
    commitment_accepted: bool
    commitment_text: str
    round: int
    submitted_on: date | None
    reason: str | None
    problems: tuple[dict[str, Any], ...]
    correction: tuple[CorrectionItem, ...] = ()
    certificate: CertificateFacts | None = None
    confirmations: tuple[ConfirmationView, ...] = ()
    drafted_version: int | None = None
    pinned: bool = False
    informs: tuple[PartyRef, ...] = ()
