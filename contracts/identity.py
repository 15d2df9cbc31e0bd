"""The published language of identity: who someone is, whom they work for, what they may do."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.identifiers import Phone, ResidentId, Telephone, Uscc
from contracts.message import Actor, Command, Event, Model, Question, named
from contracts.personal import PERSONAL

Level = Literal["ministry", "province", "city", "county"]
Place = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 code of an administrative division")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
PersonName = Annotated[str, Field(min_length=2, max_length=40), PERSONAL]
Words = Annotated[str, Field(min_length=1, max_length=200)]
PersonalWords = Annotated[str, Field(min_length=1, max_length=200), PERSONAL]
Username = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[A-Za-z0-9_.@-]+$"), PERSONAL]
Password = Annotated[str, Field(min_length=8, max_length=200, json_schema_extra={"format": "password"})]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
PersonFile = Literal["portrait", "id_card_front", "id_card_back", "id_card_in_hand", "commitment_letter", "signature"]
EnterpriseFile = Literal["business_licence", "qualification_certificate"]
Duty = Literal["appoint", "authenticate", "accept", "review", "publicise", "announce", "load_qualifications"]

# -- people ---------------------------------------------------------------------------------------------------


class PersonDetails(Model):
    """What a person completes after verification (manual 001, 2.3). Sex and birth date are in the ID number.

    ``ethnicity`` is the name of GB/T 3304 (汉族).
    """

    ethnicity: PersonalWords
    emergency_contact: PersonName | None = None
    emergency_phone: Phone | None = None
    school: PersonalWords
    major: PersonalWords
    graduated_on: Annotated[date, PERSONAL]
    education: Annotated[Literal["secondary", "associate", "bachelor", "master", "doctorate"], PERSONAL]
    degree: Annotated[Literal["none", "bachelor", "master", "doctorate"], PERSONAL] = "none"


@named("identity.RegisterPerson.v1")
class RegisterPerson(Command):
    """Open a person's record and send a code to the phone. One record for a resident ID number."""

    FILLED_IN = frozenset({"meta", "code_hash"})
    person_id: UUID
    resident_id: ResidentId
    name: PersonName
    phone: Phone
    code_hash: str = ""


@named("identity.PersonRegistered.v1")
class PersonRegistered(Event):
    person_id: UUID
    resident_id: ResidentId
    name: PersonName
    phone: Phone


@named("identity.SendPhoneCode.v1")
class SendPhoneCode(Command):
    """Send a new code; refused within a minute of the last one."""

    FILLED_IN = frozenset({"meta", "code_hash"})
    person_id: UUID
    code_hash: str = ""


@named("identity.PhoneCodeSent.v1")
class PhoneCodeSent(Event):
    """Only a hash of the code is kept; it is good until ``expires_at``."""

    person_id: UUID
    code_hash: str
    sent_at: AwareDatetime
    expires_at: AwareDatetime


@named("identity.ConfirmPhone.v1")
class ConfirmPhone(Command):
    """Prove that the phone is at hand. Five wrong codes use the code up."""

    person_id: UUID
    code: Code


@named("identity.PhoneConfirmed.v1")
class PhoneConfirmed(Event):
    person_id: UUID


@named("identity.PhoneCodeRejected.v1")
class PhoneCodeRejected(Event):
    person_id: UUID


@named("identity.VerifyRealName.v1")
class VerifyRealName(Command):
    """Have a provider check that the account is the natural person; ``evidence`` is the provider's own (a liveness clip's id).

    ``provider``, ``reference``, ``passed`` and ``development`` are filled in from the provider's answer.
    """

    FILLED_IN = frozenset({"meta", "provider", "reference", "passed", "development"})
    person_id: UUID
    method: Literal["liveness", "counter"]
    evidence: Annotated[str, Field(min_length=1, max_length=500), PERSONAL]
    provider: str = ""
    reference: str = ""
    passed: bool = False
    development: bool = False


@named("identity.RealNameVerified.v1")
class RealNameVerified(Event):
    """``development`` is true when a development provider said so, and nothing real was checked."""

    person_id: UUID
    method: Literal["liveness", "counter"]
    provider: str
    reference: str
    development: bool


@named("identity.RealNameVerificationFailed.v1")
class RealNameVerificationFailed(Event):
    person_id: UUID
    method: Literal["liveness", "counter"]
    provider: str
    reference: str


