"""Qualification certificates from the authorities' lists, with what is known of the holder: registered,
verified, employed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.identity import (
    EmploymentAccepted,
    EmploymentEnded,
    EnterpriseRegistered,
    PersonAmended,
    PersonRegistered,
    PhoneConfirmed,
    QualificationRecorded,
    QualificationWithdrawn,
    RealNameVerified,
)
from contracts.message import Actor, Recorded
from contracts.places import area
from contracts.query import ListQualifications, Page, QualificationRow
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.paging import Branch, Listed, Order
from services.query.sql import Where, person_asked, writes

TABLES = """
CREATE TABLE IF NOT EXISTS qualification (
    qualification_id uuid PRIMARY KEY, number text NOT NULL, name text COLLATE "C" NOT NULL,
    resident_id text NOT NULL, credential text NOT NULL, specialty text NOT NULL, level text NOT NULL,
    passed_year int NOT NULL, obtained_on date NOT NULL, list_place text COLLATE "C" NOT NULL,
    list_province text COLLATE "C" GENERATED ALWAYS AS (left(list_place, 2)) STORED,
    -- where the holder works now, once they have proven to be one
    enterprise_id uuid, work_place text COLLATE "C",
    work_province text COLLATE "C" GENERATED ALWAYS AS (left(work_place, 2)) STORED,
    work_city text COLLATE "C" GENERATED ALWAYS AS (left(work_place, 4)) STORED,
    -- by these pages of whole places are read (services/query/paging.py)
    facet text COLLATE "C" GENERATED ALWAYS AS (credential || '|' || translate(specialty, '|', '')) STORED
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
# Where the holder works is copied to read a place's qualifications in order: all at once where the view was filled before, from
# then on with every row, whichever comes first.
_WORKS = """
    SELECT DISTINCT ON (p.resident_id) p.resident_id, p.enterprise_id, e.place
    FROM person p LEFT JOIN enterprise e USING (enterprise_id) WHERE p.proven"""
INDEXES = f"""
UPDATE qualification q SET enterprise_id = w.enterprise_id, work_place = w.place
FROM ({_WORKS} ORDER BY p.resident_id, p.enterprise_id) AS w
WHERE w.resident_id = q.resident_id AND (q.enterprise_id, q.work_place) IS DISTINCT FROM (w.enterprise_id, w.place);
CREATE INDEX IF NOT EXISTS qualification_by_resident_id ON qualification (resident_id);
CREATE INDEX IF NOT EXISTS qualification_by_number ON qualification (number);
CREATE INDEX IF NOT EXISTS qualification_by_name
    ON qualification (name, qualification_id, facet, list_province, work_province, work_place);
CREATE INDEX IF NOT EXISTS qualification_by_facet ON qualification (facet, name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_by_list ON qualification (list_province, facet, name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_elsewhere ON qualification (work_province, facet, name, qualification_id)
    WHERE list_province <> work_province AND list_province <> '';
CREATE INDEX IF NOT EXISTS qualification_by_city ON qualification (work_city, facet, name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_by_place ON qualification (work_place, facet, name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_named_of_enterprise ON qualification (enterprise_id, name, qualification_id)
    INCLUDE (specialty, credential);
CREATE INDEX IF NOT EXISTS qualification_named_of_list ON qualification (list_province, name, qualification_id, facet);
CREATE INDEX IF NOT EXISTS qualification_named_of_city ON qualification (work_city, name, qualification_id);
CREATE INDEX IF NOT EXISTS qualification_named_of_place ON qualification (work_place, name, qualification_id);
CREATE INDEX IF NOT EXISTS person_by_resident_id ON person (resident_id);
CREATE INDEX IF NOT EXISTS person_by_enterprise ON person (enterprise_id);
CREATE OR REPLACE FUNCTION qualification_has_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT w.enterprise_id, w.place INTO NEW.enterprise_id, NEW.work_place
    FROM ({_WORKS} AND p.resident_id = NEW.resident_id ORDER BY p.resident_id, p.enterprise_id) AS w;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION person_gives_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE qualification q SET enterprise_id = w.enterprise_id, work_place = w.place
    FROM (SELECT DISTINCT resident_id FROM changed) AS n LEFT JOIN LATERAL (
        {_WORKS} AND p.resident_id = n.resident_id ORDER BY p.resident_id, p.enterprise_id
    ) AS w ON true
    WHERE q.resident_id = n.resident_id AND (q.enterprise_id, q.work_place) IS DISTINCT FROM (w.enterprise_id, w.place);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION enterprise_gives_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE qualification q SET work_place = n.place FROM changed n
    WHERE q.enterprise_id = n.enterprise_id AND q.work_place IS DISTINCT FROM n.place;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER has_work BEFORE INSERT OR UPDATE OF resident_id ON qualification
    FOR EACH ROW EXECUTE FUNCTION qualification_has_work();
CREATE OR REPLACE TRIGGER gives_work_at_first AFTER INSERT ON person REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION person_gives_work();
CREATE OR REPLACE TRIGGER gives_work AFTER UPDATE ON person REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION person_gives_work();
CREATE OR REPLACE TRIGGER took_work AFTER UPDATE ON person REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION person_gives_work();
CREATE OR REPLACE TRIGGER gives_place_at_first AFTER INSERT ON enterprise REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION enterprise_gives_work();
CREATE OR REPLACE TRIGGER gives_place AFTER UPDATE ON enterprise REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION enterprise_gives_work();
"""


def recorded(rows: Rows, one: Recorded[QualificationRecorded]) -> None:
    """A list has no place of its own: it is that of the authority that loaded it, everybody's when an operator did."""
    values = one.event.qualification.model_dump(exclude={"resident_id_given"})
    place = area(one.meta.actor.place or "000000")
    rows.put("qualification", {"qualification_id": one.event.qualification_id}, **values, list_place=place)


def withdrawn(rows: Rows, one: Recorded[QualificationWithdrawn]) -> None:
    """In no list any more, until it is recorded again."""
    rows.remove("qualification", {"qualification_id": one.event.qualification_id})


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
        QualificationWithdrawn: withdrawn,
        PersonRegistered: writes("person", "person_id", "resident_id"),
        PersonAmended: writes("person", "person_id", "resident_id"),
        PhoneConfirmed: writes("person", "person_id", proven=True),
        RealNameVerified: writes("person", "person_id", verified=True),
        EmploymentAccepted: employment_accepted,
        EmploymentEnded: employment_ended,
        EnterpriseRegistered: enterprise_registered,
    },
)


