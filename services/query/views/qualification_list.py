"""Qualification certificates from the authorities' lists, with what is known of the holder: registered,
verified, employed.
"""

from __future__ import annotations

from typing import Any

from contracts.identity import (
    EmploymentAccepted,
    EmploymentEnded,
    EnterpriseRegistered,
    PersonRegistered,
    PhoneConfirmed,
    QualificationRecorded,
    RealNameVerified,
)
from contracts.message import Recorded
from contracts.places import area
from contracts.query import ListQualifications, Page, QualificationRow
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import Where, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS qualification (
    qualification_id uuid PRIMARY KEY, number text NOT NULL, name text COLLATE "C" NOT NULL,
    resident_id text NOT NULL, credential text NOT NULL, specialty text NOT NULL, level text NOT NULL,
    passed_year int NOT NULL, obtained_on date NOT NULL, list_place text COLLATE "C" NOT NULL
);
CREATE TABLE IF NOT EXISTS person (
    person_id uuid PRIMARY KEY, resident_id text, proven boolean NOT NULL DEFAULT false,
    verified boolean NOT NULL DEFAULT false,
    -- the last enterprise that they came to and the last that they left since then
    joined_id uuid, left_id uuid,
    enterprise_id uuid GENERATED ALWAYS AS (CASE WHEN left_id IS DISTINCT FROM joined_id THEN joined_id END) STORED
);
CREATE TABLE IF NOT EXISTS enterprise (
    enterprise_id uuid PRIMARY KEY, name text NOT NULL, uscc text NOT NULL, place text COLLATE "C" NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS qualification_by_resident_id ON qualification (resident_id);
CREATE INDEX IF NOT EXISTS qualification_by_name ON qualification (name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_by_number ON qualification (number);
CREATE INDEX IF NOT EXISTS qualification_by_specialty ON qualification (specialty, name);
CREATE INDEX IF NOT EXISTS person_by_resident_id ON person (resident_id);
CREATE INDEX IF NOT EXISTS person_by_enterprise ON person (enterprise_id);
"""


def recorded(rows: Rows, one: Recorded[QualificationRecorded]) -> None:
    """A list has no place of its own: it is that of the authority that loaded it, everybody's when an operator did."""
    values = one.event.qualification.model_dump()
    place = area(one.meta.actor.place or "000000")
    rows.put("qualification", {"qualification_id": one.event.qualification_id}, **values, list_place=place)


def enterprise_registered(rows: Rows, one: Recorded[EnterpriseRegistered]) -> None:
    details = one.event.details
    writes("enterprise", "enterprise_id", "uscc", name=details.name, place=details.place)(rows, one)


def employment_accepted(rows: Rows, one: Recorded[EmploymentAccepted]) -> None:
    rows.put("person", {"person_id": one.event.person_id}, joined_id=one.event.enterprise_id, left_id=None)


def employment_ended(rows: Rows, one: Recorded[EmploymentEnded]) -> None:
    rows.change("person", {"person_id": one.event.person_id}, left_id=one.event.enterprise_id)


QUALIFICATION_LIST = View(
    "qualification_list",
    TABLES,
    indexes=INDEXES,
    on={
        QualificationRecorded: recorded,
        PersonRegistered: writes("person", "person_id", "resident_id"),
        PhoneConfirmed: writes("person", "person_id", proven=True),
        RealNameVerified: writes("person", "person_id", verified=True),
        EmploymentAccepted: employment_accepted,
        EmploymentEnded: employment_ended,
        EnterpriseRegistered: enterprise_registered,
    },
)


def visible(question: ListQualifications) -> Where:
    """Whoever knows a whole ID number finds it (manual 001, 3.2.4.4). Without one: a person their own, an
    enterprise its employees', a city its enterprises' employees', a province (or the ministry) its own
    lists."""
    viewer, where = question.viewer, Where()
    if viewer.kind in ("officer", "auditor") and viewer.level in ("province", "ministry") and viewer.place:
        own = area(viewer.place)
        return where.add("starts_with(q.list_place, %s) OR q.list_place = '' OR starts_with(e.place, %s)", own, own)
    if viewer.kind in ("enterprise", "officer", "auditor") and question.resident_id:
        return where
    return where.seen_by(viewer, person="p.person_id = %s", enterprise="p.enterprise_id = %s", place="e.place")


def list_qualifications(cursor: Any, question: ListQualifications) -> Page[QualificationRow]:
    where = visible(question).begins("q.name", question.name)
    where.equal(
        q__resident_id=question.resident_id,
        q__number=question.number,
        q__specialty=question.specialty,
        q__credential=question.credential,
    )
    columns = (
        "q.qualification_id, q.number, q.name, q.resident_id, q.credential, q.specialty, q.level,"
        " q.passed_year, q.obtained_on, p.person_id, coalesce(p.verified, false) AS verified,"
        " p.enterprise_id, e.name AS enterprise_name, e.uscc"
    )
    tables = "qualification q LEFT JOIN person p ON p.resident_id = q.resident_id AND p.proven"
    tables += " LEFT JOIN enterprise e ON e.enterprise_id = p.enterprise_id"
    return page(cursor, question, QualificationRow, columns, tables, where, "q.name, q.qualification_id")
