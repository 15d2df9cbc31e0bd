"""Lists as workbooks: the rows of the list's own question, page after page, with Chinese headings.

What a viewer may see and how filters work is the question's affair, and so the same. Rows are turned into cells away from the
hub; a page of them is in memory at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.labels import default_labels
from contracts.query import (
    MOST_ROWS,
    Exported,
    ExportList,
    FilingRow,
    ListCertificates,
    ListConfirmations,
    ListFilings,
    Listing,
    ListName,
    ListQualifications,
    ListRegisteredPeople,
    Page,
)
from services.kernel.database import Database
from services.kernel.exports import Exports
from services.kernel.rpc import parse
from services.kernel.view import View
from services.kernel.workbook import Workbook
from services.query.asking import ask
from services.query.views.certificate_lists import list_certificates, list_registered_people
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.confirmations import list_confirmations
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications
from services.query.words import own_labels

log = logging.getLogger("zhuce.query")
A_PAGE = 1000
"""Rows that are in memory at a time."""
WIDE = {"resident_id": 22, "identifier": 60, "registration_number": 24, "title": 36, "scopes": 40, "number": 22}
WIDTHS = {"name": 14, "enterprise": 36, "_on": 14, "_at": 20, "until": 14, "reason": 40}
SHARED = {
    "kind": "credentials",
    "credential": "credentials",
    "registration_type": "registration_types",
    "qualification_type": "registration_types",
    "specialty": "options.specialty",
    "party": "parties",
    "waits_for": "parties",
}
"""Columns whose codes have words that matters share."""
STAGES = ("acceptance", "preliminary", "second")


@dataclass(frozen=True)
class Sheet:
    """A list as a sheet: its view, question and columns; the headings and the title are labels."""

    view: View
    question: type[Listing]
    rows: Callable[[Any, Any, date], Page[Any]]
    columns: tuple[str, ...]
    statuses: str
    fixed: dict[str, Any] = field(default_factory=dict)


_CERTIFICATE = (
    "holder_name", "resident_id", "enterprise_name", "registration_number", "kind", "scopes", "granted_on",
    "valid_from", "valid_until", "status", "identifier", "former_enterprise", "ended_on", "ended_reason",
    "issuer_name",
)
_REGISTERED = (
    "holder_name", "resident_id", "registration_number", "kind", "scopes", "granted_on", "valid_until",
    "status",
)
_HISTORICAL = (
    "holder_name", "resident_id", "enterprise_name", "registration_number", "kind", "valid_until", "status",
)
_FILING = (
    "authority", "person_name", "resident_id", "enterprise_name", "registration_type", "credential", "specialty", "title",
    "number", "submitted_at", "acceptance", "preliminary", "second", "issued_on", "status", "waits_for",
    "waits_until", "reason",
)
_QUALIFICATION = (
    "name", "resident_id", "enterprise_name", "uscc", "credential", "specialty", "qualification_number", "passed_year",
    "obtained_on", "qualification_type",
)
_CONFIRMATION = (
    "person_name", "resident_id", "credential", "former_enterprise", "new_enterprise", "handed_in_at", "filing_status",
    "registration_type", "title", "certificate_number", "party", "status", "due_on", "answered_at", "reason",
)
SHEETS: dict[ListName, Sheet] = {
    "certificates": Sheet(CERTIFICATE_REGISTER, ListCertificates, list_certificates, _CERTIFICATE, "certificate"),
    "electronic_certificates": Sheet(
        CERTIFICATE_REGISTER, ListCertificates, list_certificates, _CERTIFICATE, "certificate", {"part": "electronic"}
    ),
    "historical_certificates": Sheet(
        CERTIFICATE_REGISTER, ListCertificates, list_certificates, _HISTORICAL, "certificate", {"part": "historical"}
    ),
    "registered_people": Sheet(
        CERTIFICATE_REGISTER, ListRegisteredPeople, list_registered_people, _REGISTERED, "certificate"
    ),
    "filings": Sheet(FILING_PROGRESS, ListFilings, lambda c, q, _: list_filings(c, q), _FILING, "filing"),
    "qualifications": Sheet(
        QUALIFICATION_LIST, ListQualifications, lambda c, q, _: list_qualifications(c, q), _QUALIFICATION, ""
    ),
    "confirmations": Sheet(
        FILING_PROGRESS, ListConfirmations, lambda c, q, _: list_confirmations(c, q), _CONFIRMATION, "confirmation"
    ),
}


def directly(work: Callable[..., Any], *arguments: Any) -> Any:
    """Where there is no hub to be kept free."""
    return work(*arguments)


def export(
    database: Database, directory: str, asked: ExportList, today: date, away: Callable[..., Any] = directly
) -> Exported:
    """``away`` runs what needs a processor where it is in nobody's way."""
    sheet = SHEETS[asked.list]
    first = parse(sheet.question, {**asked.filters, **sheet.fixed, "viewer": asked.viewer, "after": asked.after})
    title = str(own_labels().find(f"exports.{asked.list}"))
    headings = [(_heading(sheet, column), _width(column)) for column in sheet.columns]
    behind, next_row, page = False, None, None
    with Exports(directory).new() as (export_id, path):
        with Workbook(path, title, headings) as book:
            while page is None or (next_row is not None and book.rows < MOST_ROWS):
                question = first.model_copy(update={"after_row": next_row, "page": 1, "per_page": A_PAGE})
                if page is not None:
                    question = question.model_copy(update={"after": {}})
                page = ask(database, (sheet.view,), question, _answered(sheet, question, today))
                behind, next_row = behind or page.behind, page.next_row
                away(_add, book, sheet, page.rows[: MOST_ROWS - book.rows])
        size = path.stat().st_size
    # Who took what with them, without anything of anybody: the filters' names, not what was filtered by.
    who = {"account": asked.viewer.account_id, "as": asked.viewer.kind}
    log.info("exported", extra={**who, "list": asked.list, "filters": sorted(asked.filters), "rows": book.rows})
    return Exported(
        export_id=export_id,
        name=f"{title}-{today:%Y%m%d}.xlsx",
        rows=book.rows,
        size=size,
        truncated=next_row is not None,
        behind=behind,
    )


