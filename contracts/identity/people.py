"""People: registered, proven, completed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.identifiers import Phone, ResidentId
from contracts.identity.types import Code, PersonalWords, PersonFile, PersonName
from contracts.message import Command, Event, Model, named
from contracts.personal import PERSONAL


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
    """Open a person's record and send a code to the phone.

    The resident ID number is taken only by whoever proves the phone, so that nobody locks it by registering.
    """

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
    """Only a keyed hash of the code is kept; it is good until ``expires_at``."""

    SECRET = frozenset({"code_hash"})
    person_id: UUID
    code_hash: str
    sent_at: AwareDatetime
    expires_at: AwareDatetime


@named("identity.ConfirmPhone.v1")
class ConfirmPhone(Command):
    """Prove that the phone is at hand. Five wrong codes use the code up. ``code_hash`` is filled in from the code."""

    FILLED_IN = frozenset({"meta", "code_hash"})
    person_id: UUID
    code: Code
    code_hash: str = ""


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


@named("identity.AmendPerson.v1")
class AmendPerson(Command):
    """Mend the person's name or ID number, as a filing that took effect proves (``filing_id``). By the product itself."""

    person_id: UUID
    filing_id: UUID
    name: PersonName | None = None
    resident_id: ResidentId | None = None


@named("identity.PersonAmended.v1")
class PersonAmended(Event):
    """From now on the person has this name and number; the former ones stay in history."""

    person_id: UUID
    filing_id: UUID
    name: PersonName
    resident_id: ResidentId
