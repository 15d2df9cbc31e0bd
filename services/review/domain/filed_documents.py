"""Decision documents are kept with the case: one for each kind and cause, the first that is brought.

In a stream of their own beside the case's: an officer who saw a case has seen it whole, and no paper that is printed
afterwards makes their version of it stale. One that cannot be made waits under a claim, so that those are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from contracts.decider import Claim, Decider, Release
from contracts.errors import Refused
from contracts.review import (
    CaseDocumentIssued,
    CaseDocumentNotIssued,
    DocumentKind,
    RecordCaseDocument,
    RecordCaseDocumentNotIssued,
)
from services.review.domain import rules

DocumentCommand: TypeAlias = RecordCaseDocument | RecordCaseDocumentNotIssued
DocumentEvent: TypeAlias = CaseDocumentIssued | CaseDocumentNotIssued
WAITING = "document_waiting"
ISSUED = "decision_document"


@dataclass(frozen=True)
class FiledDocuments:
    """The documents of one case, and those that cannot be made yet."""

    issued: tuple[CaseDocumentIssued, ...] = ()
    waiting: tuple[CaseDocumentNotIssued, ...] = ()

    def has(self, kind: DocumentKind, cause: int) -> bool:
        """Whether there is a document of that kind for that cause."""
        return any((one.kind, one.cause) == (kind, cause) for one in self.issued)

    def others_waiting(self, event: DocumentEvent) -> tuple[CaseDocumentNotIssued, ...]:
        """Those that wait, but for the one that the event is about."""
        return tuple(one for one in self.waiting if (one.kind, one.cause) != (event.kind, event.cause))


def decide(filed: FiledDocuments, command: DocumentCommand) -> Sequence[DocumentEvent]:
    """Keep it, or say why there is none. Nobody may put a paper among the decisions but the product itself."""
    rules.only_the_product_itself(command.meta.actor)
    match command:
        case RecordCaseDocument():
            return record_document(filed, command)
        case RecordCaseDocumentNotIssued():
            return record_document_not_issued(filed, command)


def record_document(filed: FiledDocuments, command: RecordCaseDocument) -> Sequence[CaseDocumentIssued]:
    """Another one for the same cause, of a run that crashed, counts for nothing."""
    if filed.has(command.kind, command.cause):
        return []
    if command.document.content_type != "application/pdf":
        raise Refused("document_not_pdf")
    return [CaseDocumentIssued.model_validate(command.model_dump(exclude={"meta"}))]


def record_document_not_issued(
    filed: FiledDocuments, command: RecordCaseDocumentNotIssued
) -> Sequence[CaseDocumentNotIssued]:
    """Say why there is none yet; once, until it is for another reason. One that was issued is not taken back."""
    why = CaseDocumentNotIssued.model_validate(command.model_dump(exclude={"meta"}))
    return [] if filed.has(command.kind, command.cause) or why in filed.waiting else [why]


def evolve(filed: FiledDocuments, event: DocumentEvent) -> FiledDocuments:
    """The documents after the event."""
    waiting = filed.others_waiting(event)
    match event:
        case CaseDocumentIssued():
            return FiledDocuments((*filed.issued, event), waiting)
        case CaseDocumentNotIssued():
            return replace(filed, waiting=(*waiting, event))


def claims(filed: FiledDocuments, event: DocumentEvent) -> Sequence[Claim | Release]:
    """A document is one case's and is found by its content; whatever still waits goes on waiting beside it."""
    match event:
        case CaseDocumentNotIssued():
            return [_waits(event)]
        case CaseDocumentIssued():
            found = Claim(ISSUED, event.document.sha256, "document_taken")
            return [found, Release(WAITING), *map(_waits, filed.others_waiting(event))]


def _waits(one: CaseDocumentNotIssued) -> Claim:
    # nobody else can have it: nobody is ever told the refusal
    return Claim(WAITING, f"{one.case_id}/{one.kind}/{one.cause}", "document_taken")


FILED: Decider[FiledDocuments, DocumentCommand, DocumentEvent] = Decider(
    "documents", FiledDocuments(), decide, evolve, claims
)
"""One stream for each case, by the case's id."""
