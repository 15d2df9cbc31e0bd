"""A file that a message speaks of: its content's SHA-256 and what was found by opening it. The bytes never travel by AMQP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.message import Model
from contracts.personal import PERSONAL

ContentType = Literal["image/jpeg", "image/png", "application/pdf"]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileRef(Model):
    """``name`` is what the uploader called it (may hold a person's name); type and size are as found, not as claimed."""

    sha256: Sha256
    name: Annotated[str, Field(min_length=1, max_length=200), PERSONAL]
    content_type: ContentType
    size: int = Field(gt=0, description="bytes")
