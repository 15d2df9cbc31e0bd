"""Numbers, and the first grant of a credential."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from contracts.certificate.types import Attributes, Holder, Issuer, NumberAsPrinted, Scope
from contracts.files import FileRef
from contracts.filing import MatterCode
from contracts.identifiers import CertificateIdentifier
from contracts.message import Command, Event, Model, named


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


class Granted(Model):
    """Everything that the first issue says.

    ``after`` is the holder's former credential whose place it takes; ``predecessor`` that one's identifier, where it had one;
    ``number_kept``: it goes on under that one's number.
    """

    credential_id: UUID
    filing_id: UUID
    matter: MatterCode
    matter_version: int
    kind: str
    title: str
    registration_number: NumberAsPrinted
    identifier: CertificateIdentifier
    identifier_version: int
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    portrait: FileRef | None
    granted_on: date
    valid_from: date
    valid_until: date
    attributes: Attributes = Field(default_factory=dict)
    after: UUID | None = None
    predecessor: CertificateIdentifier | None = None
    number_kept: bool = False


@named("certificate.GrantCredential.v1")
class GrantCredential(Granted, Command):
    """``credential_id`` is derived from the filing, so an approval grants once."""


@named("certificate.CredentialGranted.v1")
class CredentialGranted(Granted, Event):
    """颁发: from now on this is what the certificate says."""


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
