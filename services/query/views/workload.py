"""Who received, decided and missed what: one row an act, summed when asked (``workload_sums.py``).

An act knows its day, its stage, who did it and whether in time. The place and the levels of a case's stages are rows of
their own: what came to an authority says only which stage it came to.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from contracts.identity import AccountOpened, AuthorityEstablished
from contracts.message import Event, Recorded
from contracts.places import area
from contracts.review import (
    CaseApproved,
    CaseAssigned,
    CaseDeemedGranted,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CaseRejected,
    CaseReleased,
    CaseResubmitted,
    CaseReturned,
    DeadlineMissed,
    StageDeemedPassed,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler, View
from services.query.calendar import china_day
from services.query.sql import writes

# act.level: where the case was, where no authority acted: its authority is the one of that level and place.
TABLES = """
CREATE TABLE IF NOT EXISTS act (
    position bigint, number int, case_id uuid NOT NULL, day date NOT NULL, kind text NOT NULL, stage text, level text,
    authority_id uuid, officer text, on_time boolean, PRIMARY KEY (position, number)
);
CREATE TABLE IF NOT EXISTS cases (
    case_id uuid PRIMARY KEY, place text COLLATE "C" NOT NULL, stage text, level text, officer text,
    waiting boolean NOT NULL
);
CREATE TABLE IF NOT EXISTS stage (case_id uuid, name text, level text NOT NULL, PRIMARY KEY (case_id, name));
CREATE TABLE IF NOT EXISTS authority (
    authority_id uuid PRIMARY KEY, name text NOT NULL, level text NOT NULL, place text NOT NULL,
    area text COLLATE "C" NOT NULL
);
CREATE TABLE IF NOT EXISTS account (account_id text PRIMARY KEY, name text NOT NULL, authority_id uuid);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS act_by_day ON act (day, kind);
CREATE INDEX IF NOT EXISTS act_came_and_went ON act (case_id, stage, position)
    WHERE kind IN ('received', 'handed_back', 'returned', 'resubmitted');
CREATE INDEX IF NOT EXISTS cases_waiting ON cases (place, level) WHERE waiting;
"""


_AT_WHOSE_DESK = """
    UPDATE act SET level = c.level, officer = c.officer FROM cases c
    WHERE c.case_id = act.case_id AND act.position = %s AND act.number = 0"""


def act(rows: Rows, one: Recorded[Any], kind: str, day: date, number: int = 0, **columns: Any) -> None:
    """One act of this event; ``number`` tells apart what one event did at two desks."""
    said = {"stage": None, "level": None, "authority_id": None, "officer": None, "on_time": None, **columns}
    rows.put("act", {"position": one.position, "number": number}, case_id=one.event.case_id, day=day, kind=kind, **said)


def received(rows: Rows, one: Recorded[Any], day: date, stage: str, level: str, number: int = 1) -> None:
    act(rows, one, "received", day, number, stage=stage, level=level)


def stands(rows: Rows, one: Recorded[Any], **columns: Any) -> None:
    rows.change("cases", {"case_id": one.event.case_id}, **columns)


def over(rows: Rows, one: Recorded[StageDeemedPassed | CaseDeemedGranted | DeadlineMissed], kind: str) -> None:
    """Nobody acted in time: on account of the level, and of the officer, that had the case then."""
    act(rows, one, kind, china_day(one.meta.at), stage=one.event.stage)
    rows.sql(_AT_WHOSE_DESK, [one.position])


def decided(rows: Rows, one: Recorded[Any], kind: str, on: date | None) -> None:
    """By an authority's officer. An event of old does not tell the day, nor its last day."""
    e, day = one.event, on or china_day(one.meta.at)
    on_time = None if e.due_on is None else day <= e.due_on
    stage = getattr(e, "stage", None)
    act(rows, one, kind, day, stage=stage, authority_id=e.authority_id, officer=e.officer, on_time=on_time)


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    e, first = one.event, one.event.stages[0] if one.event.stages else None
    where = {"stage": first.name, "level": first.level} if first else {"stage": None, "level": None}
    rows.put("cases", {"case_id": e.case_id}, place=e.place, officer=None, waiting=first is not None, **where)
    for stage in e.stages:
        rows.put("stage", {"case_id": e.case_id, "name": stage.name}, level=stage.level)
    if first is not None:
        received(rows, one, china_day(e.submitted_at), first.name, first.level)


def handed_on(rows: Rows, one: Recorded[StagePassed | StageDeemedPassed]) -> None:
    e = one.event
    kept_by = e.kept_by if isinstance(e, StagePassed) else None
    if e.next_stage is None or e.next_level is None:
        stands(rows, one, officer=kept_by)
        return
    stands(rows, one, stage=e.next_stage, level=e.next_level, officer=kept_by)
    received(rows, one, china_day(one.meta.at), e.next_stage, e.next_level)


