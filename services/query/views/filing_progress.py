"""How every filing stands, stage by stage: what filing, review and certificate said of it, each in columns of
its own.
"""

from __future__ import annotations

from typing import Any

from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.errors import NotFound
from contracts.filing import (
    DraftDeleted,
    FilingApproved,
    FilingDrafted,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingSubmitted,
    FormFilled,
    SubjectPicked,
)
from contracts.message import Actor, Recorded
from contracts.query import FilingProgress, FilingRow, GetFilingProgress, ListFilings, Page
from contracts.review import CaseAnnounced, CaseApproved, CasePublicised, PublicityEnded
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query import calendar
from services.query.sql import Where, page, together, writes
from services.query.views import filing_clock, filing_stages, filing_steps
from services.query.views.filing_deadline import deadline_of, validity_of

TABLES = """
CREATE TABLE IF NOT EXISTS filing (
    filing_id uuid PRIMARY KEY,
    -- what filing says
    matter text, title text, credential text, number text, registration_type text, form_specialty text,
    place text COLLATE "C", filer_person_id uuid, person_id uuid, person_name text COLLATE "C",
    resident_id text, enterprise_id uuid, enterprise_name text, status text, round int NOT NULL DEFAULT 0,
    drafted_at timestamptz, submitted_at timestamptz, reason text,
    -- what review says
    case_id uuid, case_status text, level text, case_specialty text, starts_on date, ends_on date,
    announcement text, announced_on date,
    -- of the time that runs: which stage's, day 0, and what extensions added to its limit and spans that were used took
    clock_stage text, clock_began_on date, shift int NOT NULL DEFAULT 0, suspended text, suspended_basis text,
    correction_began_on date, correction_days int, correction_basis text, granted_after date, granted_basis text,
    -- what certificate says
    credential_id uuid, issued_on date
);
CREATE TABLE IF NOT EXISTS document (credential_id uuid PRIMARY KEY, issued_at timestamptz NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS filing_by_place ON filing (place, submitted_at);
CREATE INDEX IF NOT EXISTS filing_by_enterprise ON filing (enterprise_id, drafted_at);
CREATE INDEX IF NOT EXISTS filing_by_person ON filing (person_id);
CREATE INDEX IF NOT EXISTS filing_by_filer ON filing (filer_person_id);
CREATE INDEX IF NOT EXISTS filing_by_name ON filing (person_name);
CREATE INDEX IF NOT EXISTS filing_by_resident_id ON filing (resident_id);
CREATE INDEX IF NOT EXISTS filing_by_credential ON filing (credential_id);
"""


HEARD = ("matter", "title", "place", "credential", "registration_type", "number", "round", "submitted_at")


def filing(*fields: str, **constants: Any) -> Handler:
    """These columns of the filing's row."""
    return writes("filing", "filing_id", *fields, **constants)


def drafted(rows: Rows, one: Recorded[FilingDrafted]) -> None:
    copied = ("matter", "title", "place", "enterprise_id", "person_id", "drafted_at")
    filing(*copied, status="draft", filer_person_id=one.event.person_id)(rows, one)


def subject_known(rows: Rows, one: Recorded[SubjectPicked | FilingSubmitted]) -> None:
    subject, filer = one.event.subject, one.event.filer
    rows.put(
        "filing",
        {"filing_id": one.event.filing_id},
        person_id=subject.person_id,
        person_name=subject.name,
        resident_id=subject.resident_id,
        enterprise_id=filer.enterprise_id,
        enterprise_name=filer.name,
    )


def form_saved(rows: Rows, one: Recorded[SubjectPicked | FormFilled | FilingSubmitted]) -> None:
    if "specialty" in one.event.form:
        filing(form_specialty=one.event.form["specialty"])(rows, one)


def announced(rows: Rows, one: Recorded[CaseAnnounced]) -> None:
    filing("announced_on", case_status="announced", announcement=one.event.document_number)(rows, one)


def granted(rows: Rows, one: Recorded[CredentialGranted]) -> None:
    filing("credential_id", issued_on=one.event.granted_on)(rows, one)


def document_issued(rows: Rows, one: Recorded[DocumentIssued]) -> None:
    """Under the certificate's id: which filing that belongs to need not be known yet."""
    rows.put("document", {"credential_id": one.event.credential_id}, issued_at=one.event.signed_at)


