"""What filing can be asked, and its answers."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.filing.types import Attachment, CorrectionItem, Form, MatterCode
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

    By name and ID number, or (who files for themselves) by ``person_id``. ``on``: as of which day, by the rules of that day.
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

    ``says`` is ``needs``, and where it does not hold what is wrong; ``remedy`` is then what to do. Besides the matter's
    own rules: ``certificate_found``, ``parties_known``, ``no_open_filing``, where they apply.
    """

    code: str
    holds: bool | None
    needs: str
    says: str
    remedy: str | None
    legal_basis: str | None
    effective_from: date | None
    effective_until: date | None


class Eligibility(Model):
    """The answer to CheckEligibility. ``eligible`` none: nothing stands in the way so far, the form decides the rest."""

    matter: MatterCode
    matter_version: int
    title: str
    on: date
    eligible: bool | None
    rules: tuple[RuleAnswer, ...]
    certificate: CertificateFacts | None = None
    open_filing: UUID | None = None


@named("filing.FindOpenFilings.v1")
class FindOpenFilings(Question):
    """The filings of a person that are open, in any exclusion group (never behind)."""

    person_id: UUID


class OpenFilings(Model):
    """The answer to FindOpenFilings: by exclusion group."""

    open: dict[str, UUID]


class ConfirmationView(Model):
    """One party in the matter's order: whether it has agreed, and until when it may. ``asked``: it is its turn.

    ``commitment``: the words that it accepts by confirming. Who files and is a party itself has agreed by handing it in.
    """

    by: Party
    person_id: UUID | None
    enterprise_id: UUID | None
    status: Literal["waiting", "asked", "confirmed", "declined", "timed_out"]
    at: AwareDatetime | None = None
    due_on: date | None = None
    commitment: str | None = None


class FilingView(Model):
    """The answer to GetFiling. ``problems`` is what submission would refuse with, empty when it may be submitted."""

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