def passed(rows: Rows, one: Recorded[StagePassed]) -> None:
    """Who keeps it for the next stage has it put on the desk anew."""
    e = one.event
    decided(rows, one, "passed", e.passed_on)
    handed_on(rows, one)
    if e.kept_by is not None and e.next_stage is not None:
        kept: dict[str, Any] = {"stage": e.next_stage, "authority_id": e.authority_id, "officer": e.kept_by}
        act(rows, one, "assigned", china_day(one.meta.at), 2, **kept)


def deemed_passed(rows: Rows, one: Recorded[StageDeemedPassed]) -> None:
    over(rows, one, "deemed")
    handed_on(rows, one)


def returned(rows: Rows, one: Recorded[CaseReturned]) -> None:
    decided(rows, one, "returned", one.event.returned_on)
    stands(rows, one, waiting=False)


def rejected(rows: Rows, one: Recorded[CaseRejected]) -> None:
    decided(rows, one, "rejected", one.event.rejected_on)
    stands(rows, one, waiting=False, officer=None)


def approved(rows: Rows, one: Recorded[CaseApproved]) -> None:
    """Without an authority the rules approved, or the law by silence: nobody's work."""
    e = one.event
    if e.authority_id is not None:
        act(rows, one, "approved", e.decided_on, authority_id=e.authority_id, officer=e.officer)
    stands(rows, one, waiting=False, officer=None)


def deemed_granted(rows: Rows, one: Recorded[CaseDeemedGranted]) -> None:
    """The approval that comes with it is nobody's work."""
    over(rows, one, "deemed")


def missed(rows: Rows, one: Recorded[DeadlineMissed]) -> None:
    if one.event.deadline == "stage":
        over(rows, one, "missed")


def resubmitted(rows: Rows, one: Recorded[CaseResubmitted]) -> None:
    """The same case goes on: it was received once, and the days in between were the filer's."""
    act(rows, one, "resubmitted", china_day(one.event.submitted_at), stage=one.event.stage)
    stands(rows, one, waiting=True)


def lapsed(rows: Rows, one: Recorded[CaseLapsed]) -> None:
    stands(rows, one, waiting=False, officer=None)


def reopened(rows: Rows, one: Recorded[StageReopened]) -> None:
    e = one.event
    stands(rows, one, stage=e.stage, level=e.level, officer=None, waiting=True)
    received(rows, one, e.reopened_on, e.stage, e.level)


def escalated(rows: Rows, one: Recorded[CaseEscalated]) -> None:
    """It came to another level; the stage's own clock goes on."""
    e = one.event
    stands(rows, one, level=e.to_level, officer=None)
    received(rows, one, china_day(one.meta.at), e.stage, e.to_level)


def handed_back(rows: Rows, one: Recorded[CaseHandedBack]) -> None:
    """To the level that had received it before: that counts once."""
    e = one.event
    stands(rows, one, level=e.to_level, officer=None)
    act(rows, one, "handed_back", china_day(one.meta.at), stage=e.stage, level=e.to_level)


def assigned(rows: Rows, one: Recorded[CaseAssigned]) -> None:
    e = one.event
    stands(rows, one, officer=e.officer)
    act(rows, one, "assigned", e.assigned_on, stage=e.stage, authority_id=e.authority_id, officer=e.officer)


def released(rows: Rows, one: Recorded[CaseReleased]) -> None:
    stands(rows, one, officer=None)


def authority_established(rows: Rows, one: Recorded[AuthorityEstablished]) -> None:
    writes("authority", "authority_id", "name", "level", "place", area=area(one.event.place))(rows, one)


def account_opened(rows: Rows, one: Recorded[AccountOpened]) -> None:
    if one.event.holder.kind == "officer":
        writes("account", "account_id", "name", authority_id=one.event.holder.authority_id)(rows, one)


HANDLERS: dict[type[Event], Handler] = {
    CaseOpened: opened,
    StagePassed: passed,
    StageDeemedPassed: deemed_passed,
    CaseReturned: returned,
    CaseResubmitted: resubmitted,
    CaseRejected: rejected,
    CaseLapsed: lapsed,
    CaseApproved: approved,
    CaseDeemedGranted: deemed_granted,
    DeadlineMissed: missed,
    StageReopened: reopened,
    CaseEscalated: escalated,
    CaseHandedBack: handed_back,
    CaseAssigned: assigned,
    CaseReleased: released,
    AuthorityEstablished: authority_established,
    AccountOpened: account_opened,
}
WORKLOAD = View("workload", TABLES, HANDLERS, INDEXES)
