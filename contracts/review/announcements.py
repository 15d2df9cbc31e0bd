"""Numbers of announcement documents: each is one authority's, however many cases it announces under it."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.message import Command, Event, derived_id, named

DocumentNumberText = Annotated[str, Field(min_length=2, max_length=60, description="湘建建公告〔2026〕12号")]


def announcement_id(document_number: str) -> UUID:
    """The id under which a number is kept: the same for everybody who writes it, with whatever brackets and spaces."""
    plain = unicodedata.normalize("NFKC", document_number).casefold()
    return derived_id("announcement", re.sub(r"[\W_]+", "-", plain).strip("-"))


@named("review.ReserveAnnouncementNumber.v1")
class ReserveAnnouncementNumber(Command):
    """Have this number for one's own authority; by the service, before the first case is announced under it."""

    announcement_id: UUID
    document_number: DocumentNumberText


@named("review.AnnouncementNumberReserved.v1")
class AnnouncementNumberReserved(Event):
    """From now on only this authority announces under it."""

    announcement_id: UUID
    document_number: str
    issuer_id: UUID