COLUMNS = (
    "q.qualification_id, q.number, q.name, q.resident_id, q.credential, q.specialty, q.level,"
    " q.passed_year, q.obtained_on, p.person_id, coalesce(p.verified, false) AS verified,"
    " p.enterprise_id, e.name AS enterprise_name, e.uscc, CASE WHEN EXISTS (SELECT FROM qualification o"
    " WHERE o.resident_id = q.resident_id AND o.credential = q.credential AND o.obtained_on < q.obtained_on)"
    " THEN 'added_specialty' ELSE 'initial' END AS qualification_type"
)
LISTED = Listed(
    "qualification q",
    "q.facet",
    COLUMNS,
    "JOIN qualification q ON q.qualification_id = key.id LEFT JOIN LATERAL ("
    " SELECT * FROM person p WHERE p.resident_id = q.resident_id AND p.proven ORDER BY p.enterprise_id LIMIT 1"
    ") AS p ON true LEFT JOIN enterprise e ON e.enterprise_id = p.enterprise_id",
)
BY_NAME = Order("name", (("q.name", "text"), ("q.qualification_id", "uuid")))
_PROVEN = "q.resident_id = ANY(ARRAY(SELECT resident_id FROM person WHERE {} AND proven))"


def visible(viewer: Actor, stranger: bool) -> list[Where]:
    """Whoever knows a whole ID number (``stranger``) finds it (manual 001, 3.2.4.4). Without one: a person their own, an
    enterprise its employees', a city its enterprises' employees', a province (or the ministry) its own lists too.

    In parts of which none has a row of another.
    """
    official = viewer.kind in ("officer", "auditor") and bool(viewer.place)
    here = area(viewer.place) if official and viewer.place else ""
    if viewer.kind == "operator" or (official and not here):
        return [Where()]
    if official and len(here) == 2:
        # Of another province's list: as the index of just these says it.
        works = Where().equal(q__work_province=here).add("q.list_province <> q.work_province AND q.list_province <> ''")
        return [Where().equal(q__list_province=here), Where().equal(q__list_province=""), works]
    if stranger and viewer.kind in ("enterprise", "officer", "auditor"):
        return [Where()]
    if official:
        return [Where().equal(q__work_city=here) if len(here) == 4 else Where().equal(q__work_place=here)]
    person = _PROVEN.format("person_id = %s")
    return [Where().seen_by(viewer, person=person, enterprise="q.enterprise_id = %s")]


def list_qualifications(cursor: Any, question: ListQualifications) -> Page[QualificationRow]:
    viewer, known = question.viewer, person_asked(question.who)
    name, resident_id = question.name or known.get("name"), question.resident_id or known.get("resident_id")
    exact = Where().equal(
        q__qualification_id=question.qualification_id, q__resident_id=resident_id, q__number=question.number
    )
    parts = visible(viewer, resident_id is not None)
    few = bool(exact.sql) or viewer.kind not in ("operator", "officer", "auditor") or (not viewer.place and viewer.kind != "operator")
    filtered = bool(question.specialty or question.credential)
    branches: list[Branch] = []
    for part in parts:
        where = part.plus(exact)
        if few:
            where.opens("q.name", name).equal(q__specialty=question.specialty, q__credential=question.credential)
            branches.append(Branch(where))
            continue
        named, chosen = where.within("q.name", name or ""), None
        if filtered:
            occur = LISTED.facets(cursor, where, question.credential)
            chosen = ["|".join(facet) for facet in occur if _fits(facet, question)]
        if chosen != []:
            branches.append(Branch(named, chosen))
    return LISTED.page(cursor, question, QualificationRow, branches, BY_NAME)


def _fits(facet: Sequence[str], question: ListQualifications) -> bool:
    return all(one in (None, part) for one, part in zip((question.credential, question.specialty), facet, strict=True))