FILING_PROGRESS = View(
    "filing_progress",
    TABLES + filing_stages.TABLES + filing_steps.TABLES + calendar.TABLES,
    indexes=INDEXES + filing_steps.INDEXES,
    on=together(
        {
            FilingDrafted: drafted,
            SubjectPicked: subject_known,
            FilingSubmitted: subject_known,
            FilingReturned: filing("reason", status="returned"),
            FilingRejected: filing("reason", status="rejected"),
            FilingLapsed: filing("reason", status="lapsed"),
            FilingApproved: filing(status="approved"),
            DraftDeleted: filing(status="deleted"),
            CasePublicised: filing("starts_on", "ends_on", case_status="publicised"),
            PublicityEnded: filing(case_status="publicity_ended"),
            CaseAnnounced: announced,
            CaseApproved: filing(case_status="approved"),
            CredentialGranted: granted,
            DocumentIssued: document_issued,
        },
        {FilingSubmitted: filing(*HEARD, status="submitted", reason=None)},
        {SubjectPicked: form_saved, FormFilled: form_saved, FilingSubmitted: form_saved},
        filing_stages.HANDLERS,
        filing_clock.HANDLERS,
        filing_steps.HANDLERS,
        calendar.HANDLERS,
    ),
)

COLUMNS = """
    f.filing_id, f.number, f.matter, f.title, f.credential, f.registration_type,
    coalesce(f.case_specialty, f.form_specialty) AS specialty, f.place,
    (SELECT a.name FROM authority a WHERE starts_with(f.place, a.area)
     ORDER BY a.level IS NOT DISTINCT FROM f.level DESC, length(a.area) DESC LIMIT 1) AS authority,
    f.person_id, f.person_name, f.resident_id, f.enterprise_id, f.enterprise_name, f.status, f.round,
    f.drafted_at, f.submitted_at, f.reason, f.case_id, f.case_status,
    (SELECT coalesce(json_agg(
        json_build_object('name', s.name, 'level', s.level, 'state', s.state, 'at', s.at) ORDER BY s.number
     ), '[]') FROM stage s WHERE s.case_id = f.case_id) AS stages,
    f.starts_on AS publicity_starts_on, f.ends_on AS publicity_ends_on, f.announcement, f.announced_on,
    f.credential_id, f.issued_on, d.issued_at AS document_issued_at
"""


TABLE = "filing f LEFT JOIN document d USING (credential_id)"


def visible(viewer: Actor) -> Where:
    """A draft is its filer's alone; the person it is about and the authority see it once it is submitted."""
    where = Where().add("f.status IS NOT NULL")
    if viewer.kind in ("officer", "auditor"):
        where.add("f.submitted_at IS NOT NULL")
    person = "f.filer_person_id = %s OR (f.person_id = %s AND f.submitted_at IS NOT NULL)"
    return where.seen_by(viewer, person=person, enterprise="f.enterprise_id = %s", place="f.place")


def list_filings(cursor: Any, question: ListFilings) -> Page[FilingRow]:
    where = visible(question.viewer).begins("f.person_name", question.name)
    where.equal(
        f__filing_id=question.filing_id,
        f__status=question.status,
        f__resident_id=question.resident_id,
        f__matter=question.matter,
        f__registration_type=question.registration_type,
        f__enterprise_id=question.enterprise_id,
        f__person_id=question.person_id,
    )
    if question.status is None:
        where.add("f.status <> 'deleted'")
    if question.specialty is not None:
        where.add("coalesce(f.case_specialty, f.form_specialty) = %s", question.specialty)
    newest = "coalesce(f.submitted_at, f.drafted_at) DESC, f.filing_id"
    return page(cursor, question, FilingRow, COLUMNS, TABLE, where, newest)


def get_filing_progress(cursor: Any, question: GetFilingProgress, estimate: bool = False) -> FilingProgress:
    """The filing with its steps and its deadline; NotFound when there is none that this asker may see."""
    found = list_filings(cursor, ListFilings(viewer=question.viewer, filing_id=question.filing_id))
    if not found.rows:
        raise NotFound.of("filing", question.filing_id)
    known, clock = calendar.working_days(cursor, estimate), filing_clock.clock_of(cursor, question.filing_id)
    times = {"deadline": deadline_of(clock, known), "validity": validity_of(clock, known)}
    filing = found.rows[0].model_copy(update=times)
    return FilingProgress(filing=filing, steps=filing_steps.steps_of(cursor, filing))
