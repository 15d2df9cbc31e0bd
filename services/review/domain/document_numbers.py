"""The running numbers of decision documents: one series for each pattern that a province's matters write, and year."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from contracts.numbering import numbering
from contracts.review import DocumentNumberAllocated

DOCUMENT_NUMBERS = numbering(DocumentNumberAllocated, "only_by_decision")


def series_of(pattern: str, place: str, on: date) -> str:
    """The series in which a document of that day has its number.

    By what the number reads like: matters that write the same numbers share them, and none leaves gaps in another's.
    """
    written = re.sub(r"\{serial[^}]*\}", "*", pattern).replace("{year}", str(on.year))
    return f"{place[:2]}-{written}"


def purpose_of(case_id: UUID, cause: int) -> str:
    """What the number is for: one event of one case, however often it is told of."""
    return f"{case_id}-{cause}"
