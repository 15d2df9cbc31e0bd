"""Registers: qualifications, employments, and everybody on record. Certificates: ``certificates.py``."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.message import Actor, Model, named
from contracts.query.base import Listing, PartyKind, Personal, Search

EmploymentStatus = Literal["proposed", "accepted", "declined", "ended"]


@named("query.ListQualifications.v1")
class ListQualifications(Listing):
    """By name. An enterprise finds any qualification by a whole ID number (manual 001, 3.2.4.4).

    ``who`` is the beginning of a name, or a whole ID number. What was withdrawn is in no list.
    """

    viewer: Actor
    qualification_id: UUID | None = None
    who: Search | None = None
    resident_id: Search | None = None
    name: Search | None = None
    number: Search | None = None
    specialty: str | None = None
    credential: str | None = None


class QualificationRow(Model):
    """``person_id`` is none until the holder registers; enterprise and USCC are the employer's.

    ``qualification_type`` 资格证类型 (manual 001, 3.2.4.4): what it is registered by, added_specialty where the holder had
    obtained another one of the same credential before.
    """

    qualification_id: UUID
    number: Personal
    name: Personal
    resident_id: Personal
    credential: str
    specialty: str
    level: str
    passed_year: int
    obtained_on: date
    person_id: UUID | None
    verified: bool
    enterprise_id: UUID | None
    enterprise_name: str | None
    uscc: str | None
    qualification_type: Literal["initial", "added_specialty"] | None = None


@named("query.ListEmployments.v1")
class ListEmployments(Listing):
    viewer: Actor
    employment_id: UUID | None = None
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    name: Search | None = None
    status: EmploymentStatus | None = None


class EmploymentRow(Model):
    """``reason`` is why it was declined or ended."""

    employment_id: UUID
    person_id: UUID
    person_name: Personal | None
    enterprise_id: UUID
    enterprise_name: str | None
    starts_on: date
    ends_on: date | None
    proposed_by: PartyKind
    status: EmploymentStatus
    proposed_at: AwareDatetime
    answered_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    reason: str | None


@named("query.ListParties.v1")
class ListParties(Listing):
    """People and enterprises. A person belongs to the places of their employer and of what was filed for them."""

    viewer: Actor
    kind: PartyKind | None = None
    party_id: UUID | None = None
    name: Search | None = None
    number: Search | None = Field(default=None, description="a whole ID number or USCC")
    verified: bool | None = None


class PartyRow(Model):
    """``number`` is the ID number of a person, the USCC of an enterprise. ``closed_on``, ``qualified``: of an enterprise."""

    party_id: UUID
    kind: PartyKind
    name: Personal
    number: Personal
    username: Personal | None
    place: str | None
    employer_id: UUID | None
    employer_name: str | None
    verified: bool
    status: Literal["registered", "phone_confirmed", "verified"]
    registered_at: AwareDatetime
    closed_on: date | None = None
    qualified: bool = True
