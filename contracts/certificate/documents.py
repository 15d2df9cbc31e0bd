"""The signed document of an issue of a credential."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from contracts.certificate.types import Characters
from contracts.files import FileRef, Sha256
from contracts.identifiers import CertificateIdentifier
from contracts.message import Command, Event, named


@named("certificate.RecordDocument.v1")
class RecordDocument(Command):
    """The signed document exists. Signed once: replays never sign again.

    The order is "record this credential's document"; what was signed is filled in by whoever signed it. ``identifier``: of
    which issue, by default the one that holds.
    """

    FILLED_IN = frozenset({"meta", "document", "algorithm", "signer_sha256", "signed_at", "development_key"})
    credential_id: UUID
    identifier: CertificateIdentifier | None = None
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
    identifier: CertificateIdentifier | None = None
    code: str
    characters: Characters


@named("certificate.DocumentNotIssued.v1")
class DocumentNotIssued(Event):
    """The credential is granted and holds; its document waits until what stands in its way is mended."""

    credential_id: UUID
    identifier: CertificateIdentifier
    code: str
    characters: Characters
