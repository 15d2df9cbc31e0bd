"""What follows of itself when a case is approved, and when a credential is granted: from events to orders."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.certificate import (
    AllocateNumber,
    CredentialGranted,
    GrantCredential,
    RecordDocument,
    RecordDocumentNotIssued,
    RefuseGrant,
)
from contracts.message import Metadata, Recorded, follow
from contracts.review import CaseApproved
from services.certificate.domain.granting import Approval
from services.kernel.signed import Signed


def when_case_approved_draw_number(recorded: Recorded[CaseApproved], series: str) -> AllocateNumber:
    """A number of the series for this filing: asked again after a crash, it is the same one."""
    return AllocateNumber(
        series=series,
        purpose=str(recorded.event.filing_id),
        meta=follow(recorded, f"number-{recorded.source}-{recorded.position}-{series}"),
    )


def when_case_approved_grant_credential(
    recorded: Recorded[CaseApproved],
    approval: Approval,
    registration_serial: int,
    identifier_serial: int,
    after: UUID | None = None,
) -> GrantCredential:
    """The credential that the matter's effect promises."""
    meta = follow(recorded, f"grant-{recorded.source}-{recorded.position}")
    return approval.order(meta, registration_serial, identifier_serial, after)


def when_case_approved_refuse_grant(
    recorded: Recorded[CaseApproved], approval: Approval, held: UUID
) -> RefuseGrant:
    """No second one beside a credential that is valid: two filings got as far as an approval."""
    meta = follow(recorded, f"refuse-grant-{recorded.source}-{recorded.position}")
    return approval.refusal(meta, held)


def when_credential_granted_record_document(
    recorded: Recorded[CredentialGranted], signed: Signed, at: datetime
) -> RecordDocument:
    """The document signed for this grant, at that time, is the document."""
    return RecordDocument(
        credential_id=recorded.event.credential_id,
        document=signed.document,
        algorithm=signed.algorithm,
        signer_sha256=signed.signer_sha256,
        signed_at=signed.signed_at,
        development_key=signed.development_key,
        meta=_meta(recorded, "", at),
    )


def when_document_fails_record_it(
    recorded: Recorded[CredentialGranted], code: str, characters: tuple[str, ...], at: datetime, version: int
) -> RecordDocumentNotIssued:
    """The document waits. ``version`` is the credential's: what is wrong may be something else later."""
    return RecordDocumentNotIssued(
        credential_id=recorded.event.credential_id,
        code=code,
        characters=characters,
        meta=_meta(recorded, f"-not-issued-{version}", at),
    )


def _meta(recorded: Recorded[CredentialGranted], what: str, at: datetime) -> Metadata:
    """Of the grant, but at the time at which it was done: a document that had to wait is not of the grant's day."""
    meta = follow(recorded, f"document{what}-{recorded.source}-{recorded.position}")
    return meta.model_copy(update={"at": at})
