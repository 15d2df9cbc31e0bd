"""A credential as it is shown: whole to those whose it is, masked to everybody who scans its QR code."""

from __future__ import annotations

from datetime import date

from contracts.certificate import Concerned, CredentialStatus, CredentialView, IssueView, PublicCredential
from contracts.errors import NotFound
from contracts.matters.credential import CredentialType, Usability
from services.certificate.domain.state import Credential, Issue


def credential_view(
    credential: Credential, version: int, on: date, kind: CredentialType | None = None, *, followed: bool = False
) -> CredentialView:
    """Everything, for the holder, the employer and authorities."""
    if not credential.exists or credential.credential_id is None:
        raise NotFound("credential_not_found")
    face, issue, ended = credential.face, credential.issue, credential.ended
    status = credential.status(on, followed=followed)
    over = ended is None and credential.over(on)
    return CredentialView(
        credential_id=credential.credential_id,
        version=version,
        filing_id=credential.issues[0].filing_id,
        kind=credential.kind,
        title=face.title,
        registration_number=face.registration_number,
        identifier=credential.identifier,
        holder=face.holder,
        scopes=face.scopes,
        issuer=face.issuer,
        granted_on=face.granted_on,
        valid_from=face.valid_from,
        valid_until=face.valid_until,
        status=status,
        document=issue.document.document if issue.document else None,
        algorithm=issue.document.algorithm if issue.document else None,
        development_key=issue.document.development_key if issue.document else None,
        attributes=face.attributes,
        origin=credential.origin,
        status_code=kind.code_of(status, ended.as_entered if ended else None) if kind is not None else None,
        portrait=face.portrait,
        issues=tuple(_issue_view(one) for one in credential.issues),
        ended_on=face.valid_until if over else ended.on if ended else None,
        ended_because="expired" if over else ended.code if ended else None,
        ended_reason=ended.because if ended is not None and ended.how == "cancelled" else None,
        predecessor=issue.predecessor,
        after=credential.after,
    )


def _issue_view(issue: Issue) -> IssueView:
    return IssueView(
        identifier=issue.identifier,
        change=issue.change,
        issued_on=issue.issued_on,
        valid_until=issue.face.valid_until,
        filing_id=issue.filing_id,
        document=issue.document.document if issue.document else None,
    )


def status_of(credential: Credential, issue: Issue, on: date, *, followed: bool = False) -> CredentialStatus:
    """An issue that another took the place of is replaced, whatever became of the credential."""
    return credential.status(on, followed=followed) if issue is credential.issue else "replaced"


def public_credential(
    credential: Credential,
    issue: Issue,
    on: date,
    *,
    followed: bool = False,
    usability: Usability | None = None,
) -> PublicCredential:
    """What the public register says of an issue: whose number this is and whether it holds today."""
    face = issue.face
    return PublicCredential(
        identifier=issue.identifier,
        title=face.title,
        registration_number=face.registration_number,
        holder_name=masked_name(face.holder.name),
        enterprise_name=face.holder.enterprise_name,
        scopes=face.scopes,
        issuer_name=face.issuer.name,
        granted_on=face.granted_on,
        valid_from=face.valid_from,
        valid_until=face.valid_until,
        status=status_of(credential, issue, on, followed=followed),
        document_sha256=issue.document.document.sha256 if issue.document else None,
        development_key=issue.document.development_key if issue.document else None,
        usability=usability,
    )


def concerned(state: Credential) -> dict[str, object]:
    """Which certificate it is, and whom it concerns."""
    face = state.face
    return Concerned(
        title=face.title,
        person_id=face.holder.person_id,
        enterprise_id=face.holder.enterprise_id,
        kind=state.kind,
        registration_number=face.registration_number,
        identifier=state.identifier,
        issuer=face.issuer,
    ).model_dump()


def masked_name(name: str) -> str:
    """The first character and a star for each other one (个人信息保护法 art. 51): enough to compare.

    >>> masked_name("张三丰")
    '张**'
    """
    return f"{name[:1]}{'*' * (len(name) - 1)}"
