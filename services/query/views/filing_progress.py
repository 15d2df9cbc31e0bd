"""How every filing stands, stage by stage: what filing, review and certificate said of it, each in columns of its own."""

from __future__ import annotations

from typing import Any

from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.filing import (
    DraftDeleted,
    FilingApproved,
    FilingDrafted,
    FilingRejected,
    FilingReturned,
    FilingSubmitted,
    FormFilled,
    SubjectPicked,
)
from contracts.message import Actor, Recorded
from contracts.query import FilingRow, ListFilings, Page
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
from services.kernel.projection import View
from services.query.sql import Where, page, put, together, writes
from services.query.views import filing_steps

TABLES = """
CREATE TABLE IF NOT EXISTS filing (
    filing_id uuid PRIMARY KEY,
    -- what filing says
    matter text, title text, credential text, number text, registration_type text, form_specialty text,
    place text COLLATE "C", filer_person_id uuid, person_id uuid, person_name text COLLATE "C", resident_id text,
    enterprise_id uuid, enterprise_name text, status text, round int NOT NULL DEFAULT 0,
    drafted_at timestamptz, submitted_at timestamptz, reason text,
    -- what review says
    case_id uuid, case_status text, level text, case_specialty text, publicity_starts_on date,
    publicity_ends_on date, announcement text, announced_on date,
    -- what certificate says
    credential_id uuid, issued_on date, document_issued_at timestamptz
);
CREATE INDEX IF NOT EXISTS filing_by_place ON filing (place, submitted_at);
CREATE INDEX IF NOT EXISTS filing_by_enterprise ON filing (enterprise_id, drafted_at);
CREATE INDEX IF NOT EXISTS filing_by_person ON filing (person_id);
CREATE INDEX IF NOT EXISTS filing_by_name ON filing (person_name);
CREATE INDEX IF NOT EXISTS filing_by_resident_id ON filing (resident_id);
CREATE INDEX IF NOT EXISTS filing_by_credential ON filing (credential_id);
CREATE TABLE IF NOT EXISTS stage (
    case_id uuid, name text, number int NOT NULL, level text NOT NULL, state text NOT NULL, at timestamptz,
    PRIMARY KEY (case_id, name)
);
"""


def drafted(cursor: Any, one: Recorded[FilingDrafted]) -> None:
    copy = writes(
        "filing", "filing_id", "matter", "title", "place", "enterprise_id", "person_id", "drafted_at", status="draft"
    )
    copy(cursor, one)
    put(cursor, "filing", {"filing_id": one.event.filing_id}, filer_person_id=one.event.person_id)


def subject_known(cursor: Any, one: Recorded[SubjectPicked | FilingSubmitted]) -> None:
    subject, filer = one.event.subject, one.event.filer
    put(
        cursor,
        "filing",
        {"filing_id": one.event.filing_id},
        person_id=subject.person_id,
        person_name=subject.name,
        resident_id=subject.resident_id,
        enterprise_id=filer.enterprise_id,
        enterprise_name=filer.name,
    )
    form_saved(cursor, one)


def form_saved(cursor: Any, one: Recorded[Any]) -> None:
    if "specialty" in one.event.form:
        writes("filing", "filing_id", form_specialty=one.event.form["specialty"])(cursor, one)


def opened(cursor: Any, one: Recorded[CaseOpened]) -> None:
    """A new round begins: what an earlier round's publicity said no longer holds."""
    cleared = dict.fromkeys(("publicity_starts_on", "publicity_ends_on", "announcement", "announced_on"))
    level, specialty = one.event.stages[0].level, one.event.specialty
    own = writes("filing", "filing_id", "case_id", case_status="in_review", level=level, case_specialty=specialty, **cleared)
    own(cursor, one)
    for number, stage in enumerate(one.event.stages):
        key = {"case_id": one.event.case_id, "name": stage.name}
        put(cursor, "stage", key, number=number, level=stage.level, state="waiting", at=None)
    _stage(cursor, one, one.event.stages[0].name, "in_review")


def _stage(cursor: Any, one: Recorded[Any], name: str, state: str) -> None:
    put(cursor, "stage", {"case_id": one.event.case_id, "name": name}, number=0, level="", state=state, at=one.meta.at)


def stage_passed(cursor: Any, one: Recorded[StagePassed]) -> None:
    ...