def _answered(sheet: Sheet, question: Listing, today: date) -> Callable[[Any], Page[Any]]:
    return lambda cursor: sheet.rows(cursor, question, today)


def _heading(sheet: Sheet, column: str) -> str:
    """A status says whose it is."""
    words = own_labels()
    return str(words.find(f"headings.{sheet.statuses}_{column}") or words.find(f"headings.{column}"))


def _add(book: Workbook, sheet: Sheet, rows: tuple[Any, ...]) -> None:
    book.add([_cells(sheet, row) for row in rows])


def _cells(sheet: Sheet, row: Any) -> list[Any]:
    return [_value(sheet, row, column) for column in sheet.columns]


def _value(sheet: Sheet, row: Any, column: str) -> Any:
    if column in STAGES:
        return _stage(row, column)
    if column == "scopes":
        return "、".join(f"{one.label}({one.expires_on})" for one in row.scopes)
    value = getattr(row, "number" if column == "qualification_number" else column)
    if column == "status":
        ended_as = own_labels().find(f"ended_as.{getattr(row, 'ended_because', None)}")
        return ended_as or _word({"certificate": "certificate_status", "filing": "filing_status"}.get(sheet.statuses), column, value)
    if column == "filing_status":
        return _word("filing_status", column, value)
    if isinstance(value, str) and (column in SHARED or column in ("ended_because",)):
        return _word(SHARED.get(column), column, value)
    return value


def _word(shared: str | None, column: str, code: str) -> str:
    found = default_labels().find(f"{shared}.{code}") if shared else None
    return found or own_labels().find(f"codes.{column}.{code}") or code


def _stage(row: FilingRow, name: str) -> str | None:
    """受理状态, 初审状态, 复审状态 (manual 001, 3.2.4.3)."""
    if row.effective_on is not None and not row.stages:
        return own_labels().find("stage_states.none")
    state = next((one.state for one in row.stages if one.name == name), None)
    kind = "acceptance" if name == "acceptance" else "review"
    return own_labels().find(f"stage_states.{kind}.{state}") if state else None


def _width(column: str) -> float:
    return WIDE.get(column) or next((width for part, width in WIDTHS.items() if part in column), 16)