@named("identity.CompletePersonDetails.v1")
class CompletePersonDetails(Command):
    person_id: UUID
    details: PersonDetails


@named("identity.PersonDetailsCompleted.v1")
class PersonDetailsCompleted(Event):
    person_id: UUID
    details: PersonDetails


@named("identity.AttachPersonFile.v1")
class AttachPersonFile(Command):
    """Put a file to a person's record; a later one of the same kind takes its place, the earlier stays in history."""

    person_id: UUID
    kind: PersonFile
    file: FileRef


@named("identity.PersonFileAttached.v1")
class PersonFileAttached(Event):
    person_id: UUID
    kind: PersonFile
    file: FileRef


# -- enterprises ----------------------------------------------------------------------------------------------


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
    """Open an enterprise's record, its administrator's account, and send a code to the contact's mobile."""

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
    enterprise_id: UUID
    code: Code


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


# -- employment -----------------------------------------------------------------------------------------------


@named("identity.ProposeEmployment.v1")
class ProposeEmployment(Command):
    """Either side proposes, with the contract; the other accepts or declines. ``ends_on`` none: no fixed term."""

    employment_id: UUID
    person_id: UUID
    enterprise_id: UUID
    contract: FileRef
    starts_on: date
    ends_on: date | None = None


@named("identity.EmploymentProposed.v1")
class EmploymentProposed(Event):
    employment_id: UUID
    person_id: UUID
    enterprise_id: UUID
    contract: FileRef
    starts_on: date
    ends_on: date | None = None
    proposed_by: Literal["person", "enterprise"]


@named("identity.AnswerEmployment.v1")
class AnswerEmployment(Command):
    """``meta.reason`` must say why when declining."""

    employment_id: UUID
    accept: bool


@named("identity.EmploymentAccepted.v1")
class EmploymentAccepted(Event):
    employment_id: UUID
    person_id: UUID
    enterprise_id: UUID


@named("identity.EmploymentDeclined.v1")
class EmploymentDeclined(Event):
    employment_id: UUID
    person_id: UUID
    enterprise_id: UUID
    reason: str


@named("identity.EndEmployment.v1")
class EndEmployment(Command):
    """Either side ends it; ``meta.reason`` says why."""

    employment_id: UUID


@named("identity.EmploymentEnded.v1")
class EmploymentEnded(Event):
    employment_id: UUID
    person_id: UUID
    enterprise_id: UUID
    reason: str


# -- qualifications -------------------------------------------------------------------------------------------


class Qualification(Model):
    """A passed examination, from the authority's list. ``number`` is its management number 管理号."""

    number: Annotated[str, Field(min_length=4, max_length=40), PERSONAL]
    resident_id: ResidentId
    name: PersonName
    credential: Words
    specialty: Words
    level: Words = "second-class"
    passed_year: int = Field(ge=1990, le=2100)
    obtained_on: date


@named("identity.RecordQualification.v1")
class RecordQualification(Command):
    """``qualification_id`` is derived from the number, so a list can be loaded twice without harm."""

    qualification_id: UUID
    qualification: Qualification


@named("identity.QualificationRecorded.v1")
class QualificationRecorded(Event):
    qualification_id: UUID
    qualification: Qualification


@named("identity.LoadQualifications.v1")
class LoadQualifications(Command):
    """A whole list, as JSON rows. Good rows are recorded, bad ones reported by line; loading it again does no harm."""

    items: Annotated[tuple[Annotated[dict[str, Any], PERSONAL], ...], Field(min_length=1, max_length=5000)]


class LoadReport(Model):
    """``problems`` has line (from 1), code and field; never the value."""

    loaded: int
    repeated: int
    problems: tuple[dict[str, Any], ...]


# -- authorities and accounts ---------------------------------------------------------------------------------


@named("identity.EstablishAuthority.v1")
class EstablishAuthority(Command):
    """Set up a department: one for a level and place. ``uscc`` is needed where it issues certificates."""

    authority_id: UUID
    name: Name
    level: Level
    place: Place
    uscc: Uscc | None = None


@named("identity.AuthorityEstablished.v1")
class AuthorityEstablished(Event):
    authority_id: UUID
    name: Name
    level: Level
    place: Place
    uscc: Uscc | None = None


