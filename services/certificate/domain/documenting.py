"""The signed document of each issue: recorded once, or why there is none yet."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.certificate import DocumentIssued, DocumentNotIssued, RecordDocument, RecordDocumentNotIssued
from contracts.errors import NotFound, Refused
from services.certificate.domain.state import Credential, Issue


def record(state: Credential, command: RecordDocument) -> Sequence[DocumentIssued]:
    """Keep the first document that is brought of an issue. Another, of a run that crashed, counts for nothing."""
    issue = _meant(state, command)
    if issue.document is not None:
        return []
    if command.document.content_type != "application/pdf":
        raise Refused("document_not_pdf")
    said = command.model_dump(exclude={"meta"})
    return [DocumentIssued.model_validate({**said, "identifier": issue.identifier})]


def wait(state: Credential, command: RecordDocumentNotIssued) -> Sequence[DocumentNotIssued]:
    """Say why there is no document yet; once, until it is for another reason. One that was issued is not taken back, and
    one of a void issue, or of what has ended, is waited for by nobody.
    """
    issue = _meant(state, command)
    if issue.document is not None or issue is not state.issue or state.ended is not None:
        return []
    said = command.model_dump(exclude={"meta"})
    why = DocumentNotIssued.model_validate({**said, "identifier": issue.identifier})
    return [] if why == issue.waiting else [why]


def _meant(state: Credential, command: RecordDocument | RecordDocumentNotIssued) -> Issue:
    if not state.exists:
        raise NotFound.of("credential", command.credential_id)
    issue = state.issue_of(command.identifier) if command.identifier is not None else state.issue
    if issue is None or issue.identifier is None:
        raise Refused("issue_unknown")
    return issue
