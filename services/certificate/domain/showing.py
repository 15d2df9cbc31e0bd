"""A credential as it is shown: whole to those whose it is, masked to everybody who scans its QR code."""

from __future__ import annotations

from datetime import date

from contracts.certificate import CredentialView, PublicCredential
from contracts.errors import NotFound
from services.certificate.domain.credential import Credential


def credential_view(credential: Credential, version: int, on: date) -> CredentialView:
    """Everything, for the holder, the employer and authorities."""
    granted, issued = credential.granted, credential.document
    if granted is None:
        raise NotFound("credential_not_found")
    return CredentialView(
        credential_id=granted.credential_id,
        version=version,
        filing_id=granted.filing_id,
        kind=granted.kind,
        title=granted.title,
        registration_number=granted.registration_number,
        identifier=granted.identifier,
        holder=granted.holder,
        scopes=granted.scopes,
        issuer=granted.issuer,
        granted_on=granted.granted_on,
        valid_from=granted.valid_from,
        valid_until=granted.valid_until,
        status=credential.status(on),
        document=issued.document if issued else None,
        algorithm=issued.algorithm if issued else None,
        development_key=issued.development_key if issued else None,
        attributes=granted.attributes,
    )


def public_credential(credential: Credential, on: date) -> PublicCredential:
    """What the public register says: whose number this is and whether it holds today."""
    granted, issued = credential.granted, credential.document
    if granted is None:
        raise NotFound("credential_not_found")
    return PublicCredential(
        identifier=granted.identifier,
        title=granted.title,
        registration_number=granted.registration_number,
        holder_name=masked_name(granted.holder.name),
        enterprise_name=granted.holder.enterprise_name,
        scopes=granted.scopes,
        issuer_name=granted.issuer.name,
        granted_on=granted.granted_on,
        valid_from=granted.valid_from,
        valid_until=granted.valid_until,
        status=credential.status(on),
        document_sha256=issued.document.sha256 if issued else None,
        development_key=issued.development_key if issued else None,
    )


def masked_name(name: str) -> str:
    """The first character and a star for each other one (个人信息保护法 art. 51): enough to compare.

    >>> masked_name("张三丰")
    '张**'
    """
    return f"{name[:1]}{'*' * (len(name) - 1)}"
