"""What the end of a time does: reminded, escalated, deemed passed, deemed granted, lapsed.

What silence brings about counts from the last day, however late the timer came: a stage that is deemed passed hands on
to the next one with that last day as day 0, or, where the law dates it back (acceptance: 行政许可法 art. 32(4)), with
the day of receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.errors import Refused
from contracts.message import SYSTEM, Event
from contracts.review import (
    CaseDeemedGranted,
    CaseEscalated,
    CaseLapsed,
    DeadlineMissed,
    DeadlineName,
    DeadlineNear,
    KeepDeadline,
    LegalBasis,
    Stage,
    StageDeemedPassed,
)
from contracts.review.cases import Examining
from services.review.domain import rules
from services.review.domain.case import Case, level_above, notice_of
from services.review.domain.days import china_day
from services.review.domain.decision import after_last_stage, approval

TIME_IS_OVER = "deadline_over"
"""Why a stage went up a level by itself: a code, whose words are in the label files."""


@dataclass(frozen=True)
class Run:
    """A time that runs in a case now: day 0, and the working days that follow it."""

    deadline: DeadlineName
    key: str
    began_on: date
    days_left: int


def runs(case: Case) -> Sequence[Run]:
    """Every time that runs now. What stands still, and what is decided, has no end that could come."""
    if case.opened is None or case.decision is not None:
        return []
    found = [
        Run("objection", str(one.lodged.objection_id), one.lodged.lodged_on, one.lodged.working_days)
        for one in case.open_objections
        if one.lodged.working_days
    ]
    if case.returned is not None:
        if case.opened.correction is not None and case.returned.returned_on is not None:
            found.append(Run("correction", "", case.returned.returned_on, case.opened.correction.working_days))
        return found
    if (run := _to_be_decided(case)) is not None:
        found.append(run)
    if case.stage is not None and case.clock is not None and case.clock.suspended is None:
        found.append(Run("stage", case.stage.name, case.clock.began_on, case.clock.days_left))
    if (until := granted_after(case)) is not None:
        found.append(Run("validity", "", until, 0))
    return found


def decision_began_on(case: Case) -> date | None:
    """Since when the authority's next step is waited for: the last stage was passed, or the publicity is over."""
    if case.stage is not None or not case.passed:
        return None
    if case.publicity_ended is not None:
        return case.publicity_ended.ended_on
    return case.passed[-1].passed_on if case.publicised is None else None


def _to_be_decided(case: Case) -> Run | None:
    limit, began_on = case.opened.decision if case.opened is not None else None, decision_began_on(case)
    return Run("decision", "", began_on, limit.working_days) if limit is not None and began_on is not None else None


def granted_after(case: Case) -> date | None:
    """The last day of the validity after which silence grants; none where the last hand-in came later than that: then
    it was the filer who kept the authority waiting."""
    granted = case.opened.granted_by_silence if case.opened is not None else None
    if granted is None or not case.submissions or china_day(case.submissions[-1].submitted_at) > granted.due_on:
        return None
    return granted.due_on


def law_has_not_spoken(case: Case, stage: Stage, command: Examining) -> None:
    """What silence brings about, it does when the last day is over, not when the timer comes to it: an officer who acts in
    between is too late."""
    ends = (granted_after(case), command.due_on if stage.silence is not None else None)
    over = [end for end in ends if end is not None and end < china_day(command.meta.at)]
    if over:
        raise Refused("law_has_spoken", params={"due_on": min(over).isoformat()})


def keep_deadline(case: Case, command: KeepDeadline) -> Sequence[Event]:
    """Reminded when the end is near, and when it is over, what the matter says. A run that is no more is left alone."""
    rules.only_the_product_itself(command.meta.actor)
    rules.case_is_open(case, command.case_id)
    meant = Run(command.deadline, command.key, command.began_on, command.days_left)
    if meant not in runs(case) or notice_of(command, command.near) in case.noticed:
        return []
    if command.near:
        return [DeadlineNear(**_notice(case, command))]
    if china_day(command.meta.at) <= command.due_on:
        raise Refused("deadline_not_over", params={"due_on": command.due_on.isoformat()})
    return _ENDS[command.deadline](case, command)