@named("identity.AppointOfficer.v1")
class AppointOfficer(Command):
    """Give somebody an account at an authority, with duties. No duties and ``auditor``: reads all, changes nothing.

    ``level`` and ``place`` are filled in from the authority.
    """

    FILLED_IN = frozenset({"meta", "password", "level", "place"})
    account_id: UUID
    authority_id: UUID
    username: Username
    password: Password
    name: PersonName
    duties: tuple[Duty, ...] = ()
    auditor: bool = False
    level: Level | None = None
    place: Place | None = None


@named("identity.OpenAccount.v1")
class OpenAccount(Command):
    """An account for somebody that another command has just made known; ``password`` arrives hashed (argon2)."""

    FILLED_IN = frozenset({"meta", "password"})
    account_id: UUID
    username: Username
    name: Annotated[str, Field(min_length=1, max_length=80), PERSONAL]
    holder: Actor
    password: str


@named("identity.AccountOpened.v1")
class AccountOpened(Event):
    account_id: UUID
    username: Username
    name: Annotated[str, Field(min_length=1, max_length=80), PERSONAL]
    holder: Actor
    password_hash: str


@named("identity.SignIn.v1")
class SignIn(Command):
    """``accepted`` is filled in by comparing the password; five wrong ones lock the account for fifteen minutes."""

    FILLED_IN = frozenset({"meta", "accepted", "account_id"})
    username: Username
    password: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]
    account_id: UUID | None = None
    accepted: bool = False


@named("identity.SignedIn.v1")
class SignedIn(Event):
    account_id: UUID


@named("identity.SignInRejected.v1")
class SignInRejected(Event):
    account_id: UUID
    at: AwareDatetime


@named("identity.ChangePassword.v1")
class ChangePassword(Command):
    """Needs the old password; ``accepted`` is filled in by comparing it, ``new_password`` is then hashed."""

    FILLED_IN = frozenset({"meta", "accepted", "old_password", "new_password"})
    account_id: UUID
    old_password: Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"format": "password"})]
    new_password: Password
    accepted: bool = False


@named("identity.PasswordChanged.v1")
class PasswordChanged(Event):
    account_id: UUID
    password_hash: str


# -- questions ------------------------------------------------------------------------------------------------


@named("identity.GetPerson.v1")
class GetPerson(Question):
    person_id: UUID


@named("identity.GetEnterprise.v1")
class GetEnterprise(Question):
    enterprise_id: UUID


@named("identity.GetEmployment.v1")
class GetEmployment(Question):
    employment_id: UUID


@named("identity.GetAuthority.v1")
class GetAuthority(Question):
    authority_id: UUID


@named("identity.FindSubject.v1")
class FindSubject(Question):
    """Everything a matter's rules may look at about a person and the filer, as it stands now (never behind).

    Found by name and ID number, both of which must agree; or by id.
    """

    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    name: PersonName | None = None
    resident_id: ResidentId | None = None


@named("identity.ReadMessages.v1")
class ReadMessages(Question):
    """What the development SMS provider would have sent; refused where a real one is set."""

    phone: Phone


@named("identity.WhoIs.v1")
class WhoIs(Question):
    """The actor and the names behind an account, for a session."""

    account_id: UUID


class PersonView(Model):
    """The answer to GetPerson, for the person and those who may see them."""

    person_id: UUID
    version: int
    resident_id: ResidentId
    name: PersonName
    sex: Annotated[Literal["male", "female"], PERSONAL]
    birth_date: Annotated[date, PERSONAL]
    phone: Phone
    phone_confirmed: bool
    verified: bool
    verification: Annotated[str | None, PERSONAL] = None
    details: PersonDetails | None
    files: dict[str, FileRef]
    employer_id: UUID | None


class EnterpriseView(Model):
    """The answer to GetEnterprise."""

    enterprise_id: UUID
    version: int
    uscc: Uscc
    details: EnterpriseDetails
    mobile: Phone
    phone_confirmed: bool
    authenticated: bool
    files: dict[str, FileRef]


class EmploymentView(Model):
    """The answer to GetEmployment."""

    employment_id: UUID
    version: int
    person_id: UUID
    enterprise_id: UUID
    contract: FileRef
    starts_on: date
    ends_on: date | None
    proposed_by: Literal["person", "enterprise"]
    status: Literal["proposed", "accepted", "declined", "ended"]


class AuthorityView(Model):
    """The answer to GetAuthority."""

    authority_id: UUID
    version: int
    name: Name
    level: Level
    place: Place
    uscc: Uscc | None


class Session(Model):
    """The answer to a sign-in."""

    account_id: UUID
    actor: Actor
    name: Annotated[str, PERSONAL]


