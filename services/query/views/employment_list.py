"""Who works where: every employment relationship from proposal to end."""

from __future__ import annotations

from typing import Any

from contracts.identity import (
    EmploymentAccepted,
    EmploymentDeclined,
    EmploymentEnded,
    EmploymentProposed,
    EnterpriseRegistered,
    PersonAmended,
    PersonRegistered,
)
from contracts.message import Recorded
from contracts.query import EmploymentRow, ListEmployments, Page
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import Where, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS employment (
    employment_id uuid PRIMARY KEY, person_id uuid NOT NULL, enterprise_id uuid NOT NULL, starts_on date,
    ends_on date, proposed_by text, status text NOT NULL, proposed_at timestamptz, answered_at timestamptz,
    ended_at timestamptz, reason text
);
CREATE TABLE IF NOT EXISTS person (person_id uuid PRIMARY KEY, name text COLLATE "C" NOT NULL);
CREATE TABLE IF NOT EXISTS enterprise (
    enterprise_id uuid PRIMARY KEY, name text NOT NULL, place text COLLATE "C" NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS employment_by_person ON employment (person_id);
CREATE INDEX IF NOT EXISTS employment_by_enterprise ON employment (enterprise_id, proposed_at);
CREATE INDEX IF NOT EXISTS person_by_name ON person (name);
CREATE INDEX IF NOT EXISTS enterprise_by_place ON enterprise (place);
"""
PARTIES = ("person_id", "enterprise_id")


def proposed(rows: Rows, one: Recorded[EmploymentProposed]) -> None:
    fields = (*PARTIES, "starts_on", "ends_on", "proposed_by")
    writes("employment", "employment_id", *fields, status="proposed", proposed_at=one.meta.at)(rows, one)


def accepted(rows: Rows, one: Recorded[EmploymentAccepted]) -> None:
    writes("employment", "employment_id", *PARTIES, status="accepted", answered_at=one.meta.at)(rows, one)


def declined(rows: Rows, one: Recorded[EmploymentDeclined]) -> None:
    columns = {"status": "declined", "answered_at": one.meta.at}
    writes("employment", "employment_id", *PARTIES, "reason", **columns)(rows, one)


def ended(rows: Rows, one: Recorded[EmploymentEnded]) -> None:
    columns = {"status": "ended", "ended_at": one.meta.at}
    writes("employment", "employment_id", *PARTIES, "reason", **columns)(rows, one)


def enterprise_registered(rows: Rows, one: Recorded[EnterpriseRegistered]) -> None:
    details = one.event.details
    writes("enterprise", "enterprise_id", name=details.name, place=details.place)(rows, one)


EMPLOYMENT_LIST = View(
    "employment_list",
    TABLES,
    indexes=INDEXES,
    on={
        PersonRegistered: writes("person", "person_id", "name"),
        PersonAmended: writes("person", "person_id", "name"),
        EnterpriseRegistered: enterprise_registered,
        EmploymentProposed: proposed,
        EmploymentAccepted: accepted,
        EmploymentDeclined: declined,
        EmploymentEnded: ended,
    },
)


def list_employments(cursor: Any, question: ListEmployments) -> Page[EmploymentRow]:
    """Both sides see theirs, authorities those of the enterprises in their places."""
    where = Where().seen_by(
        question.viewer, person="m.person_id = %s", enterprise="m.enterprise_id = %s", place="e.place"
    )
    where.begins("p.name", question.name).equal(
        m__employment_id=question.employment_id,
        m__person_id=question.person_id,
        m__enterprise_id=question.enterprise_id,
        m__status=question.status,
    )
    columns = (
        "m.employment_id, m.person_id, p.name AS person_name, m.enterprise_id, e.name AS enterprise_name,"
        " m.starts_on, m.ends_on, m.proposed_by, m.status, m.proposed_at, m.answered_at, m.ended_at, m.reason"
    )
    tables = "employment m LEFT JOIN person p USING (person_id) LEFT JOIN enterprise e USING (enterprise_id)"
    return page(cursor, question, EmploymentRow, columns, tables, where, "m.proposed_at DESC, m.employment_id")
