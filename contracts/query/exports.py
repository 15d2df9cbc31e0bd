"""A list as a workbook: the same rows that its question gives, all of them, with Chinese headings."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.message import Actor, Model, named
from contracts.personal import PERSONAL
from contracts.query.base import ViewQuestion

ListName = Literal[
    "certificates",
    "historical_certificates",
    "filings",
    "qualifications",
    "confirmations",
    "registered_people",
    "electronic_certificates",
]
MOST_ROWS = 100_000


@named("query.ExportList.v1")
class ExportList(ViewQuestion):
    """Every row of a list for this viewer and these filters, which are those of the list's own question, into a workbook.

    Who exported what is logged: the list, the filters' names, how many rows.
    """

    viewer: Actor
    list: ListName
    filters: Annotated[dict[str, Any], PERSONAL] = Field(default_factory=dict)


class Exported(Model):
    """The answer to ExportList: a workbook in the store of exports, which keeps it for an hour. ``truncated``: there are more
    rows than a workbook is given (MOST_ROWS).
    """

    export_id: UUID
    name: str
    rows: int
    size: int
    truncated: bool
    behind: bool = False
