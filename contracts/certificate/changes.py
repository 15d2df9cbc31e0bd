"""What becomes of a credential after it was granted: new issues, and its ends."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.certificate.types import (
    Attributes,
    Concerned,
    Holder,
    IdentifierVersion,
    Issuer,
    NumberAsPrinted,
    Scope,
)
from contracts.files import FileRef
from contracts.filing import MatterCode
from contracts.identifiers import CertificateIdentifier
from contracts.identity import Words
from contracts.matters.credential import Lapse
from contracts.message import Command, Event, Model, named

Change = Literal["renewed", "extended", "replaced", "amended", "transferred", "corrected"]


class Issued(Model):
    """Everything that the new issue says. ``predecessor`` is the identifier of the one before, void from now on: none where
    that was no electronic certificate. ``granted_on``: of the first issue.
    """

    credential_id: UUID
    filing_id: UUID
    matter: MatterCode
    matter_version: int
    change: Change
    title: str
    registration_number: NumberAsPrinted
    identifier: CertificateIdentifier
    identifier_version: IdentifierVersion
    predecessor: CertificateIdentifier | None
    holder: Holder
    scopes: tuple[Scope, ...]
    issuer: Issuer
    portrait: FileRef | None
    issued_on: date
    valid_from: date
    valid_until: date
    attributes: Attributes = Field(default_factory=dict)
    granted_on: date | None = None


@named("certificate.ReissueCredential.v1")
class ReissueCredential(Issued, Command):
    """Issue it anew, as an approval says. ``expected_issue`` is the issue that the order was made for, counted from 1."""

    expected_issue: int = Field(ge=1)


@named("certificate.CredentialReissued.v1")
class CredentialReissued(Issued, Event):
    """From now on this is what the certificate says. ``issue`` counts from 1, the grant."""

    issue: int = Field(ge=2)
    kind: str = ""


class Cancelled(Model):
    """``forced``: one side had it ended without the other. ``reason`` is why, as the filing says."""

    credential_id: UUID
    filing_id: UUID
    matter: MatterCode
    matter_version: int
    forced: bool
    reason: Words | None
    cancelled_on: date


@named("certificate.CancelCredential.v1")
class CancelCredential(Cancelled, Command):
    """End it, as a filing that took effect says."""


@named("certificate.CredentialCancelled.v1")
class CredentialCancelled(Cancelled, Concerned, Event):
    """注销."""


@named("certificate.RefuseChange.v1")
class RefuseChange(Command):
    """What was approved cannot be carried out any more, by ``code``: it was cancelled meanwhile, say."""

    credential_id: UUID
    filing_id: UUID
    code: str


@named("certificate.ChangeRefused.v1")
class ChangeRefused(Event):
    """On the stream of the credential: the approval changed nothing, and why."""

    credential_id: UUID
    filing_id: UUID
    code: str


@named("certificate.LapseCredential.v1")
class LapseCredential(Command):
    """It ends by law; ``cause`` is one that its kind lapses on."""

    credential_id: UUID
    cause: Lapse
    lapsed_on: date
    legal_basis: Words | None = None


@named("certificate.CredentialLapsed.v1")
class CredentialLapsed(Concerned, Event):
    """失效."""

    credential_id: UUID
    cause: Lapse
    lapsed_on: date
    legal_basis: Words | None


@named("certificate.ReinstateCredential.v1")
class ReinstateCredential(Command):
    """The cause by which it lapsed was recorded by mistake."""

    credential_id: UUID
    cause: Lapse
    reinstated_on: date


@named("certificate.CredentialReinstated.v1")
class CredentialReinstated(Concerned, Event):
    """恢复: it holds again, as if it had never lapsed; both are in the history."""

    credential_id: UUID
    cause: Lapse
    reinstated_on: date


@named("certificate.ExpireCredential.v1")
class ExpireCredential(Command):
    """Its last day is over; ``valid_until`` is the day that was looked at, so that a renewal in between wins."""

    credential_id: UUID
    valid_until: date


@named("certificate.CredentialExpired.v1")
class CredentialExpired(Concerned, Event):
    """Said once the last day is over. The day itself decides before that is said."""

    credential_id: UUID
    valid_until: date
