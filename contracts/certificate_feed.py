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
TYPE_REISSUED = "cn.zhuce.certificate.reissued.v1"
TYPE_ENTERED = "cn.zhuce.certificate.entered.v1"
TYPE_CANCELLED = "cn.zhuce.certificate.cancelled.v1"
TYPE_LAPSED = "cn.zhuce.certificate.lapsed.v1"
TYPE_REINSTATED = "cn.zhuce.certificate.reinstated.v1"
TYPE_EXPIRED = "cn.zhuce.certificate.expired.v1"
TYPE_WITHDRAWN = "cn.zhuce.certificate.withdrawn.v1"


class _Frozen(BaseModel):
    # Subscribers must tolerate new fields, and so must these when reading what a later version wrote.
    model_config = ConfigDict(frozen=True, extra="ignore")


class GrantedScope(_Frozen):
    """One specialty and its expiry."""

    specialty: str
    expires_on: date


class CertificateGranted(_Frozen):
    """A certificate was granted. Authorised subscribers get the holder's name and ID number.

    ``status_code``, here and in the others: what the standard for certificates of this kind calls the status from now on.
    """

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
    status_code: str | None = None


class CertificateReissued(CertificateGranted):
    """It says this from now on. ``predecessor``: the identifier that is void now. ``change``: renewed, transferred, …"""

    change: str
    predecessor: str | None
    issued_on: date


class CertificateEntered(_Frozen):
    """An old certificate is in the register now. It has no identifier as long as no filing has given it an issue."""

    identifier: None = None
    registration_number: str
    kind: str
    title: str
    holder_name: Annotated[str, PERSONAL]
    holder_resident_id: Annotated[str, PERSONAL]
    enterprise_name: str | None
    scopes: tuple[GrantedScope, ...]
    issuer_name: str
    issuer_uscc: str | None
    place: str
    granted_on: date
    valid_from: date
    valid_until: date
    status: Literal["valid", "cancelled"]
    origin: Literal["imported", "supplemented"]
    status_code: str | None = None


class CertificateEnded(_Frozen):
    """It may not be relied on any more; ``type`` of the event says why, ``cause`` more closely: a cause of the law's.

    ``ended_on``: of one that has expired its last day; none where its entry was taken back as a mistake.
    """

    identifier: str | None
    registration_number: str
    kind: str
    ended_on: date | None
    cause: str | None = None
    status_code: str | None = None


class CertificateReinstated(_Frozen):
    """It holds again from its first day on: the ``cause`` by which it had lapsed was recorded by mistake."""

    identifier: str | None
    registration_number: str
    kind: str
    reinstated_on: date
    cause: str
    status_code: str | None = None


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
    subject: str = Field(description="the certificate identifier; of an old certificate without one its number")
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: int
    data: (
        CertificateReissued
        | CertificateGranted
        | CertificateEntered
        | CertificateEnded
        | CertificateReinstated
        | CertificateDocumentIssued
    )


class FeedPage(_Frozen):
    """The answer to ReadFeed. ``next`` is what to ask after next time; it passes by what is not told."""

    events: tuple[FeedEvent, ...]
    next: int
