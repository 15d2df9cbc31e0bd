"""Officers and what lies on whose desk: for handing out evenly, and to know who is there and who stands in.

A view in review's own database, of review's log and of identity's (who the officers are).
"""

from __future__ import annotations

from typing import Any

from contracts.identity import AccountOpened
from contracts.message import Recorded
from contracts.review import (
    AbsenceEnded,
    AbsenceRecorded,
    CaseApproved,
    CaseAssigned,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CaseRejected,
    CaseReleased,
    CaseResubmitted,
    CaseReturned,
    StageDeemedPassed,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import View

_TABLES = """
CREATE TABLE IF NOT EXISTS officers (
    account_id   text PRIMARY KEY,
    name         text NOT NULL,
    authority_id uuid NOT NULL,
    actor        jsonb NOT NULL
);
CREATE TABLE IF NOT EXISTS absences (
    absence_id uuid PRIMARY KEY,
    officer    text NOT NULL,
    from_on    date NOT NULL,
    until_on   date NOT NULL,
    cover      text,
    ended_on   date
);
CREATE TABLE IF NOT EXISTS cases (
    case_id      uuid PRIMARY KEY,
    place        text NOT NULL,
    submitted_at timestamptz NOT NULL,
    stage        text,
    level        text,
    holder       text,
    waits        boolean NOT NULL
);
"""
_INDEXES = """
CREATE INDEX IF NOT EXISTS officers_by_authority ON officers (authority_id);
CREATE INDEX IF NOT EXISTS absences_by_officer ON absences (officer);
CREATE INDEX IF NOT EXISTS cases_by_holder ON cases (holder) WHERE waits;
CREATE INDEX IF NOT EXISTS cases_unclaimed ON cases (level, submitted_at) WHERE waits AND holder IS NULL;
"""


def _account_opened(rows: Rows, recorded: Recorded[AccountOpened]) -> None:
    account, holder = recorded.event, recorded.event.holder
    if holder.kind == "officer" and holder.authority_id is not None:
        rows.put(
            "officers",
            {"account_id": holder.account_id},
            name=account.name,
            authority_id=holder.authority_id,
            actor=holder.model_dump(mode="json"),
        )


def _absence_recorded(rows: Rows, recorded: Recorded[AbsenceRecorded]) -> None:
    away = recorded.event
    rows.put(
        "absences",
        {"absence_id": away.absence_id},
        officer=away.officer,
        from_on=away.from_on,
        until_on=away.until_on,
        cover=away.cover,
    )


def _absence_ended(rows: Rows, recorded: Recorded[AbsenceEnded]) -> None:
    rows.change("absences", {"absence_id": recorded.event.absence_id}, ended_on=recorded.event.ended_on)


def _opened(rows: Rows, recorded: Recorded[CaseOpened]) -> None:
    case = recorded.event
    first = case.stages[0] if case.stages else None
    rows.add(
        "cases",
        {"case_id": case.case_id},
        place=case.place,
        submitted_at=case.submitted_at,
        stage=first.name if first else None,
        level=first.level if first else None,
        holder=None,
        waits=first is not None,
    )


def _passed(rows: Rows, recorded: Recorded[StagePassed | StageDeemedPassed]) -> None:
    passed = recorded.event
    _change(
        rows,
        passed,
        stage=passed.next_stage,
        level=passed.next_level,
        holder=passed.kept_by if isinstance(passed, StagePassed) else None,
        waits=passed.next_stage is not None,
    )


def _reopened(rows: Rows, recorded: Recorded[StageReopened]) -> None:
    opened = recorded.event
    _change(rows, opened, stage=opened.stage, level=opened.level, holder=None, waits=True)


def _moved(rows: Rows, recorded: Recorded[CaseEscalated | CaseHandedBack]) -> None:
    _change(rows, recorded.event, level=recorded.event.to_level, holder=None)


def _assigned(rows: Rows, recorded: Recorded[CaseAssigned]) -> None:
    _change(rows, recorded.event, holder=recorded.event.officer)


def _released(rows: Rows, recorded: Recorded[CaseReleased]) -> None:
    _change(rows, recorded.event, holder=None)


def _returned(rows: Rows, recorded: Recorded[CaseReturned]) -> None:
    _change(rows, recorded.event, waits=False)


def _resubmitted(rows: Rows, recorded: Recorded[CaseResubmitted]) -> None:
    _change(rows, recorded.event, waits=True)


def _lapsed(rows: Rows, recorded: Recorded[CaseLapsed]) -> None:
    # kept: a correction that was on its way lets the case go on
    _change(rows, recorded.event, holder=None, waits=False)


def _decided(rows: Rows, recorded: Recorded[CaseApproved | CaseRejected]) -> None:
    rows.remove("cases", {"case_id": recorded.event.case_id})


def _change(rows: Rows, event: Any, **columns: Any) -> None:
    rows.change("cases", {"case_id": event.case_id}, **columns)


DESKS = View(
    "desks",
    _TABLES,
    indexes=_INDEXES,
    on={
        AccountOpened: _account_opened,
        AbsenceRecorded: _absence_recorded,
        AbsenceEnded: _absence_ended,
        CaseOpened: _opened,
        StagePassed: _passed,
        StageDeemedPassed: _passed,
        StageReopened: _reopened,
        CaseEscalated: _moved,
        CaseHandedBack: _moved,
        CaseAssigned: _assigned,
        CaseReleased: _released,
        CaseReturned: _returned,
        CaseResubmitted: _resubmitted,
        CaseLapsed: _lapsed,
        CaseApproved: _decided,
        CaseRejected: _decided,
    },
)
