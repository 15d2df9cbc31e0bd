"""What anybody may read: what is shown publicly, what was announced, and the gazette."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.message import Model, named
from contracts.query.base import Listing


@named("query.ListPublicity.v1")
class ListPublicity(Listing):
    """What is publicised on a day (none: today), for anybody."""

    case_id: UUID | None = None
    on: date | None = None
    place: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    matter: str | None = None


@named("query.ListAnnouncements.v1")
class ListAnnouncements(Listing):
    """What was announced, newest first, for anybody."""

    place: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    document_number: Annotated[str, Field(max_length=60)] | None = None


@named("query.ListGazette.v1")
class ListGazette(Listing):
    """The announcements by the number of their document, newest first, for anybody."""

    document_number: Annotated[str, Field(max_length=60)] | None = None


class GazetteRow(Model):
    """One announcement document and how many cases it announced; first and last of them as they came."""

    document_number: str
    entries: int
    announced_on: date
    first_at: AwareDatetime
    last_at: AwareDatetime


class PublicityRow(Model):
    """The name is masked before it is stored; no ID number, no phone.

    ``objections``: whether anybody may object, ``anonymous``: without a name too. ``held``: an objection is open, and
    holds this entry until it is answered; how many there are, and what they say, is not public.
    """

    case_id: UUID
    number: str
    matter: str
    title: str
    registration_type: str
    specialty: str | None
    place: str
    masked_name: str
    enterprise_name: str | None
    starts_on: date | None
    ends_on: date | None
    announcement: str | None
    announced_on: date | None
    objections: bool = False
    anonymous: bool = False
    held: bool = False
