"""What anybody may read: cases publicised now, announcements, the gazette. Whole names never enter these tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.message import Recorded
from contracts.places import area
from contracts.query import GazetteRow, ListAnnouncements, ListGazette, ListPublicity, Page, PublicityRow
from contracts.review import (
    CaseAnnounced,
    CaseApproved,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    ObjectionAnswered,
    ObjectionLodged,
    PublicityEnded,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import Where, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS publicity (
    case_id uuid PRIMARY KEY, number text, matter text, title text, registration_type text, specialty text,
    place text COLLATE "C", masked_name text, enterprise_name text, starts_on date, ends_on date,
    shown boolean NOT NULL DEFAULT false, announcement text, announced_on date,
    objections boolean NOT NULL DEFAULT false, anonymous boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS gazette (
    document_number text COLLATE "C" PRIMARY KEY, announced_on date, first_at timestamptz, last_at timestamptz
);
-- Of an objection only that there is one: what it says and who said it stays with the authority.
CREATE TABLE IF NOT EXISTS objection (objection_id uuid PRIMARY KEY, case_id uuid NOT NULL, open boolean NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS publicity_by_day ON publicity (ends_on, starts_on) WHERE shown;
CREATE INDEX IF NOT EXISTS publicity_by_announcement ON publicity (announced_on, case_id);
CREATE INDEX IF NOT EXISTS publicity_by_document ON publicity (announcement);
CREATE INDEX IF NOT EXISTS gazette_by_time ON gazette (first_at, document_number);
CREATE INDEX IF NOT EXISTS objection_by_case ON objection (case_id) WHERE open;
"""


def masked(name: str) -> str:
    """The first character and a star for each other one (个人信息保护法 art. 51): enough to know one's own.

    >>> masked("李小明")
    '李**'
    """
    return f"{name[:1]}{'*' * (len(name) - 1)}"


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    applicant, objections = one.event.applicant, one.event.objections
    fields = ("number", "matter", "title", "registration_type", "specialty", "place")
    copied = writes(
        "publicity",
        "case_id",
        *fields,
        masked_name=masked(applicant.person_name),
        enterprise_name=applicant.enterprise_name,
        objections=objections.allowed,
        anonymous=objections.allowed and objections.anonymous,
    )
    copied(rows, one)


def announced(rows: Rows, one: Recorded[CaseAnnounced]) -> None:
    number, day = one.event.document_number, one.event.announced_on
    writes("publicity", "case_id", "announced_on", announcement=number, shown=False)(rows, one)
    # The first case of a document says since when there is one; each says until when something was added.
    rows.add("gazette", {"document_number": number}, announced_on=day, first_at=one.meta.at)
    rows.put("gazette", {"document_number": number}, last_at=one.meta.at)


not_shown = writes("publicity", "case_id", shown=False)

PUBLICITY_LIST = View(
    "publicity_list",
    TABLES,
    indexes=INDEXES,
    on={
        CaseOpened: opened,
        CasePublicised: writes("publicity", "case_id", "starts_on", "ends_on", shown=True),
        PublicityEnded: not_shown,
        ObjectionLodged: writes("objection", "objection_id", "case_id", open=True),
        ObjectionAnswered: writes("objection", "objection_id", "case_id", open=False),
        StageReopened: not_shown,
        CaseReturned: not_shown,
        CaseRejected: not_shown,
        CaseLapsed: not_shown,
        CaseApproved: not_shown,
        CaseAnnounced: announced,
    },
)
_HELD = "held"
COLUMNS = ", ".join(name for name in PublicityRow.model_fields if name != _HELD) + (
    ", EXISTS (SELECT FROM objection WHERE objection.case_id = publicity.case_id AND open) AS held"
)


def list_publicity(cursor: Any, question: ListPublicity, today: date) -> Page[PublicityRow]:
    """What is shown through the whole of its last day, whether or not the timer has ended it yet."""
    on = question.on or today
    where = Where().add("shown AND starts_on <= %s AND ends_on >= %s", on, on)
    where.equal(matter=question.matter, case_id=question.case_id)
    where.begins("place", area(question.place) if question.place else None)
    return page(cursor, question, PublicityRow, COLUMNS, "publicity", where, "ends_on, case_id")


def list_announcements(cursor: Any, question: ListAnnouncements) -> Page[PublicityRow]:
    where = Where().add("announced_on IS NOT NULL").equal(announcement=question.document_number)
    where.begins("place", area(question.place) if question.place else None)
    return page(cursor, question, PublicityRow, COLUMNS, "publicity", where, "announced_on DESC, case_id")


def list_gazette(cursor: Any, question: ListGazette) -> Page[GazetteRow]:
    """One line for a document, however many cases it announced. The newest document comes first."""
    entries = "(SELECT count(*) FROM publicity WHERE announcement = document_number) AS entries"
    columns = f"document_number, announced_on, first_at, last_at, {entries}"
    where = Where().equal(document_number=question.document_number)
    return page(cursor, question, GazetteRow, columns, "gazette", where, "first_at DESC, document_number")
