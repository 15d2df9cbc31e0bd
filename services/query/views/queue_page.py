"""Answers ListCases: the queue filtered, counted, and sorted by waiting or by last days as today's calendar has them.

Open cases share few days 0 and few limits, however many cases there are: the last day of each such pair is counted once,
and joined to the rows as a small table. So a calendar that was changed a moment ago is in force here already.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.query import CaseCount, CasePage, CaseRow, ListCases, TurnCounts
from contracts.working_days import CalendarEnds, WorkingDays
from services.query.calendar import days_left, last_day, working_days
from services.query.sql import Where, page, read

NO_TURN = ("returned", "rejected", "approved", "lapsed")
"""Then it is no authority's turn."""
# Where silence grants a validity's end is a last day too, unless it is the filer who keeps everybody waiting.
VALIDITY = "CASE WHEN c.open AND c.status <> 'returned' THEN c.granted_after END"
DUE = f"least(d.due_on, {VALIDITY})"
STANDS_STILL = "c.suspended IS NOT NULL AND c.status IN ('in_review', 'returned')"
OBJECTED = "EXISTS (SELECT FROM objection o WHERE o.case_id = c.case_id AND NOT o.answered)"
OWN = (
    *("case_id", "filing_id", "round", "number", "matter", "title", "registration_type", "place", "applicant"),
    *("enterprise_name", "specialty", "opened_at", "changed_at", "stage", "level", "status", "publicity_starts_on"),
    *("publicity_ends_on", "announcement", "automatic", "officer", "extended", "missed", "reminded", "escalated"),
)
COLUMNS = f"""
    {", ".join(f"c.{name}" for name in OWN)}, a.name AS officer_name,
    CASE WHEN c.runs THEN c.clock_began_on END AS clock_began_on, CASE WHEN c.runs THEN c.clock_days END AS clock_days,
    {DUE} AS due_on,
    CASE WHEN {DUE} IS NULL THEN NULL WHEN d.due_on <= {VALIDITY} OR {VALIDITY} IS NULL
         THEN CASE c.status WHEN 'in_review' THEN 'stage' ELSE 'decision' END ELSE 'validity' END AS due_by,
    c.runs AND d.due_on IS NULL AS beyond_calendar, coalesce(d.estimated, false) AS estimated,
    CASE WHEN {STANDS_STILL} THEN c.suspended END AS suspended,
    (SELECT count(*) FROM objection o WHERE o.case_id = c.case_id AND NOT o.answered) AS open_objections
"""
_COUNTS = f"""
    SELECT count(*) AS open, count(*) FILTER (WHERE {DUE} < %s) AS overdue,
           count(*) FILTER (WHERE {DUE} BETWEEN %s AND %s) AS near, count(*) FILTER (WHERE {STANDS_STILL}) AS suspended,
           count(*) FILTER (WHERE c.officer IS NULL) AS unassigned, count(*) FILTER (WHERE c.officer = %s) AS mine,
           count(*) FILTER (WHERE c.case_id IN (SELECT o.case_id FROM objection o WHERE NOT o.answered)) AS objections
    FROM """


def list_cases(cursor: Any, question: ListCases, today: date, estimate: bool = False) -> CasePage:
    """Authorities see the cases of their places, whatever the stage; people and enterprises have filing_progress."""
    calendar = working_days(cursor, estimate)
    clocks, until = _clocks(cursor, calendar), _until(calendar, today, question.within)
    counts, turn = _counts(cursor, question), _turn(cursor, question, clocks, today, until)
    tables = f"cases c LEFT JOIN account a ON a.account_id = c.officer LEFT JOIN {clocks}"
    order = f"{DUE} NULLS LAST, c.changed_at, c.case_id" if question.sort == "due" else "c.changed_at, c.case_id"
    counted = None if question.deadline in ("overdue", "near") else "cases c"
    found = page(cursor, question, CaseRow, COLUMNS, tables, _chosen(question, today, until), order, counted)
    rows = tuple(_with_days(row, calendar, today) for row in found.rows)
    return CasePage(**{**dict(found), "rows": rows}, counts=counts, turn=turn)


def _clocks(cursor: Any, calendar: WorkingDays) -> str:
    """The last days of all clocks that run, as a table ``d`` to join."""
    cursor.execute("SELECT DISTINCT clock_days, clock_began_on FROM cases WHERE runs")
    values = ["(NULL::int, NULL::date, NULL::date, NULL::boolean)"]
    for count, began_on in cursor.fetchall():
        if (end := last_day(calendar, began_on, count)) is not None:
            values.append(f"({count}, DATE '{began_on}', DATE '{end}', {calendar.is_estimated(end)})")
    table = f"(VALUES {', '.join(values)}) AS d (days, began_on, due_on, estimated)"
    return f"{table} ON c.runs AND d.days = c.clock_days AND d.began_on = c.clock_began_on"


def _until(calendar: WorkingDays, today: date, within: int) -> date:
    """The last day that is near; where nobody knows the days, as far as they are known."""
    try:
        return calendar.add(today, within)
    except CalendarEnds:
        return max(today, date(calendar.known_until, 12, 31))


def _counts(cursor: Any, question: ListCases) -> tuple[CaseCount, ...]:
    where = Where().seen_by(question.viewer, place="place")
    counted = f"SELECT stage, level, status, count(*) FROM cases{where.sql} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    return read(cursor, CaseCount, counted, where.parameters)


def _turn(cursor: Any, question: ListCases, clocks: str, today: date, until: date) -> TurnCounts:
    where = Where().add("c.open").seen_by(question.viewer, place="c.place").equal(c__level=question.viewer.level)
    if question.viewer.level is not None:
        where.add("c.status <> ALL(%s)", list(NO_TURN))
    asked = [today, today, until, question.viewer.account_id, *where.parameters]
    return read(cursor, TurnCounts, f"{_COUNTS}cases c LEFT JOIN {clocks}{where.sql}", asked)[0]


def _chosen(question: ListCases, today: date, until: date) -> Where:
    viewer = question.viewer
    where = Where().seen_by(viewer, place="c.place").begins("c.applicant", question.name)
    where.equal(
        c__case_id=question.case_id,
        c__filing_id=question.filing_id,
        c__stage=question.stage,
        c__level=question.level,
        c__status=question.status,
        c__matter=question.matter,
        c__specialty=question.specialty,
    )
    if question.mine:
        where.add("c.level = %s AND c.status <> ALL(%s)", viewer.level, list(NO_TURN))
    if question.officer == "mine":
        where.add("c.officer = %s", viewer.account_id)
    elif question.officer == "unassigned":
        where.add("c.open AND c.officer IS NULL")
    if question.objections is not None:
        where.add(OBJECTED if question.objections else f"NOT {OBJECTED}")
    match question.deadline:
        case "overdue":
            where.add(f"{DUE} < %s", today)
        case "near":
            where.add(f"{DUE} BETWEEN %s AND %s", today, until)
        case "suspended":
            where.add(STANDS_STILL)
    return where


def _with_days(row: CaseRow, calendar: WorkingDays, today: date) -> CaseRow:
    if row.due_on is None:
        return row
    left = days_left(calendar, today, row.due_on)
    return row.model_copy(update={"working_days_left": left, "overdue": row.due_on < today})
