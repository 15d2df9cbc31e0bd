"""The files a filing must carry, of which form, size and number; and the commitment that goes with them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from contracts.matters.conditions import Condition
from contracts.matters.names import FactPath, Name, Part

Format = Literal["jpeg", "png", "pdf"]
CONTENT_TYPES: dict[str, Format] = {"image/jpeg": "jpeg", "image/png": "png", "application/pdf": "pdf"}

Size = Annotated[str, Field(pattern=r"^[1-9]\d* (KB|MB)$")]
"""As people write it: `5 MB` is 5 × 1024 × 1024 bytes."""


class Attachment(Part):
    """One kind of file. `taken_from` names a file already on record, used unless the filer attaches
    another.
    """

    name: Name
    formats: tuple[Format, ...] = Field(min_length=1)
    max_size: Size
    required: bool | Condition = True
    min_count: int = Field(strict=True, default=1, ge=1)
    max_count: int = Field(strict=True, default=1, ge=1, le=100)
    taken_from: FactPath | None = None

    @property
    def max_bytes(self) -> int:
        """The limit of one file in bytes."""
        number, unit = re.split(" ", self.max_size)
        return int(number) * (1024 if unit == "KB" else 1024 * 1024)


class Commitment(Part):
    """承诺书: the text (label `commitment.text`) that the filer reads and accepts; `attachment` is the signed
    and sealed copy.
    """

    attachment: Name | None = None
