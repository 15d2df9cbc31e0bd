"""Qualification certificates, from the authorities' lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from contracts.identifiers import ResidentId
from contracts.identity.types import PersonName, Words
from contracts.message import Command, Event, Model, named
from contracts.personal import PERSONAL


class Qualification(Model):
    """A passed examination, from the authority's list. ``number`` is its management number 管理号.

    ``resident_id_given``: the number of 15 characters that the list has, where it is as old as that.
    """

    number: Annotated[str, Field(min_length=4, max_length=40), PERSONAL]
    resident_id: ResidentId
    name: PersonName
    credential: Words
    specialty: Words
    level: Words = "second-class"
    passed_year: int = Field(ge=1990, le=2100)
    obtained_on: date
    resident_id_given: Annotated[str, Field(pattern=r"^\d{15}$"), PERSONAL] | None = None

    def same_as(self, other: Qualification) -> bool:
        """Whether both say the same, in whichever form the ID number was given."""
        given = {"resident_id_given": None}
        return self.model_copy(update=given) == other.model_copy(update=given)


@named("identity.RecordQualification.v1")
class RecordQualification(Command):
    """``qualification_id`` is derived from the number, so a list can be loaded twice without harm."""

    qualification_id: UUID
    qualification: Qualification
    import_id: UUID | None = None


@named("identity.QualificationRecorded.v1")
class QualificationRecorded(Event):
    qualification_id: UUID
    qualification: Qualification
    import_id: UUID | None = None


@named("identity.QualificationVouched.v1")
class QualificationVouched(Event):
    """Another list says the same of it: it goes with the last of the imports that do. A list that was no import stays for ever."""

    qualification_id: UUID
    import_id: UUID | None = None


@named("identity.WithdrawQualification.v1")
class WithdrawQualification(Command):
    """An import that has it is undone."""

    qualification_id: UUID
    import_id: UUID


@named("identity.QualificationWithdrawn.v1")
class QualificationWithdrawn(Event):
    """It counts for nothing any more; it may be recorded again."""

    qualification_id: UUID
    import_id: UUID


@named("identity.QualificationVouchEnded.v1")
class QualificationVouchEnded(Event):
    """An import that had it is undone. It stays: another list still says the same."""

    qualification_id: UUID
    import_id: UUID


@named("identity.LoadQualifications.v1")
class LoadQualifications(Command):
    """A whole list, as JSON rows. Good rows are recorded, bad ones reported by line; loading it again does no harm."""

    items: Annotated[tuple[Annotated[dict[str, Any], PERSONAL], ...], Field(min_length=1, max_length=5000)]


class LoadReport(Model):
    """``problems`` has line (from 1), code and field; never the value."""

    loaded: int
    repeated: int
    problems: tuple[dict[str, Any], ...]
