"""What other provinces receive: CloudEvents 1.0, frozen, additive only. Our own events are translated,
never sent as they are.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.personal import PERSONAL

TYPE_GRANTED = "cn.zhuce.certificate.granted.v1"
TYPE_DOCUMENT_ISSUED = "cn.zhuce.certificate.document-issued.v1"


class _Frozen(BaseModel):
    # Subscribers must tolerate new fields, and so must these when reading what a later version wrote.
    model_config = ConfigDict(frozen=True, extra="ignore")


class GrantedScope(_Frozen):
    """One specialty and its expiry."""

    specialty: str
    expires_on: date


class CertificateGranted(_Frozen):
    """A certificate was granted. Authorised subscribers get the holder's name and ID number."""

    identifier: str
    registration_number: str
    kind: str
    title: str
    holder_name: Annotated[str, PERSONAL]
    holder_resident_id: Annotated[str, PERSONAL]
    enterprise_name: str | None
    scopes: tuple[GrantedScope, ...]
    issuer_name: str
    issuer_uscc: str
    place: str
    granted_on: date
    valid_from: date
    valid_until: date


class CertificateDocumentIssued(_Frozen):
    """The signed document of a certificate exists."""

    identifier: str
    sha256: str
    algorithm: str
    signed_at: AwareDatetime


class FeedEvent(_Frozen):
    """CloudEvents envelope, structured JSON mode.

    ``position`` is an extension: ask for what comes after the last one seen.
    """

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str = Field(description="the certificate identifier")
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: int
    data: CertificateGranted | CertificateDocumentIssued


class FeedPage(_Frozen):
    """The answer to ReadFeed. ``next`` is what to ask after next time; it passes by what is not told."""

    events: tuple[FeedEvent, ...]
    next: int
