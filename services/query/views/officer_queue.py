"""What waits for whom at every authority: one row a case, where it is, on whose desk, and how its clock stands.

Of the clock the day 0 and the days that are left are rows; the last day is counted when asked (``queue_page.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from contracts.identity import AccountOpened
from contracts.message import Event, Recorded
from contracts.review import (
    CaseAnnounced,
    CaseApproved,
    CaseAssigned,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReleased,
    CaseResubmitted,
    CaseReturned,
    ClockResumed,
    ClockSuspended,
    DeadlineMissed,
    DeadlineNear,
    ObjectionAnswered,
    ObjectionLodged,
    PublicityEnded,
    StageDeemedPassed,
    StageExtended,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query import calendar
from services.query.calendar import china_day
from services.query.sql import writes

DECISION = "+decision"
"""The limit of what follows the last stage: no stage is called so."""
# limits: the working days of each stage that has a limit. shift: what extensions added to the present one's and spans that
# were used took from it. Which stage that is another event says: so the two meet in a column that is computed.
TABLES = f"""
CREATE TABLE IF NOT EXISTS cases (
    case_id uuid PRIMARY KEY, filing_id uuid NOT NULL, round int NOT NULL, number text NOT NULL,
    matter text NOT NULL, title text NOT NULL, registration_type text NOT NULL, place text COLLATE "C" NOT NULL,
    applicant text COLLATE "C" NOT NULL, enterprise_name text, specialty text, opened_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL, stage text, level text, status text NOT NULL, automatic boolean NOT NULL,
    publicity_starts_on date, publicity_ends_on date, announcement text,
    officer text, escalated boolean NOT NULL DEFAULT false,
    limits jsonb NOT NULL, shift int NOT NULL DEFAULT 0, clock_began_on date, suspended text, granted_after date,
    extended boolean NOT NULL DEFAULT false, missed boolean NOT NULL DEFAULT false,
    reminded boolean NOT NULL DEFAULT false,
    clock_days int GENERATED ALWAYS AS (
        CASE WHEN status IN ('passed', 'publicity_ended') THEN (limits ->> '{DECISION}')::int
            WHEN limits -> stage IS NOT NULL THEN greatest((limits ->> stage)::int + shift, 0) END
    ) STORED,
    runs boolean NOT NULL GENERATED ALWAYS AS (
        suspended IS NULL AND clock_began_on IS NOT NULL AND (status = 'in_review' AND limits -> stage IS NOT NULL
            OR status IN ('passed', 'publicity_ended') AND limits -> '{DECISION}' IS NOT NULL)
    ) STORED,
    open boolean NOT NULL GENERATED ALWAYS AS (status NOT IN ('rejected', 'approved', 'lapsed')) STORED
);
CREATE TABLE IF NOT EXISTS objection (
    objection_id uuid PRIMARY KEY, case_id uuid NOT NULL, answered boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS account (account_id text PRIMARY KEY, name text NOT NULL);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS cases_by_place ON cases (place, stage, level, status);
CREATE INDEX IF NOT EXISTS cases_open ON cases (level, place) WHERE open;
CREATE INDEX IF NOT EXISTS cases_by_turn ON cases (level, status, changed_at);
CREATE INDEX IF NOT EXISTS cases_by_filing ON cases (filing_id);
CREATE INDEX IF NOT EXISTS cases_by_clock ON cases (clock_days, clock_began_on) WHERE runs;
CREATE INDEX IF NOT EXISTS cases_by_officer ON cases (officer) WHERE officer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objection_open ON objection (case_id) WHERE NOT answered;
"""
NO_CLOCK: dict[str, Any] = {"clock_began_on": None, "suspended": None, "reminded": False}
AFRESH: dict[str, Any] = {**NO_CLOCK, "shift": 0, "extended": False, "missed": False, "escalated": False}
OVER: dict[str, Any] = {**NO_CLOCK, "granted_after": None, "officer": None}
_STOPPED = """
    UPDATE cases SET shift = greatest(shift - %s, -coalesce((limits ->> stage)::int, 0)), reminded = false,
        clock_began_on = CASE WHEN clock_began_on IS NOT NULL THEN %s::date END,
        suspended = CASE WHEN clock_began_on IS NOT NULL AND %s::date IS NOT NULL THEN %s END
    WHERE case_id = %s"""
# After the last day of a validity it was the filer who kept the authority waiting: silence then grants nothing.
_RUNS_ON = """
    UPDATE cases SET suspended = NULL, clock_began_on = CASE WHEN clock_began_on IS NOT NULL THEN %s::date END,
        granted_after = CASE WHEN granted_after >= %s THEN granted_after END
    WHERE case_id = %s"""


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    e, received_on = one.event, china_day(one.event.submitted_at)
    first = e.stages[0] if e.stages else None
    granted = e.granted_by_silence
    fields = ("filing_id", "round", "number", "matter", "title", "registration_type", "place", "specialty", "automatic")
    copied = writes(
        "cases",
        "case_id",
        *fields,
        applicant=e.applicant.person_name,
        enterprise_name=e.applicant.enterprise_name,
        opened_at=one.meta.at,
        changed_at=one.meta.at,
        stage=first.name if first else None,
        level=first.level if first else None,
        status="in_review",
        limits={
            **{stage.name: stage.working_days for stage in e.stages if stage.working_days},
            **({DECISION: e.decision.working_days} if e.decision is not None else {}),
        },
        clock_began_on=received_on,
        granted_after=granted.due_on if granted and received_on <= granted.due_on else None,
    )
    copied(rows, one)


def changes(*, waits: bool = True, **columns: Any) -> Handler:
    """Set columns of a case: constants, or what a function makes of the event. ``waits``: it waits anew from here."""

    def handler(rows: Rows, one: Recorded[Any]) -> None:
        said = {name: what(one.event) if callable(what) else what for name, what in columns.items()}
        if waits:
            said["changed_at"] = one.meta.at
        rows.change("cases", {"case_id": one.event.case_id}, **said)

    return handler


def of(field: str) -> Callable[[Any], Any]:
    """This field of the event."""
    return lambda event: getattr(event, field)


def stage_passed(rows: Rows, one: Recorded[StagePassed | StageDeemedPassed]) -> None:
    """Without a next stage the case stays where it is, until its authority takes the next step."""
    e = one.event
    kept_by = e.kept_by if isinstance(e, StagePassed) else None
    if e.next_stage is None:
        changes(**{**AFRESH, "status": "passed", "clock_began_on": e.passed_on, "officer": kept_by})(rows, one)
    else:
        there = {"stage": e.next_stage, "level": e.next_level, "clock_began_on": e.passed_on, "officer": kept_by}
        changes(**{**AFRESH, **there})(rows, one)


def stopped(rows: Rows, one: Recorded[Any], on: date | None, why: str) -> None:
    rows.sql(_STOPPED, [one.event.used_days, on, on, why, str(one.event.case_id)])


def returned(rows: Rows, one: Recorded[CaseReturned]) -> None:
    changes(status="returned")(rows, one)
    stopped(rows, one, one.event.returned_on, "correction")


def suspended(rows: Rows, one: Recorded[ClockSuspended]) -> None:
    stopped(rows, one, one.event.suspended_on, one.event.why)


def resubmitted(rows: Rows, one: Recorded[CaseResubmitted]) -> None:
    e, day = one.event, china_day(one.event.submitted_at)
    about: dict[str, Any] = {"applicant": e.applicant.person_name, "enterprise_name": e.applicant.enterprise_name}
    again: dict[str, Any] = {"round": e.round, "stage": e.stage, "specialty": e.specialty, "status": "in_review"}
    changes(**about, **again)(rows, one)
    rows.sql(_RUNS_ON, [day, day, str(e.case_id)])


def extended(rows: Rows, one: Recorded[StageExtended]) -> None:
    changes(waits=False, extended=True, reminded=False)(rows, one)
    rows.sql("UPDATE cases SET shift = shift + %s WHERE case_id = %s", [one.event.working_days, str(one.event.case_id)])


def of_stage(**columns: Any) -> Handler:
    """What the timer said of the authority's own limits; other times are not the queue's."""

    def handler(rows: Rows, one: Recorded[DeadlineNear | DeadlineMissed]) -> None:
        if one.event.deadline in ("stage", "decision"):
            changes(waits=False, **columns)(rows, one)

    return handler


def account_opened(rows: Rows, one: Recorded[AccountOpened]) -> None:
    if one.event.holder.kind in ("officer", "auditor"):
        writes("account", "account_id", "name")(rows, one)


reopened = {**AFRESH, "status": "in_review", "officer": None, "publicity_starts_on": None, "publicity_ends_on": None}
shown: dict[str, Any] = {"publicity_starts_on": of("starts_on"), "publicity_ends_on": of("ends_on")}
HANDLERS: dict[type[Event], Handler] = {
    CaseOpened: opened,
    StagePassed: stage_passed,
    StageDeemedPassed: stage_passed,
    CaseReturned: returned,
    CaseResubmitted: resubmitted,
    CaseRejected: changes(**OVER, status="rejected"),
    CaseLapsed: changes(status="lapsed", officer=None, reminded=False),
    CasePublicised: changes(**shown, **NO_CLOCK, missed=False, status="publicised"),
    PublicityEnded: changes(status="publicity_ended", clock_began_on=of("ended_on")),
    StageReopened: changes(
        **{**reopened, "stage": of("stage"), "level": of("level"), "clock_began_on": of("reopened_on")}
    ),
    CaseAnnounced: changes(status="announced", announcement=of("document_number")),
    CaseApproved: changes(**OVER, status="approved"),
    ClockSuspended: suspended,
    ClockResumed: changes(waits=False, suspended=None, clock_began_on=of("resumed_on")),
    StageExtended: extended,
    CaseEscalated: changes(level=of("to_level"), escalated=True, officer=None),
    CaseHandedBack: changes(level=of("to_level"), escalated=False, officer=None),
    CaseAssigned: changes(waits=False, officer=of("officer")),
    CaseReleased: changes(waits=False, officer=None),
    DeadlineNear: of_stage(reminded=True),
    DeadlineMissed: of_stage(missed=True),
    ObjectionLodged: writes("objection", "objection_id", "case_id"),
    ObjectionAnswered: writes("objection", "objection_id", "case_id", answered=True),
    AccountOpened: account_opened,
    **calendar.HANDLERS,
}
OFFICER_QUEUE = View("officer_queue", TABLES + calendar.TABLES, HANDLERS, INDEXES)
