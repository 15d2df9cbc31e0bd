"""Decision documents 文书: made after the event they tell of, numbered, signed, kept with the case."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef, Sha256
from contracts.message import Command, Event, Model, Question, named

DocumentKind = Literal["acceptance", "correction", "refusal", "approval"]
"""受理通知书, 补正告知书, 不予许可决定书, 准予许可决定书."""


@named("review.AllocateDocumentNumber.v1")
class AllocateDocumentNumber(Command):
    """The next number of a series for this purpose: asked again, the same one. By the product itself."""

    series: Annotated[str, Field(min_length=3, max_length=120)]
    purpose: Annotated[str, Field(min_length=1, max_length=120)]


@named("review.DocumentNumberAllocated.v1")
class DocumentNumberAllocated(Event):
    series: str
    purpose: str
    number: int


@named("review.RecordCaseDocument.v1")
class RecordCaseDocument(Command):
    """``cause`` is the position of the event that it tells of: one document for each. ``round`` is the submission that
    was looked at then."""

    case_id: UUID
    filing_id: UUID
    round: int = Field(ge=1)
    kind: DocumentKind
    cause: int
    number: str
    document: FileRef
    algorithm: str
    signer_sha256: str
    signed_at: AwareDatetime
    development_key: bool


@named("review.CaseDocumentIssued.v1")
class CaseDocumentIssued(Event):
    case_id: UUID
    filing_id: UUID
    round: int
    kind: DocumentKind
    cause: int
    number: str
    document: FileRef
    algorithm: str
    signer_sha256: str
    signed_at: AwareDatetime
    development_key: bool


@named("review.RecordCaseDocumentNotIssued.v1")
class RecordCaseDocumentNotIssued(Command):
    """It cannot be made now; it waits, is seen in health, and is tried again."""

    case_id: UUID
    filing_id: UUID
    kind: DocumentKind
    cause: int
    code: str


@named("review.CaseDocumentNotIssued.v1")
class CaseDocumentNotIssued(Event):
    case_id: UUID
    filing_id: UUID
    kind: DocumentKind
    cause: int
    code: str


@named("review.FindDecisionDocument.v1")
class FindDecisionDocument(Question):
    """Whether a file is a decision document that was issued: of one that was only signed, before a crash, it is not."""

    sha256: Sha256


class DecisionDocument(Model):
    """The answer, for anybody who holds the document: what it says of itself, and nothing of the parties."""

    kind: DocumentKind
    title: str
    number: str
    signed_at: AwareDatetime
