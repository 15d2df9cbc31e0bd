"""What other provinces are told of each event: our own, in the words that were promised to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts.certificate import (
    Concerned,
    CredentialCancelled,
    CredentialEntered,
    CredentialExpired,
    CredentialGranted,
    CredentialLapsed,
    CredentialReinstated,
    CredentialReissued,
    CredentialWithdrawn,
    DocumentIssued,
)
from contracts.certificate_feed import (
    TYPE_CANCELLED,
    TYPE_DOCUMENT_ISSUED,
    TYPE_ENTERED,
    TYPE_EXPIRED,
    TYPE_GRANTED,
    TYPE_LAPSED,
    TYPE_REINSTATED,
    TYPE_REISSUED,
    TYPE_WITHDRAWN,
    CertificateDocumentIssued,
    CertificateEnded,
    CertificateEntered,
    CertificateGranted,
    CertificateReinstated,
    CertificateReissued,
    GrantedScope,
)
from contracts.matters.credential import CertificateStatus, EndedAs
from services.certificate.domain.kinds import kind_of

Face = CredentialGranted | CredentialReissued | CredentialEntered


def _granted(event: CredentialGranted) -> CertificateGranted:
    return CertificateGranted(
        **_face(event),
        kind=event.kind,
        identifier=event.identifier,
        granted_on=event.granted_on,
        status_code=_code(event.kind, "valid"),
    )


def _reissued(event: CredentialReissued) -> CertificateReissued:
    return CertificateReissued(
        **_face(event),
        kind=event.kind,
        identifier=event.identifier,
        granted_on=event.granted_on or event.issued_on,
        change=event.change,
        predecessor=event.predecessor,
        issued_on=event.issued_on,
        status_code=_code(event.kind, "valid"),
    )


def _entered(event: CredentialEntered) -> CertificateEntered:
    said = _face(event)
    return CertificateEntered(
        **said,
        kind=event.kind,
        granted_on=event.granted_on,
        status=event.status,
        origin=event.origin,
        status_code=_code(event.kind, event.status, event.ended_as),
    )


def _document_issued(event: DocumentIssued) -> CertificateDocumentIssued:
    return CertificateDocumentIssued(
        identifier=event.identifier,
        sha256=event.document.sha256,
        algorithm=event.algorithm,
        signed_at=event.signed_at,
    )


def _ended(event: Concerned, status: CertificateStatus, on: date | None, cause: str | None = None) -> CertificateEnded:
    return CertificateEnded(
        identifier=event.identifier,
        registration_number=event.registration_number or "",
        kind=event.kind or "",
        ended_on=on,
        cause=cause,
        status_code=_code(event.kind, status),
    )


def _reinstated(event: CredentialReinstated) -> CertificateReinstated:
    return CertificateReinstated(
        identifier=event.identifier,
        registration_number=event.registration_number or "",
        kind=event.kind or "",
        reinstated_on=event.reinstated_on,
        cause=event.cause,
        status_code=_code(event.kind, "valid"),
    )


def _code(name: str | None, status: CertificateStatus, ended_as: EndedAs | None = None) -> str | None:
    kind = kind_of(name) if name else None
    return kind.code_of(status, ended_as) if kind is not None else None


def _face(event: Face) -> dict[str, Any]:
    return {
        "registration_number": event.registration_number,
        "title": event.title,
        "holder_name": event.holder.name,
        "holder_resident_id": event.holder.resident_id,
        "enterprise_name": event.holder.enterprise_name,
        "scopes": tuple(GrantedScope(specialty=s.specialty, expires_on=s.expires_on) for s in event.scopes),
        "issuer_name": event.issuer.name,
        "issuer_uscc": event.issuer.uscc,
        "place": event.issuer.place,
        "valid_from": event.valid_from,
        "valid_until": event.valid_until,
    }


TELLING: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    CredentialGranted.NAME: (TYPE_GRANTED, _granted),
    CredentialReissued.NAME: (TYPE_REISSUED, _reissued),
    CredentialEntered.NAME: (TYPE_ENTERED, _entered),
    CredentialCancelled.NAME: (TYPE_CANCELLED, lambda event: _ended(event, "cancelled", event.cancelled_on)),
    CredentialLapsed.NAME: (TYPE_LAPSED, lambda event: _ended(event, "lapsed", event.lapsed_on, event.cause)),
    CredentialReinstated.NAME: (TYPE_REINSTATED, _reinstated),
    CredentialExpired.NAME: (TYPE_EXPIRED, lambda event: _ended(event, "expired", event.valid_until)),
    CredentialWithdrawn.NAME: (TYPE_WITHDRAWN, lambda event: _ended(event, "withdrawn", None)),
    DocumentIssued.NAME: (TYPE_DOCUMENT_ISSUED, _document_issued),
}
"""By the event's name: what it is called outside, and what it says. Numbers drawn and other inner matters are not told."""
