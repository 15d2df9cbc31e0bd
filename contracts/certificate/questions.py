"""What certificate can be asked, and its answers."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.certificate.changes import Change
from contracts.certificate.types import Attributes, CredentialStatus, Holder, Issuer, NumberAsPrinted, Origin, Scope
from contracts.files import FileRef, Sha256
from contracts.identifiers import ResidentId
from contracts.identity import PersonName
from contracts.matters.credential import Usability
from contracts.message import Model, Question, named
from contracts.review.documents import DecisionDocument


@named("certificate.GetCredential.v1")
class GetCredential(Question):
    credential_id: UUID


@named("certificate.FindHeld.v1")
class FindHeld(Question):
    """Every certificate that a person has or had, with its status on that day: a list of ``CertificateFacts``."""

    person_id: UUID
    on: date


@named("certificate.FindByNumber.v1")
class FindByNumber(Question):
    """The certificates of a kind with this registration number, whosever they are: a list of ``CertificateFacts``."""

    kind: str
    number: str
    on: date


@named("certificate.GetUsability.v1")
class GetUsability(Question):
    """How the certificates of a person may be used on that day, with every reason (manual 004, 1.2.1).

    None of ``person_id``: of the one certificate.
    """

    person_id: UUID | None = None
    credential_id: UUID | None = None
    on: date


class UsabilityReason(Model):
    """A rule of the kind, in order: the first that ``holds`` says the usability, and all that hold are told to people."""

    code: str
    usability: Usability
    holds: bool
    says: str


class CertificateUsability(Model):
    """One certificate: how it may be used, and why."""

    credential_id: UUID
    kind: str
    registration_number: str
    usability: Usability
    says: str
    reasons: tuple[UsabilityReason, ...]


class UsabilityView(Model):
    """The answer to GetUsability."""

    certificates: tuple[CertificateUsability, ...]


@named("certificate.LookUpIdentifier.v1")
class LookUpIdentifier(Question):
    """What anyone may know of a certificate, by its identifier (the QR code's address).

    ``on`` decides whether it has expired.
    """

    identifier: str
    on: date


@named("certificate.FindPublic.v1")
class FindPublic(Question):
    """What anyone may know of the certificates of somebody whose name they know, and a number or the ID number with it.

    Both that are given must agree. Those that are not shown to strangers are not in the answer, nor is it told that they are.
    """

    name: PersonName
    number: NumberAsPrinted | None = None
    resident_id: ResidentId | None = None
    on: date


@named("certificate.VerifyDocument.v1")
class VerifyDocument(Question):
    """Whether the PDF in the file store is whole, signed by us, and what the register says of it today."""

    sha256: Sha256
    on: date


@named("certificate.ReadFeed.v1")
class ReadFeed(Question):
    """Certificate events for other provinces after a position, as CloudEvents; none when nothing is new."""

    after: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=1000)


class IssueView(Model):
    """One issue of a credential, in order: ``change`` is what made it. The last one holds, the others are void."""

    identifier: str | None
    change: Change | Literal["granted", "imported", "supplemented"]
    issued_on: date
    valid_until: date
    filing_id: UUID | None
    document: FileRef | None


class CredentialView(Model):
    """The answer to GetCredential, for those whose it is and for authorities. ``ended_because`` is a code, as in the lists;
    ``ended_reason`` what the filing said.
    """

    credential_id: UUID
    version: int
    filing_id: UUID | None
    kind: str
    title: str
    registration_number: str
    identifier: str | None
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    granted_on: date
    valid_from: date
    valid_until: date
    status: CredentialStatus
    document: FileRef | None
    algorithm: str | None
    development_key: bool | None
    attributes: Attributes = Field(default_factory=dict)
    origin: Origin = "granted"
    status_code: str | None = None
    portrait: FileRef | None = None
    issues: tuple[IssueView, ...] = ()
    ended_on: date | None = None
    ended_because: str | None = None
    ended_reason: str | None = None
    predecessor: str | None = None
    after: UUID | None = None


class PublicCredential(Model):
    """What the public verification page shows: the name is masked, no ID number, no portrait.

    Of an issue that another took the place of, ``status`` is replaced. ``identifier`` is none of an old certificate that
    never was an electronic one.
    """

    identifier: str | None
    title: str
    registration_number: str
    holder_name: str
    enterprise_name: str | None
    scopes: tuple[Scope, ...]
    issuer_name: str
    granted_on: date
    valid_from: date
    valid_until: date
    status: CredentialStatus
    document_sha256: str | None
    development_key: bool | None
    usability: Usability | None = None


class PublicCredentials(Model):
    """The answer to FindPublic: each by its last issue."""

    certificates: tuple[PublicCredential, ...]


class DocumentCheck(Model):
    """The answer to VerifyDocument. ``genuine`` only when every check holds; ``problems`` are codes.

    ``decision``: it is no certificate but a decision document 文书 that was issued.
    """

    genuine: bool
    intact: bool
    trusted: bool
    recorded: bool
    signer: str | None
    signed_at: AwareDatetime | None
    algorithm: str | None
    problems: tuple[str, ...]
    credential: PublicCredential | None
    decision: DecisionDocument | None = None
    details: dict[str, Any] = Field(default_factory=dict)
