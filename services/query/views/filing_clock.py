"""Which times run for a filing: day 0 and what is left of them, as review's events say. The third part of filing_progress.

Last days are not here: they are counted when asked (``filing_deadline.py``).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.message import Event, Recorded
from contracts.review import (
    CaseApproved,
    CaseOpened,
    CaseRejected,
    CaseResubmitted,
    CaseReturned,
    ClockResumed,
    ClockSuspended,
    StageDeemedPassed,
    StageExtended,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler
from services.query.calendar import china_day
from services.query.views.filing_stages import filing

NO_CLOCK = dict.fromkeys(("clock_stage", "clock_began_on", "suspended", "correction_began_on"))
_STOPPED = """
    UPDATE filing SET suspended = CASE WHEN clock_began_on IS NOT NULL THEN %s END, suspended_basis = %s,
        clock_began_on = CASE WHEN clock_began_on IS NOT NULL THEN %s::date END,
        shift = greatest(shift - %s, -coalesce((
            SELECT working_days FROM stage WHERE stage.case_id = filing.case_id AND stage.name = filing.clock_stage
        ), 0))
    WHERE filing_id = %s"""
# After the last day of a validity it was the filer who kept the authority waiting: silence then grants nothing.
_RUNS_ON = """
    UPDATE filing SET suspended = NULL, correction_began_on = NULL,
        clock_began_on = CASE WHEN clock_began_on IS NOT NULL THEN %s::date END,
        granted_after = CASE WHEN granted_after >= %s THEN granted_after END
    WHERE filing_id = %s"""
_CLOCK = """
    SELECT f.case_status, f.clock_stage, f.clock_began_on, s.working_days, greatest(s.working_days + f.shift, 0) AS days_left,
        s.legal_basis, s.effect, f.suspended, f.suspended_basis, f.correction_began_on, f.correction_days, f.correction_basis,
        f.granted_after, f.granted_basis, f.starts_on, f.ends_on, f.decision_began_on, f.decision_days, f.decision_basis
    FROM filing f LEFT JOIN stage s ON s.case_id = f.case_id AND s.name = f.clock_stage WHERE f.filing_id = %s"""


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    e, received_on = one.event, china_day(one.event.submitted_at)
    granted, correction, decision = e.granted_by_silence, e.correction, e.decision
    runs = {"clock_stage": e.stages[0].name, "clock_began_on": received_on} if e.stages else {}
    limits = {
        "correction_days": correction.working_days if correction else None,
        "correction_basis": correction.legal_basis if correction else None,
        "granted_after": granted.due_on if granted and received_on <= granted.due_on else None,
        "granted_basis": granted.legal_basis if granted else None,
        "decision_days": decision.working_days if decision else None,
        "decision_basis": decision.legal_basis if decision else None,
    }
    filing(**{**NO_CLOCK, **runs, **limits, "shift": 0})(rows, one)


def next_stage(rows: Rows, one: Recorded[StagePassed | StageDeemedPassed]) -> None:
    e = one.event
    runs: dict[str, Any] = {"decision_began_on": e.passed_on}
    if e.next_stage is not None:
        runs = {"clock_stage": e.next_stage, "clock_began_on": e.passed_on}
    filing(**{**NO_CLOCK, **runs, "shift": 0})(rows, one)


def reopened(rows: Rows, one: Recorded[StageReopened]) -> None:
    filing(**{**NO_CLOCK, "clock_stage": one.event.stage, "clock_began_on": one.event.reopened_on, "shift": 0})(
        rows, one
    )


def returned(rows: Rows, one: Recorded[CaseReturned]) -> None:
    """An event of old does not tell the day: nothing runs then."""
    e = one.event
    if e.returned_on is None:
        filing(**NO_CLOCK)(rows, one)
        return
    filing(correction_began_on=e.returned_on)(rows, one)
    rows.sql(_STOPPED, ["correction", None, e.returned_on, e.used_days, str(e.filing_id)])


def resubmitted(rows: Rows, one: Recorded[CaseResubmitted]) -> None:
    day = china_day(one.event.submitted_at)
    rows.sql(_RUNS_ON, [day, day, str(one.event.filing_id)])


def suspended(rows: Rows, one: Recorded[ClockSuspended]) -> None:
    e = one.event
    rows.sql(_STOPPED, [e.why, e.legal_basis, e.suspended_on, e.used_days, str(e.filing_id)])


def resumed(rows: Rows, one: Recorded[ClockResumed]) -> None:
    filing(suspended=None, clock_began_on=one.event.resumed_on)(rows, one)


def extended(rows: Rows, one: Recorded[StageExtended]) -> None:
    added = [one.event.working_days, str(one.event.filing_id)]
    rows.sql("UPDATE filing SET shift = shift + %s WHERE filing_id = %s", added)


HANDLERS: dict[type[Event], Handler] = {
    CaseOpened: opened,
    StagePassed: next_stage,
    StageDeemedPassed: next_stage,
    StageReopened: reopened,
    CaseReturned: returned,
    CaseResubmitted: resubmitted,
    ClockSuspended: suspended,
    ClockResumed: resumed,
    StageExtended: extended,
    CaseRejected: filing(**NO_CLOCK),
    CaseApproved: filing(**NO_CLOCK),
}


def clock_of(cursor: Any, filing_id: UUID) -> dict[str, Any]:
    """What is known of the times of a filing, by column."""
    cursor.execute(_CLOCK, [str(filing_id)])
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
