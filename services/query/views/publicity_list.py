"""What anybody may read: cases publicised now, and announcements. Whole names never enter these tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.message import Recorded
from contracts.query import ListAnnouncements, ListPublicity, Page, PublicityRow
from contracts.review import (
    CaseAnnounced,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    PublicityEnded,
)
from services.kernel.rows import Rows
from services.kernel.view import View
from services.query.sql import Where, area, page, writes

TABLES = """
CREATE TABLE IF NOT EXISTS publicity (
    case_id uuid PRIMARY KEY, number text, matter text, title text, registration_type text, specialty text,
    place text COLLATE "C", masked_name text, enterprise_name text, starts_on date, ends_on date,
    shown boolean NOT NULL DEFAULT false, announcement text, announced_on date
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS publicity_by_day ON publicity (ends_on, starts_on) WHERE shown;
CREATE INDEX IF NOT EXISTS publicity_by_announcement ON publicity (announced_on, case_id);
CREATE INDEX IF NOT EXISTS publicity_by_document ON publicity (announcement);
"""


def masked(name: str) -> str:
    """The first character and a star for each other one (个人信息保护法 art. 51): enough to know one's own.

    >>> masked("李小明")
    '李**'
    """
    return f"{name[:1]}{'*' * (len(name) - 1)}"


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    applicant = one.event.applicant
    fields = ("number", "matter", "title", "registration_type", "specialty", "place")
    copied = writes(
        "publicity",
        "case_id",
        *fields,
        masked_name=masked(applicant.person_name),
        enterprise_name=applicant.enterprise_name,
    )
    copied(rows, one)


def announced(rows: Rows, one: Recorded[CaseAnnounced]) -> None:
    copied = writes("publicity", "case_id", "announced_on", announcement=one.event.document_number, shown=False)
    copied(rows, one)


PUBLICITY_LIST = View(
    "publicity_list",
    TABLES,
    indexes=INDEXES,
    on={
        CaseOpened: opened,
        CasePublicised: writes("publicity", "case_id", "starts_on", "ends_on", shown=True),
        PublicityEnded: writes("publicity", "case_id", shown=False),
        CaseReturned: writes("publicity", "case_id", shown=False),
        CaseRejected: writes("publicity", "case_id", shown=False),
        CaseAnnounced: announced,
    },
)
COLUMNS = ", ".join(PublicityRow.model_fields)


def list_publicity(cursor: Any, question: ListPublicity, today: date) -> Page[PublicityRow]:
    """What is shown through the whole of its last day, whether or not the timer has ended it yet."""
    on = question.on or today
    where = Where().add("shown AND starts_on <= %s AND ends_on >= %s", on, on).equal(matter=question.matter)
    where.begins("place", area(question.place) if question.place else None)
    return page(cursor, question, PublicityRow, COLUMNS, "publicity", where, "ends_on, case_id")


def list_announcements(cursor: Any, question: ListAnnouncements) -> Page[PublicityRow]:
    where = Where().add("announced_on IS NOT NULL").equal(announcement=question.document_number)
    where.begins("place", area(question.place) if question.place else None)
    return page(cursor, question, PublicityRow, COLUMNS, "publicity", where, "announced_on DESC, case_id")
