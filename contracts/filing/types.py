"""What filings are made of: forms, attachments, corrections, parties."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import FileRef
from contracts.matters.route import Party
from contracts.message import Model
from contracts.personal import PERSONAL

MatterCode = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", description="e.g. hunan/constructor-2-initial")]
Form = Annotated[dict[str, Any], PERSONAL]
AttachmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Outcome = Literal["returned", "rejected", "approved", "lapsed"]


class Attachment(Model):
    """A file put to a filing under one of the names that its matter asks for."""

    attachment: AttachmentName
    file: FileRef


class CorrectionItem(Model):
    """One thing that is missing or wrong. ``name`` is the form field or the attachment; the filer mends just these.

    ``subject``: another person is to be picked. ``commitment``: it is to be accepted anew. Both have no name.
    """

    part: Literal["field", "attachment", "subject", "commitment"]
    name: FieldName | None = None
    needs: Annotated[str, Field(min_length=1, max_length=500)]


class PartyRef(Model):
    """A party of a filing, and who that is: a person or an enterprise."""

    by: Party
    person_id: UUID | None = None
    enterprise_id: UUID | None = None


class Asked(PartyRef):
    """A party whose agreement is asked for. ``days``: how many calendar days it has, from the day on which it is asked."""

    days: int | None = Field(default=None, ge=1)


class Agreed(Model):
    """Who agreed, by which account, when; ``account_id`` none: by silence. Who the party is: none in older events."""

    by: Party
    account_id: str | None
    at: AwareDatetime
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
