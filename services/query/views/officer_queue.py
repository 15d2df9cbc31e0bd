"""What waits for whom at every authority: one row a case, with its stage, its level and how long it has waited."""

from __future__ import annotations

from typing import Any

from contracts.message import Recorded
from contracts.query import CaseCount, CasePage, CaseRow, ListCases
from contracts.review import (
    CaseAnnounced,
    CaseApproved,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    PublicityEnded,
    StagePassed,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query.sql import Where, page, read, writes

TABLES = """
CREATE TABLE IF NOT EXISTS cases (
    case_id uuid PRIMARY KEY, filing_id uuid NOT NULL, round int NOT NULL, number text NOT NULL,
    matter text NOT NULL, title text NOT NULL, registration_type text NOT NULL, place text COLLATE "C" NOT NULL,
    applicant text NOT NULL, enterprise_name text, specialty text, opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, stage text NOT NULL, level text NOT NULL, status text NOT NULL,
    publicity_starts_on date, publicity_ends_on date, announcement text
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS cases_by_place ON cases (place, status, stage);
CREATE INDEX IF NOT EXISTS cases_by_turn ON cases (level, status, changed_at);
CREATE INDEX IF NOT EXISTS cases_by_filing ON cases (filing_id);
"""
DONE = ("returned", "rejected", "approved")


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    e = one.event
    copied = writes(
        "cases",
        "case_id",
        *("filing_id", "round", "number", "matter", "title", "registration_type", "place", "specialty"),
        applicant=e.applicant.person_name,
        enterprise_name=e.applicant.enterprise_name,
        opened_at=one.meta.at,
        changed_at=one.meta.at,
        stage=e.stages[0].name,
        level=e.stages[0].level,
        status="in_review",
    )
    copied(rows, one)


def changes(**columns: str) -> Handler:
    """Set columns of a case that is open already: constants, or ``.field`` of the event."""

    def handler(rows: Rows, one: Recorded[Any]) -> None:
        said = {name: getattr(one.event, v[1:]) if v.startswith(".") else v for name, v in columns.items()}
        rows.change("cases", {"case_id": one.event.case_id}, **said, changed_at=one.meta.at)

    return handler


def stage_passed(rows: Rows, one: Recorded[StagePassed]) -> None:
    last = one.event.next_stage is None
    (changes(status="passed") if last else changes(stage=".next_stage", level=".next_level"))(rows, one)


OFFICER_QUEUE = View(
    "officer_queue",
    TABLES,
    indexes=INDEXES,
    on={
        CaseOpened: opened,
        StagePassed: stage_passed,
        CaseReturned: changes(status="returned"),
        CaseRejected: changes(status="rejected"),
        CasePublicised: changes(status="publicised", publicity_starts_on=".starts_on", publicity_ends_on=".ends_on"),
        PublicityEnded: changes(status="publicity_ended"),
        CaseAnnounced: changes(status="announced", announcement=".document_number"),
        CaseApproved: changes(status="approved"),
    },
)


def list_cases(cursor: Any, question: ListCases) -> CasePage:
    """Authorities see the cases of their places, whatever the stage; people and enterprises have filing_progress."""
    where = Where().seen_by(question.viewer, place="place")
    counted = "SELECT stage, level, status, count(*) FROM cases" + where.sql + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    counts = read(cursor, CaseCount, counted, where.parameters)
    where.equal(case_id=question.case_id, filing_id=question.filing_id, stage=question.stage, level=question.level)
    where.equal(status=question.status)
    if question.mine:
        where.add("level = %s AND status <> ALL(%s)", question.viewer.level, list(DONE))
    columns = ", ".join(CaseRow.model_fields)
    found = page(cursor, question, CaseRow, columns, "cases", where, "changed_at, case_id")
    return CasePage(**dict(found), counts=counts)