def _stage_over(case: Case, command: KeepDeadline) -> Sequence[Event]:
    opened, stage = rules.case_is_open(case, command.case_id), case.stage
    assert stage is not None  # its run was found
    if stage.silence is None:
        return _missed(case, command)
    if stage.silence.means == "granted":
        return _granted(case, command, stage.silence.legal_basis)
    following = case.following
    passed = StageDeemedPassed(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        stage=stage.name,
        due_on=command.due_on,
        legal_basis=stage.silence.legal_basis,
        passed_on=received_on(case) if stage.silence.as_of == "receipt" else command.due_on,
        next_stage=following.name if following else None,
        next_level=following.level if following else None,
    )
    return [passed, *after_last_stage(case, passed, _day_after(command))]


def received_on(case: Case) -> date:
    """The day of what was handed in last: a correction is received on its own day."""
    return china_day(case.submissions[-1].submitted_at)


def _missed(case: Case, command: KeepDeadline) -> Sequence[Event]:
    """The law gives this silence no effect: it is recorded, and a stage goes to the level above, where there is one."""
    missed = DeadlineMissed(**_notice(case, command))
    above = level_above(case.opened.stages, case.level) if case.opened and case.level else None
    if command.deadline != "stage" or case.stage is None or case.level is None or above is None:
        return [missed]
    escalated = CaseEscalated(
        case_id=missed.case_id,
        filing_id=missed.filing_id,
        stage=case.stage.name,
        from_level=case.level,
        to_level=above,
        reason=TIME_IS_OVER,
        officer=None,
    )
    return [missed, escalated]


def _validity_over(case: Case, command: KeepDeadline) -> Sequence[Event]:
    granted = case.opened.granted_by_silence if case.opened is not None else None
    assert granted is not None  # its run was found
    return _granted(case, command, granted.legal_basis)


def _granted(case: Case, command: KeepDeadline, legal_basis: LegalBasis) -> Sequence[Event]:
    opened = rules.case_is_open(case, command.case_id)
    granted = CaseDeemedGranted(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        deadline=command.deadline,
        stage=case.stage.name if case.stage is not None else None,
        due_on=command.due_on,
        legal_basis=legal_basis,
    )
    law = approval(
        case, None, SYSTEM.account_id, _day_after(command), legal_basis=legal_basis, due_on=command.due_on
    )
    return [granted, law]


def _correction_over(case: Case, command: KeepDeadline) -> Sequence[Event]:
    """The filer has had the time that the matter gives."""
    opened = rules.case_is_open(case, command.case_id)
    lapsed = CaseLapsed(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=case.round,
        due_on=command.due_on,
        legal_basis=opened.correction.legal_basis if opened.correction is not None else None,
        lapsed_on=_day_after(command),
    )
    return [lapsed]


def _day_after(command: KeepDeadline) -> date:
    """When the law has had its way: the day after the last one, however late the timer came."""
    return command.due_on + timedelta(days=1)


def _notice(case: Case, command: KeepDeadline) -> dict[str, Any]:
    opened = rules.case_is_open(case, command.case_id)
    return {
        "case_id": opened.case_id,
        "filing_id": opened.filing_id,
        "deadline": command.deadline,
        "key": command.key,
        "stage": case.stage.name if case.stage is not None else None,
        "due_on": command.due_on,
        "began_on": command.began_on,
    }


_ENDS: Mapping[DeadlineName, Callable[[Case, KeepDeadline], Sequence[Event]]] = {
    "stage": _stage_over,
    "correction": _correction_over,
    "validity": _validity_over,
    "objection": _missed,
    "decision": _missed,
}
