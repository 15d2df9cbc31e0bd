"""What identity can be asked, and its answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.files import FileRef
from contracts.identifiers import Phone, ResidentId, Uscc
from contracts.identity.enterprises import EnterpriseDetails
from contracts.identity.people import PersonDetails
from contracts.identity.types import Level, Name, PersonName, Place
from contracts.message import Actor, Model, Question, named
from contracts.personal import PERSONAL


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

    Found by name and ID number, both of which must agree; or by id. ``filer`` is the enterprise asked for, or, with
    ``of_employer``, the person's employer now.
    """

    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    name: PersonName | None = None
    resident_id: ResidentId | None = None
    of_employer: bool = False


@named("identity.FindVerified.v1")
class FindVerified(Question):
    """Who has proven to be the person of an ID number and a name."""

    resident_id: ResidentId
    name: PersonName


class VerifiedPerson(Model):
    """The answer to FindVerified; none where nobody has."""

    person_id: UUID | None


@named("identity.ReadMessages.v1")
class ReadMessages(Question):
    """What the development SMS provider would have sent; refused where a real one is set."""

    phone: Phone


@named("identity.WhoIs.v1")
class WhoIs(Question):
    """The actor and the names behind an account, for a session."""

    account_id: UUID


@named("identity.EmployersOf.v1")
class EmployersOf(Question):
    """Whom these people work for now: an officer does not examine what their own employer filed (never behind)."""

    person_ids: Annotated[tuple[UUID, ...], Field(max_length=1000)]


class Employed(Model):
    """One person's employer, as both have agreed."""

    person_id: UUID
    enterprise_id: UUID


class Employers(Model):
    """The answer to EmployersOf; who works for nobody is not in it."""

    employed: tuple[Employed, ...]


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
    died_on: Annotated[date | None, PERSONAL] = None


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
    closed_on: date | None = None
    qualified: bool = True


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
