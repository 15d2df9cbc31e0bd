"""Employment: who works for whom, agreed by both."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.files import FileRef
from contracts.message import Command, Event, named


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
