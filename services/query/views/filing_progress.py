"""How every filing stands, stage by stage: what filing, review and certificate said of it, each in columns of
its own. Questions are answered in ``filing_list.py``.
"""

from __future__ import annotations

from typing import Any

from contracts.certificate import (
    CredentialCancelled,
    CredentialEntered,
    CredentialGranted,
    CredentialReissued,
    DocumentIssued,
)
from contracts.filing import (
    ConfirmationsAsked,
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
from contracts.identity import EnterpriseRegistered
from contracts.message import Recorded
from contracts.review import CaseAnnounced, CaseApproved, CasePublicised, PublicityEnded
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query import calendar
from services.query.sql import together, writes
from services.query.views import confirmations, filing_clock, filing_stages, filing_steps

TABLES = """
CREATE TABLE IF NOT EXISTS filing (
    filing_id uuid PRIMARY KEY,
    -- what filing says
    matter text, title text, credential text, number text, registration_type text, form_specialty text,
    place text COLLATE "C", filer_person_id uuid, person_id uuid, person_name text COLLATE "C",
    resident_id text, enterprise_id uuid, enterprise_name text, status text, round int NOT NULL DEFAULT 0,
    drafted_at timestamptz, submitted_at timestamptz, reason text, filer_enterprise_id uuid, effective_on date,
    certificate_number text, former_enterprise_id uuid, former_enterprise text, told_enterprise_id uuid,
    -- which party's agreement it waits for
    waits_for text, waits_person_id uuid, waits_enterprise_id uuid, waits_since timestamptz, waits_until date,
    -- what review says
    case_id uuid, case_status text, level text, case_specialty text, starts_on date, ends_on date,
    announcement text, announced_on date,
    -- of the time that runs: which stage's, day 0, and what extensions added to its limit and spans that were used took
    clock_stage text, clock_began_on date, shift int NOT NULL DEFAULT 0, suspended text, suspended_basis text,
    correction_began_on date, correction_days int, correction_basis text, granted_after date, granted_basis text,
    decision_began_on date, decision_days int, decision_basis text,
    -- what certificate says
    credential_id uuid, identifier text, issued_on date,
    -- by these pages of whole places are read (services/query/paging.py)
    at timestamptz GENERATED ALWAYS AS (coalesce(submitted_at, drafted_at)) STORED,
    province text COLLATE "C" GENERATED ALWAYS AS (left(place, 2)) STORED,
    city text COLLATE "C" GENERATED ALWAYS AS (left(place, 4)) STORED,
    facet text COLLATE "C" GENERATED ALWAYS AS (
        coalesce(status, '') || '|' || CASE WHEN submitted_at IS NULL THEN '' ELSE 'submitted' END || '|'
        || coalesce(matter, '') || '|' || coalesce(credential, '') || '|' || coalesce(registration_type, '') || '|'
        || translate(left(coalesce(case_specialty, form_specialty, ''), 80), '|', '')
    ) STORED
);
-- Each issue of a certificate has its own.
CREATE TABLE IF NOT EXISTS document (identifier text PRIMARY KEY, issued_at timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS enterprise (enterprise_id uuid PRIMARY KEY, name text NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS filing_by_filer_enterprise ON filing (filer_enterprise_id, facet, at, filing_id, person_name);
CREATE INDEX IF NOT EXISTS filing_by_enterprise ON filing (enterprise_id, at, filing_id);
CREATE INDEX IF NOT EXISTS filing_of_people ON filing (enterprise_id, at, filing_id) INCLUDE (facet)
    WHERE filer_enterprise_id IS NULL;
CREATE INDEX IF NOT EXISTS filing_told_to ON filing (told_enterprise_id, at, filing_id) WHERE told_enterprise_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS filing_by_person ON filing (person_id);
CREATE INDEX IF NOT EXISTS filing_by_filer ON filing (filer_person_id);
CREATE INDEX IF NOT EXISTS filing_by_resident_id ON filing (resident_id);
CREATE INDEX IF NOT EXISTS filing_by_name ON filing (person_name, filing_id, facet);
CREATE INDEX IF NOT EXISTS filing_named_of_province ON filing (province, person_name, filing_id, facet);
CREATE INDEX IF NOT EXISTS filing_named_of_city ON filing (city, person_name, filing_id, facet, place);
CREATE INDEX IF NOT EXISTS filing_named_by_facet ON filing (facet, person_name, filing_id);
CREATE INDEX IF NOT EXISTS filing_named_by_province ON filing (province, facet, person_name, filing_id);
CREATE INDEX IF NOT EXISTS filing_newest ON filing (at, filing_id, facet);
CREATE INDEX IF NOT EXISTS filing_newest_of_province ON filing (province, at, filing_id, facet);
CREATE INDEX IF NOT EXISTS filing_newest_of_place ON filing (place, at, filing_id, facet);
CREATE INDEX IF NOT EXISTS filing_by_facet ON filing (facet, at, filing_id);
CREATE INDEX IF NOT EXISTS filing_by_province ON filing (province, facet, at, filing_id);
CREATE INDEX IF NOT EXISTS filing_by_city ON filing (city, facet, at, filing_id);
CREATE INDEX IF NOT EXISTS filing_by_place ON filing (place, facet, at, filing_id);
"""


HEARD = ("matter", "title", "place", "credential", "registration_type", "number", "round")


def filing(*fields: str, **constants: Any) -> Handler:
    """These columns of the filing's row."""
    return writes("filing", "filing_id", *fields, **constants)


def drafted(rows: Rows, one: Recorded[FilingDrafted]) -> None:
    copied = ("matter", "title", "place", "enterprise_id", "person_id", "drafted_at")
    filers = {"filer_person_id": one.event.person_id, "filer_enterprise_id": one.event.enterprise_id}
    filing(*copied, status="draft", **filers)(rows, one)


def subject_known(rows: Rows, one: Recorded[SubjectPicked | ConfirmationsAsked | FilingSubmitted]) -> None:
    subject, filer, certificate = one.event.subject, one.event.filer, one.event.certificate
    rows.put(
        "filing",
        {"filing_id": one.event.filing_id},
        person_id=subject.person_id,
        person_name=subject.name,
        resident_id=subject.resident_id,
        enterprise_id=filer.enterprise_id if filer is not None else None,
        enterprise_name=filer.name if filer is not None else None,
        certificate_number=certificate.number if certificate is not None else None,
        former_enterprise_id=certificate.employer_id if certificate is not None else None,
        former_enterprise=certificate.employer if certificate is not None else None,
    )


def form_saved(rows: Rows, one: Recorded[SubjectPicked | FormFilled | ConfirmationsAsked | FilingSubmitted]) -> None:
    if "specialty" in one.event.form:
        filing(form_specialty=one.event.form["specialty"])(rows, one)


def told(rows: Rows, one: Recorded[FilingSubmitted]) -> None:
    """Which enterprise was told of it without a say; a person who is told is whom it is about."""
    enterprise_id = next((to.enterprise_id for to in one.event.informs if to.enterprise_id is not None), None)
    rows.put("filing", {"filing_id": one.event.filing_id}, told_enterprise_id=enterprise_id)


def announced(rows: Rows, one: Recorded[CaseAnnounced]) -> None:
    filing("announced_on", case_status="announced", announcement=one.event.document_number)(rows, one)


def granted(rows: Rows, one: Recorded[CredentialGranted]) -> None:
    filing("credential_id", "identifier", issued_on=one.event.granted_on)(rows, one)


def entered(rows: Rows, one: Recorded[CredentialEntered]) -> None:
    """By a filing, where it supplements what was missing."""
    if one.event.filing_id is not None:
        filing("credential_id")(rows, one)


def document_issued(rows: Rows, one: Recorded[DocumentIssued]) -> None:
    """Under the issue's identifier: which filing that belongs to need not be known yet."""
    rows.put("document", {"identifier": one.event.identifier}, issued_at=one.event.signed_at)


def enterprise_registered(rows: Rows, one: Recorded[EnterpriseRegistered]) -> None:
    writes("enterprise", "enterprise_id", name=one.event.details.name)(rows, one)


FILING_PROGRESS = View(
    "filing_progress",
    TABLES + confirmations.TABLES + filing_stages.TABLES + filing_steps.TABLES + calendar.TABLES,
    indexes=INDEXES + confirmations.INDEXES + filing_steps.INDEXES,
    on=together(
        {
            FilingDrafted: drafted,
            SubjectPicked: subject_known,
            ConfirmationsAsked: subject_known,
            FilingSubmitted: subject_known,
            FilingReturned: filing("reason", status="returned"),
            FilingRejected: filing("reason", status="rejected"),
            FilingLapsed: filing("reason", status="lapsed", **confirmations.NOBODY),
            FilingApproved: filing(status="approved"),
            DraftDeleted: filing(status="deleted"),
            CasePublicised: filing("starts_on", "ends_on", case_status="publicised"),
            PublicityEnded: filing(case_status="publicity_ended"),
            CaseAnnounced: announced,
            CaseApproved: filing(case_status="approved"),
            CredentialGranted: granted,
            CredentialEntered: entered,
            CredentialReissued: filing("credential_id", "identifier", "issued_on"),
            CredentialCancelled: filing("credential_id"),
            DocumentIssued: document_issued,
            EnterpriseRegistered: enterprise_registered,
        },
        {
            ConfirmationsAsked: filing(*HEARD, reason=None),
            FilingSubmitted: filing(*HEARD, "submitted_at", status="submitted", reason=None, **confirmations.NOBODY),
        },
        {FilingSubmitted: told},
        {SubjectPicked: form_saved, FormFilled: form_saved, ConfirmationsAsked: form_saved, FilingSubmitted: form_saved},
        confirmations.HANDLERS,
        filing_stages.HANDLERS,
        filing_clock.HANDLERS,
        filing_steps.HANDLERS,
        calendar.HANDLERS,
    ),
)
