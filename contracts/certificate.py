"""The published language of certificate: grant, sign, verify, and the credential register."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef, Sha256
from contracts.filing import MatterCode
from contracts.identifiers import CertificateIdentifier, RegistrationNumber, Uscc
from contracts.identity import Name, PersonName, Place, Words
from contracts.message import Command, Event, Model, Question, named
from contracts.personal import PERSONAL
from contracts.review.documents import DecisionDocument

CredentialStatus = Literal["valid", "expired", "cancelled", "replaced"]
Attributes = Annotated[dict[str, Any], PERSONAL]
"""What else the matter has recorded with the credential, by the names of its `effect.attributes`."""

Characters = Annotated[tuple[str, ...], PERSONAL]
"""``U+20BB6``: what no font has. Rare enough to tell whose name it is of."""


class Holder(Model):
    """Whom the credential is given to, and for whom they work."""

    person_id: UUID
    name: PersonName
    resident_id: Annotated[str, PERSONAL]
    sex: Annotated[Literal["male", "female"], PERSONAL]
    birth_date: Annotated[date, PERSONAL]
    enterprise_id: UUID | None
    enterprise_name: Words | None


class Scope(Model):
    """What the credential allows, each with its own expiry: a specialty of a constructor."""

    specialty: str
    label: str
    expires_on: date


class Issuer(Model):
    """The authority in whose name the credential is issued."""

    name: Name
    uscc: Uscc
    place: Place


@named("certificate.AllocateNumber.v1")
class AllocateNumber(Command):
    """The next number of a series, once and for all for this purpose: asked again, it is the same one."""

    series: str
    purpose: str


@named("certificate.NumberAllocated.v1")
class NumberAllocated(Event):
    series: str
    purpose: str
    number: int = Field(ge=1)


@named("certificate.GrantCredential.v1")
class GrantCredential(Command):
    """``credential_id`` is derived from the filing, so an approval grants once.

    ``after`` is the holder's expired credential whose place it takes.
    """

    credential_id: UUID
    filing_id: UUID
    matter: MatterCode
    matter_version: int
    kind: str
    title: str
    registration_number: RegistrationNumber
    identifier: CertificateIdentifier
    identifier_version: int
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    portrait: FileRef
    granted_on: date
    valid_from: date
    valid_until: date
    attributes: Attributes = Field(default_factory=dict)
    after: UUID | None = None


@named("certificate.CredentialGranted.v1")
class CredentialGranted(Event):
    credential_id: UUID
    filing_id: UUID
    matter: MatterCode
    matter_version: int
    kind: str
    title: str
    registration_number: RegistrationNumber
    identifier: CertificateIdentifier
    identifier_version: int
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    portrait: FileRef
    granted_on: date
    valid_from: date
    valid_until: date
    attributes: Attributes = Field(default_factory=dict)
    after: UUID | None = None


@named("certificate.RefuseGrant.v1")
class RefuseGrant(Command):
    """What was approved cannot be granted, by ``code``: ``held`` is the credential that stands in its way."""

    credential_id: UUID
    filing_id: UUID
    person_id: UUID
    kind: str
    specialties: tuple[str, ...]
    held: UUID
    code: str


@named("certificate.GrantRefused.v1")
class GrantRefused(Event):
    """On the stream of the credential that would have been."""

    credential_id: UUID
    filing_id: UUID
    person_id: UUID
    kind: str
    specialties: tuple[str, ...]
    held: UUID
    code: str


@named("certificate.RecordDocument.v1")
class RecordDocument(Command):
    """The signed document exists. Signed once: replays never sign again.

    The order is "record this credential's document"; what was signed is filled in by whoever signed it.
    """

    FILLED_IN = frozenset({"meta", "document", "algorithm", "signer_sha256", "signed_at", "development_key"})
    credential_id: UUID
    document: FileRef
    algorithm: str
    signer_sha256: Sha256
    signed_at: AwareDatetime
    development_key: bool


@named("certificate.DocumentIssued.v1")
class DocumentIssued(Event):
    credential_id: UUID
    identifier: CertificateIdentifier
    document: FileRef
    algorithm: str
    signer_sha256: Sha256
    signed_at: AwareDatetime
    development_key: bool


@named("certificate.RecordDocumentNotIssued.v1")
class RecordDocumentNotIssued(Command):
    """The document cannot be made now, by ``code``. The order names the credential; what was found is filled in."""

    FILLED_IN = frozenset({"meta", "code", "characters"})
    credential_id: UUID
    code: str
    characters: Characters


@named("certificate.DocumentNotIssued.v1")
class DocumentNotIssued(Event):
    """The credential is granted and holds; its document waits until what stands in its way is mended."""

    credential_id: UUID
    identifier: CertificateIdentifier
    code: str
    characters: Characters


@named("certificate.GetCredential.v1")
class GetCredential(Question):
    credential_id: UUID


@named("certificate.FindHeld.v1")
class FindHeld(Question):
    """The certificates that a person has, valid or expired on that day: a list of ``CertificateFacts``."""

    person_id: UUID
    on: date


@named("certificate.LookUpIdentifier.v1")
class LookUpIdentifier(Question):
    """What anyone may know of a certificate, by its identifier (the QR code's address).

    ``on`` decides whether it has expired.
    """

    identifier: str
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


class CredentialView(Model):
    """The answer to GetCredential, for those whose it is and for authorities."""

    credential_id: UUID
    version: int
    filing_id: UUID
    kind: str
    title: str
    registration_number: str
    identifier: str
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


class PublicCredential(Model):
    """What the public verification page shows: the name is masked, no ID number, no portrait."""

    identifier: str
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
