"""Preparing a filing: drafts, subjects, forms, files, the commitment."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.filing.types import Attachment, AttachmentName, Form, MatterCode
from contracts.identifiers import ResidentId
from contracts.identity import PersonName, Place
from contracts.matters.facts import CertificateFacts, FilerFacts, SubjectFacts
from contracts.message import Command, Event, named


@named("filing.DraftFiling.v1")
class DraftFiling(Command):
    """Start a draft. It is prepared by the newest version of the matter, and judged for good by that of its first hand-in.

    ``version`` none means the latest; ``enterprise_id``, ``place`` and ``title`` are filled in from filer and matter.
    ``closed_on``: the day on which the enterprise that would file ended.
    """

    FILLED_IN = frozenset({"meta", "version", "place", "title", "closed_on"})
    filing_id: UUID
    matter: MatterCode
    version: int | None = None
    place: Place | None = None
    title: str = ""
    closed_on: date | None = None


@named("filing.FilingDrafted.v1")
class FilingDrafted(Event):
    """``place`` is where the authority that will accept it has jurisdiction; ``matter_version`` the newest on that day."""

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
    """Choose the person that the filing is about, by name and ID number, and the certificate, where it is about one.

    A person who files is the subject: name and number are not asked for. The certificate by its id, or by its number;
    without either the one that ``facts.gathered`` would take. ``subject``, ``filer`` and ``certificate`` are filled in by
    identity and certificate.
    """

    FILLED_IN = frozenset({"meta", "subject", "filer", "certificate"})
    filing_id: UUID
    name: PersonName | None = None
    resident_id: ResidentId | None = None
    certificate_id: UUID | None = None
    certificate_number: Annotated[str, Field(min_length=4, max_length=40)] | None = None
    subject: SubjectFacts | None = None
    filer: FilerFacts | None = None
    certificate: CertificateFacts | None = None


@named("filing.SubjectPicked.v1")
class SubjectPicked(Event):
    """``taken`` are the attachments that came with the person's own record."""

    filing_id: UUID
    subject: SubjectFacts
    filer: FilerFacts | None
    form: Form
    taken: tuple[Attachment, ...]
    certificate: CertificateFacts | None = None


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


@named("filing.DeleteDraft.v1")
class DeleteDraft(Command):
    """Throw a draft away; only one that was never submitted."""

    filing_id: UUID


@named("filing.DraftDeleted.v1")
class DraftDeleted(Event):
    filing_id: UUID
