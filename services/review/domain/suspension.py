"""What stops a stage's clock, lets it run on, and lengthens it: all before the limit is over, never after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.errors import NotAllowed, Refused
from contracts.message import Event
from contracts.review import (
    ClockResumed,
    ClockSuspended,
    ExtendStage,
    Extension,
    ResumeClock,
    Stage,
    StageExtended,
    SuspendClock,
)
from contracts.review.cases import Examining
from services.review.domain import rules
from services.review.domain.case import Case, Clock, may_stand_still
from services.review.domain.days import china_day

NOT_COUNTED = "《中华人民共和国行政许可法》第四十五条"
"""Hearing, inspection and expert review are not counted; the applicant is told."""


def suspend_clock(case: Case, command: SuspendClock) -> Sequence[Event]:
    """Stopped by who examines the stage. The day on which it is stopped is not used."""
    opened = rules.case_is_open(case, command.case_id)
    stage, _ = rules.examiner(case, command)
    clock, today = _clock_of(case, command), china_day(command.meta.at)
    if clock.suspended == command.why:
        return []
    rules.clock_runs(case)
    if not may_stand_still(stage):
        raise Refused("suspension_not_foreseen", params={"stage": stage.name})
    limit_is_not_over(command, today)
    return [
        ClockSuspended(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            stage=stage.name,
            why=command.why,
            reason=command.reason,
            legal_basis=NOT_COUNTED,
            officer=command.meta.actor.account_id,
            suspended_on=today,
            used_days=command.used_days,
        )
    ]


def resume_clock(case: Case, command: ResumeClock) -> Sequence[Event]:
    """Running again from the day after, with the days that were left."""
    opened = rules.case_is_open(case, command.case_id)
    stage, _ = rules.examiner(case, command)
    clock, today = _clock_of(case, command), china_day(command.meta.at)
    if clock.suspended is None:
        if clock.began_on == today:
            return []  # it was let go today already
        raise Refused("clock_not_suspended")
    return [
        ClockResumed(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            stage=stage.name,
            reason=command.reason,
            officer=command.meta.actor.account_id,
            resumed_on=today,
        )
    ]


def extend_stage(case: Case, command: ExtendStage) -> Sequence[Event]:
    """Once, by the head's approval, with a reason that the applicant is told (行政许可法 art. 42)."""
    opened = rules.case_is_open(case, command.case_id)
    stage = rules.stage_on_route(opened, command.stage)
    authority_id = rules.officer_in_charge(case, command, stage, "extend")
    actor, today = command.meta.actor, china_day(command.meta.at)
    clock = _clock_of(case, command)
    if actor.account_id == case.holder:
        raise NotAllowed("approver_holds_case")
    extension = extension_is_foreseen(stage)
    if clock.extended:
        raise Refused("extended_already")
    limit_is_not_over(command, today)
    return [
        StageExtended(
            case_id=opened.case_id,
            filing_id=opened.filing_id,
            stage=stage.name,
            working_days=extension.working_days,
            approved_by=actor.account_id,
            authority_id=authority_id,
            reason=command.reason,
            legal_basis=extension.legal_basis,
            due_on=command.due_on,
            extended_to=command.extended_to,
            extended_on=today,
        )
    ]


def extension_is_foreseen(stage: Stage) -> Extension:
    """The matter offers one at this stage."""
    if stage.extension is None:
        raise Refused("extension_not_foreseen", params={"stage": stage.name})
    return stage.extension


def limit_is_not_over(command: Examining, today: date) -> None:
    """What is over cannot be stopped or lengthened any more: its end has its own effect."""
    if command.due_on is not None and today > command.due_on:
        raise Refused("deadline_over", params={"due_on": command.due_on.isoformat()})


def _clock_of(case: Case, command: Examining) -> Clock:
    """The clock of the stage that is named, which is the one to be done now and waits for no correction."""
    rules.not_decided(case)
    rules.stage_is_current(case, command.stage)
    rules.not_returned(case)
    if case.clock is None:
        raise Refused("no_limit_runs", params={"stage": command.stage})
    return case.clock
