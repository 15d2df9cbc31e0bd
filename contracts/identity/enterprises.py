"""Enterprises: registered, proven, authenticated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.identifiers import Phone, Telephone, Uscc
from contracts.identity.types import Code, EnterpriseFile, Name, Password, PersonName, Place, Username, Words
from contracts.message import Command, Event, Model, named


class EnterpriseDetails(Model):
    """Basic data of an enterprise (manual 001, 3.2.2.1)."""

    name: Name
    place: Place
    address: Words
    registration_type: Words
    founded_on: date
    capital: Annotated[str, Field(pattern=r"^\d+(\.\d{1,4})?$", description="in ten thousands of the currency")]
    currency: Literal["CNY", "USD", "HKD", "EUR"] = "CNY"
    office_phone: Telephone
    contact: PersonName
    legal_representative: PersonName
    former_name: Words | None = None
    fax: Words | None = None
    website: Words | None = None
    email: Words | None = None
    business_scope: Annotated[str, Field(max_length=2000)] | None = None
    qualification_number: Words | None = None
    qualification_grade: Words | None = None
    qualification_scope: Annotated[str, Field(max_length=2000)] | None = None


@named("identity.RegisterEnterprise.v1")
class RegisterEnterprise(Command):
    """Open an enterprise's record, its administrator's account, and send a code to the contact's mobile.

    The USCC is taken only by whoever proves the mobile, so that nobody locks it by registering.
    """

    FILLED_IN = frozenset({"meta", "code_hash", "password"})
    enterprise_id: UUID
    uscc: Uscc
    details: EnterpriseDetails
    mobile: Phone
    username: Username
    password: Password
    code_hash: str = ""


@named("identity.EnterpriseRegistered.v1")
class EnterpriseRegistered(Event):
    enterprise_id: UUID
    uscc: Uscc
    details: EnterpriseDetails
    mobile: Phone


@named("identity.EnterpriseCodeSent.v1")
class EnterpriseCodeSent(Event):
    SECRET = frozenset({"code_hash"})
    enterprise_id: UUID
    code_hash: str
    sent_at: AwareDatetime
    expires_at: AwareDatetime


@named("identity.SendEnterpriseCode.v1")
class SendEnterpriseCode(Command):
    FILLED_IN = frozenset({"meta", "code_hash"})
    enterprise_id: UUID
    code_hash: str = ""


@named("identity.ConfirmEnterprisePhone.v1")
class ConfirmEnterprisePhone(Command):
    """Prove that the mobile is at hand, and so take the USCC. ``code_hash`` is filled in from the code."""

    FILLED_IN = frozenset({"meta", "code_hash"})
    enterprise_id: UUID
    code: Code
    code_hash: str = ""


@named("identity.EnterprisePhoneConfirmed.v1")
class EnterprisePhoneConfirmed(Event):
    enterprise_id: UUID


@named("identity.EnterpriseCodeRejected.v1")
class EnterpriseCodeRejected(Event):
    enterprise_id: UUID


@named("identity.AttachEnterpriseFile.v1")
class AttachEnterpriseFile(Command):
    enterprise_id: UUID
    kind: EnterpriseFile
    file: FileRef


@named("identity.EnterpriseFileAttached.v1")
class EnterpriseFileAttached(Event):
    enterprise_id: UUID
    kind: EnterpriseFile
    file: FileRef


@named("identity.AuthenticateEnterprise.v1")
class AuthenticateEnterprise(Command):
    """An officer of the place has seen the licence on site (manual 003, 3.1.1)."""

    enterprise_id: UUID
    method: Literal["on_site"] = "on_site"


@named("identity.EnterpriseAuthenticated.v1")
class EnterpriseAuthenticated(Event):
    enterprise_id: UUID
    method: Literal["on_site"]
    authority_id: UUID


@named("identity.CloseEnterprise.v1")
class CloseEnterprise(Command):
    """The enterprise lost its licence, went bankrupt or was dissolved; said by an officer of its place with the duty
    ``authenticate``, or by the operator. ``meta.reason`` says why, and by which document.
    """

    enterprise_id: UUID
    closed_on: date


@named("identity.EnterpriseClosed.v1")
class EnterpriseClosed(Event):
    """Its employments end, and what its people are registered for lapses where the law says so (order 153)."""

    enterprise_id: UUID
    closed_on: date
    reason: Words


@named("identity.RecordQualificationLost.v1")
class RecordQualificationLost(Command):
    """The enterprise has no qualification 资质 any more; said by whom ``CloseEnterprise`` may be said, with a reason."""

    enterprise_id: UUID
    lost_on: date


@named("identity.EnterpriseQualificationLost.v1")
class EnterpriseQualificationLost(Event):
    """What its people are registered for lapses where the law says so."""

    enterprise_id: UUID
    lost_on: date
    reason: Words


@named("identity.RecordQualificationRegained.v1")
class RecordQualificationRegained(Command):
    """It is qualified again. What lapsed stays lapsed: people register anew."""

    enterprise_id: UUID
    regained_on: date


@named("identity.EnterpriseQualificationRegained.v1")
class EnterpriseQualificationRegained(Event):
    enterprise_id: UUID
    regained_on: date
    reason: Words
