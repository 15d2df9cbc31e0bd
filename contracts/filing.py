"""The published language of filing: drafts, files, submission, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.identifiers import ResidentId
from contracts.identity import PersonName, Place
from contracts.matters.facts import FilerFacts, SubjectFacts
from contracts.message import Command, Event, Model, Question, named
from contracts.personal import PERSONAL

MatterCode = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", description="e.g. hunan/constructor-2-initial")]
Form = Annotated[dict[str, Any], PERSONAL]
AttachmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Outcome = Literal["returned", "rejected", "approved", "lapsed"]


class Attachment(Model):
    """A file put to a filing under one of the names that its matter asks for."""

    attachment: AttachmentName
    file: FileRef


class CorrectionItem(Model):
    """One thing that is missing or wrong. ``name`` is the form field or the attachment; the filer mends just these.

    ``subject``: another person is to be picked. ``commitment``: it is to be accepted anew. Both have no name.
    """

    part: Literal["field", "attachment", "subject", "commitment"]
    name: FieldName | None = None
    needs: Annotated[str, Field(min_length=1, max_length=500)]


@named("filing.DraftFiling.v1")
class DraftFiling(Command):
    """Start a draft. It pins the matter's version for good: later rules never judge this filing.

    ``version`` none means the latest; ``enterprise_id``, ``place`` and ``title`` are filled in from filer and matter.
    """

    FILLED_IN = frozenset({"meta", "version", "place", "title"})
    filing_id: UUID
    matter: MatterCode
    version: int | None = None
    place: Place | None = None
    title: str = ""


@named("filing.FilingDrafted.v1")
class FilingDrafted(Event):
    """``place`` is where the authority that will accept it has jurisdiction."""

    filing_id: UUID
    matter: MatterCode
    matter_version: int
    title: str
    enterprise_id: UUID | None
    person_id: UUID | None
    place: Place
    drafted_at: AwareDatetime


@named("filing.PickSubject.v1")
class PickSubject(Command):
    """Choose the person that the filing is about, by name and ID number. ``subject`` and ``filer`` are filled in by identity."""

    FILLED_IN = frozenset({"meta", "subject", "filer"})
    filing_id: UUID
    name: PersonName
    resident_id: ResidentId
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None


@named("filing.SubjectPicked.v1")
class SubjectPicked(Event):
    """``taken`` are the attachments that came with the person's own record."""

    filing_id: UUID
    subject: SubjectFacts
    filer: FilerFacts
    form: Form
    taken: tuple[Attachment, ...]


@named("filing.FillForm.v1")
class FillForm(Command):
    """Save form fields; only those given are changed, null clears one. Shape is checked now, completeness at submission."""

    filing_id: UUID
    form: Form


@named("filing.FormFilled.v1")
class FormFilled(Event):
    filing_id: UUID
    form: Form


@named("filing.AttachFile.v1")
class AttachFile(Command):
    filing_id: UUID
    attachment: AttachmentName
    file: FileRef


@named("filing.FileAttached.v1")
class FileAttached(Event):
    filing_id: UUID
    attachment: AttachmentName
    file: FileRef


@named("filing.DetachFile.v1")
class DetachFile(Command):
    filing_id: UUID
    attachment: AttachmentName
    sha256: str


@named("filing.FileDetached.v1")
class FileDetached(Event):
    filing_id: UUID
    attachment: AttachmentName
    sha256: str


@named("filing.AcceptCommitment.v1")
class AcceptCommitment(Command):
    """The filer has read the matter's commitment and stands by it."""

    filing_id: UUID


@named("filing.CommitmentAccepted.v1")
class CommitmentAccepted(Event):
    """``text_sha256`` is of the very words that were shown."""

    filing_id: UUID
    text_sha256: str


@named("filing.SubmitFiling.v1")
class SubmitFiling(Command):
    """Hand the filing to the authority. ``subject`` and ``filer`` are filled in afresh by identity: what holds now decides."""

    FILLED_IN = frozenset({"meta", "subject", "filer"})
    filing_id: UUID
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None


@named("filing.FilingSubmitted.v1")
class FilingSubmitted(Event):
    """Everything that the authority will see, whole, so that nobody needs to ask what it was. ``round`` counts submissions."""

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
    filer: FilerFacts
    form: Form
    attachments: tuple[Attachment, ...]
    submitted_at: AwareDatetime


@named("filing.DeleteDraft.v1")
class DeleteDraft(Command):
    """Throw a draft away; only one that was never submitted."""

    filing_id: UUID


@named("filing.DraftDeleted.v1")
class DraftDeleted(Event):
    filing_id: UUID


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


class FilingView(Model):
    """The answer to GetFiling. ``problems`` is what submission would refuse with, empty when it may be submitted."""

    filing_id: UUID
    version: int
    status: Literal["draft", "submitted", "returned", "approved", "rejected", "deleted", "lapsed"]
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
