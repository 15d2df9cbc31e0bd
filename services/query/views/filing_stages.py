"""Where a filing's case stands, stage by stage. The second part of filing_progress; review's columns only."""

from __future__ import annotations

from typing import Any

from contracts.message import Event, Recorded
from contracts.review import (
    CaseDeemedGranted,
    CaseEscalated,
    CaseHandedBack,
    CaseLapsed,
    CaseOpened,
    CaseRejected,
    CaseResubmitted,
    CaseReturned,
    Stage,
    StageDeemedPassed,
    StagePassed,
    StageReopened,
)
from services.kernel.rows import Rows
from services.kernel.view import Handler
from services.query.sql import writes

TABLES = """
CREATE TABLE IF NOT EXISTS stage (
    case_id uuid, name text, number int NOT NULL, level text NOT NULL, working_days int NOT NULL, legal_basis text,
    effect text NOT NULL, state text NOT NULL, at timestamptz, PRIMARY KEY (case_id, name)
);
"""
NO_PUBLICITY = dict.fromkeys(("starts_on", "ends_on", "announcement", "announced_on"))


def filing(*fields: str, **constants: Any) -> Handler:
    """These columns of the filing's row."""
    return writes("filing", "filing_id", *fields, **constants)


def opened(rows: Rows, one: Recorded[CaseOpened]) -> None:
    """Without stages the rules decide alone."""
    e = one.event
    level = e.stages[0].level if e.stages else None
    filing("case_id", case_status="in_review", level=level, case_specialty=e.specialty, **NO_PUBLICITY)(rows, one)
    for number, stage in enumerate(e.stages):
        known = {"level": stage.level, "working_days": stage.working_days, "legal_basis": basis_of(stage)}
        key = {"case_id": e.case_id, "name": stage.name}
        rows.put("stage", key, number=number, **known, effect=effect_of(stage), state="waiting")
    if e.stages:
        stage_is(rows, one, e.stages[0].name, "in_review")


def basis_of(stage: Stage) -> str | None:
    """The article that a stage's time rests on: that of its end where its end has an effect of its own."""
    return stage.silence.legal_basis if stage.silence else stage.legal_basis


def effect_of(stage: Stage) -> str:
    """What the end of a stage's time does."""
    if stage.silence is None:
        return "escalated"
    return "deemed_granted" if stage.silence.means == "granted" else "deemed_passed"


def stage_is(rows: Rows, one: Recorded[Any], name: str, state: str) -> None:
    rows.change("stage", {"case_id": one.event.case_id, "name": name}, state=state, at=one.meta.at)


def passed(state: str) -> Handler:
    def handler(rows: Rows, one: Recorded[StagePassed | StageDeemedPassed]) -> None:
        e = one.event
        stage_is(rows, one, e.stage, state)
        if e.next_stage is None:
            filing(case_status="passed")(rows, one)
        else:
            stage_is(rows, one, e.next_stage, "in_review")
            filing(level=e.next_level)(rows, one)

    return handler


def stopped(state: str) -> Handler:
    def handler(rows: Rows, one: Recorded[CaseReturned | CaseRejected]) -> None:
        stage_is(rows, one, one.event.stage, state)
        filing(case_status=state)(rows, one)

    return handler


def resubmitted(rows: Rows, one: Recorded[CaseResubmitted]) -> None:
    """The same case goes on where it was returned."""
    stage_is(rows, one, one.event.stage, "in_review")
    filing(case_status="in_review", case_specialty=one.event.specialty)(rows, one)


def reopened(rows: Rows, one: Recorded[StageReopened]) -> None:
    stage_is(rows, one, one.event.stage, "in_review")
    filing("level", case_status="in_review", **NO_PUBLICITY)(rows, one)


def deemed_granted(rows: Rows, one: Recorded[CaseDeemedGranted]) -> None:
    if one.event.stage is not None:
        stage_is(rows, one, one.event.stage, "deemed_passed")


def moved(rows: Rows, one: Recorded[CaseEscalated | CaseHandedBack]) -> None:
    filing(level=one.event.to_level)(rows, one)


HANDLERS: dict[type[Event], Handler] = {
    CaseOpened: opened,
    StagePassed: passed("passed"),
    StageDeemedPassed: passed("deemed_passed"),
    CaseReturned: stopped("returned"),
    CaseRejected: stopped("rejected"),
    CaseResubmitted: resubmitted,
    CaseLapsed: filing(case_status="lapsed"),
    CaseDeemedGranted: deemed_granted,
    StageReopened: reopened,
    CaseEscalated: moved,
    CaseHandedBack: moved,
}
