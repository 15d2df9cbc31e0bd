"""Decision documents: made, numbered and signed after the events they tell of, found again by their content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from nameko.extensions import DependencyProvider
from nameko.timer import timer

from contracts.errors import NotFound
from contracts.labels import label
from contracts.message import Command
from contracts.review import (
    AllocateDocumentNumber,
    DecisionDocument,
    FindDecisionDocument,
    RecordCaseDocument,
    RecordCaseDocumentNotIssued,
)
from services.kernel.issuing import TRIED_AGAIN_EVERY, waiting_health
from services.kernel.kernel import Ground
from services.kernel.reactions import AskingReactions
from services.kernel.rpc import handles
from services.review.documents.issuing import try_waiting_again, when_decided_issue_document
from services.review.documents.telling import TOLD
from services.review.domain.decide import CASE
from services.review.domain.document_numbers import DOCUMENT_NUMBERS
from services.review.domain.filed_documents import FILED, ISSUED, WAITING
from services.review.domain.rules import case_is_open

if TYPE_CHECKING:
    from services.review.service import ReviewService

COMMANDS: dict[type[Command], Any] = {
    AllocateDocumentNumber: (DOCUMENT_NUMBERS, "series"),
    RecordCaseDocument: (FILED, "case_id"),
    RecordCaseDocumentNotIssued: (FILED, "case_id"),
}


class DocumentsHealth(DependencyProvider):
    """Shows in health how many documents wait."""

    ground = Ground()

    def setup(self) -> None:
        self.ground.checks["documents"] = lambda: waiting_health(self.ground, WAITING)


class Documents:
    """None of its commands has an entrypoint: only what was decided gives them."""

    documents_health = DocumentsHealth()
    issues_documents = AskingReactions("review.documents", "review", dict.fromkeys(TOLD, when_decided_issue_document))

    @timer(interval=TRIED_AGAIN_EVERY, eager=True)
    def try_waiting_documents(self: ReviewService) -> None:
        """At start and every ten minutes: what stood in a document's way may be mended."""
        try_waiting_again(self.kernel)

    @handles(FindDecisionDocument)
    def find_decision_document(self: ReviewService, question: FindDecisionDocument) -> DecisionDocument:
        """Of a file that somebody holds: what it is, if it was issued."""
        case_id = self.kernel.log.holder(ISSUED, question.sha256)
        if case_id is None:
            raise NotFound.of("document", question.sha256)
        opened = case_is_open(self.kernel.log.load(CASE, case_id).state, UUID(case_id))
        filed = self.kernel.log.load(FILED, case_id).state
        (found,) = (one for one in filed.issued if one.document.sha256 == question.sha256)
        return DecisionDocument(
            kind=found.kind,
            title=label(f"documents.{found.kind}", matter=opened.matter),
            number=found.number,
            signed_at=found.signed_at,
        )
