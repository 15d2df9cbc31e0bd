"""Which times run: a view of review's own log. Day 0 and the days that are left are rows; last days are never stored.

So a year that is published is in force at once, and what the log has decided stands.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.message import Recorded
from contracts.review import (
    CaseApproved,
    CaseLapsed,
    CaseOpened,
    CasePublicised,
    CaseRejected,
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
from services.kernel.clock import CHINA
from services.kernel.rows import Rows
from services.kernel.view import View
from services.review.deadline_tables import INDEXES, TABLES
from services.review.domain.days import china_day
from services.review.due import effect_of

GRACE = timedelta(seconds=5)
"""What was sent in the last second of a day is in the log before the day is taken to be over."""

LAPSED = "lapsed"
"""Why a stage stands still whose correction did not come in time: one that was on its way lets it run on."""


def _opened(rows: Rows, recorded: Recorded[CaseOpened]) -> None:
    """Every time that the route may bring; only the first stage's and the validity's run yet."""
    case, cause = recorded.event, _cause(recorded)
    received_on = china_day(case.submitted_at)
    for number, stage in enumerate(case.stages):
        if stage.working_days:
            rows.add(
                "running",
                _key(case.case_id, "stage", stage.name),
                stage=stage.name,
                began_on=received_on if number == 0 else None,
                days_left=stage.working_days,
                working_days=stage.working_days,
                remind_before=stage.remind_before,
                legal_basis=stage.silence.legal_basis if stage.silence else stage.legal_basis,
                effect=effect_of(stage),
                **cause,
            )
    if case.correction is not None:
        rows.add(
            "running",
            _key(case.case_id, "correction"),
            days_left=case.correction.working_days,
            working_days=case.correction.working_days,
            remind_before=case.correction.remind_before,
            legal_basis=case.correction.legal_basis,
            effect="lapsed",
            **cause,
        )
    if case.decision is not None:
        rows.add(
            "running",
            _key(case.case_id, "decision"),
            days_left=case.decision.working_days,
            working_days=case.decision.working_days,
            remind_before=case.decision.remind_before,
            legal_basis=case.decision.legal_basis,
            effect="noted",
            **cause,
        )
    if (granted := case.granted_by_silence) is not None and received_on <= granted.due_on:
        rows.add(
            "running",
            _key(case.case_id, "validity"),
            began_on=granted.due_on,
            days_left=0,
            working_days=0,
            legal_basis=granted.legal_basis,
            effect="deemed_granted",
            **cause,
        )


def _passed(rows: Rows, recorded: Recorded[StagePassed | StageDeemedPassed]) -> None:
    passed = recorded.event
    rows.change("running", _key(passed.case_id, "stage", passed.stage), began_on=None)
    if passed.next_stage is not None:
        following = _key(passed.case_id, "stage", passed.next_stage)
        rows.change("running", following, began_on=passed.passed_on, **_cause(recorded))
    else:
        _decides_from(rows, recorded, passed.passed_on)


def _returned(rows: Rows, recorded: Recorded[CaseReturned]) -> None:
    one = recorded.event
    _stopped(rows, one, one.returned_on, one.used_days, "correction")
    if one.returned_on is not None:
        key = _key(one.case_id, "correction")
        rows.change("running", key, stage=one.stage, began_on=one.returned_on, reminded=False, **_cause(recorded))
    rows.change("running", _key(one.case_id, "validity"), suspended="correction")


def _resubmitted(rows: Rows, recorded: Recorded[CaseResubmitted]) -> None:
    one, day = recorded.event, china_day(recorded.event.submitted_at)
    rows.change("running", _key(one.case_id, "correction"), began_on=None)
    # after the last day of the validity it was the filer who kept the authority waiting: silence then grants nothing
    too_late = "DELETE FROM running WHERE case_id = %s AND deadline = 'validity' AND began_on < %s"
    rows.sql(too_late, [str(one.case_id), day])
    rows.change("running", _key(one.case_id, "validity"), suspended=None)
    runs_on = "UPDATE running SET suspended = NULL, began_on = %s WHERE case_id = %s AND deadline = 'stage' AND key = %s"
    rows.sql(f"{runs_on} AND began_on IS NOT NULL", [day, str(one.case_id), one.stage])


def _lapsed(rows: Rows, recorded: Recorded[CaseLapsed]) -> None:
    case_id = recorded.event.case_id
    rows.change("running", _key(case_id, "correction"), began_on=None)
    rows.sql("UPDATE running SET suspended = %s WHERE case_id = %s AND suspended IS NOT NULL", [LAPSED, str(case_id)])


def _suspended(rows: Rows, recorded: Recorded[ClockSuspended]) -> None:
    one = recorded.event
    _stopped(rows, one, one.suspended_on, one.used_days, one.why)


def _stopped(rows: Rows, one: CaseReturned | ClockSuspended, on: Any, used: int, why: str) -> None:
    rows.sql(
        "UPDATE running SET began_on = %s, days_left = greatest(days_left - %s, 0), suspended = %s, reminded = false"
        " WHERE case_id = %s AND deadline = 'stage' AND key = %s",
        [on, used, why, str(one.case_id), one.stage],
    )


def _resumed(rows: Rows, recorded: Recorded[ClockResumed]) -> None:
    one = recorded.event
    rows.change("running", _key(one.case_id, "stage", one.stage), began_on=one.resumed_on, suspended=None)


def _extended(rows: Rows, recorded: Recorded[StageExtended]) -> None:
    one = recorded.event
    rows.sql(
        "UPDATE running SET days_left = days_left + %s, extended = true, reminded = false"
        " WHERE case_id = %s AND deadline = 'stage' AND key = %s",
        [one.working_days, str(one.case_id), one.stage],
    )


def _near(rows: Rows, recorded: Recorded[DeadlineNear]) -> None:
    one = recorded.event
    rows.change("running", _key(one.case_id, one.deadline, one.key), reminded=True)


def _missed(rows: Rows, recorded: Recorded[DeadlineMissed]) -> None:
    one = recorded.event
    rows.change("running", _key(one.case_id, one.deadline, one.key), over=True)


def _reopened(rows: Rows, recorded: Recorded[StageReopened]) -> None:
    """The last stage anew, with all its days."""
    one = recorded.event
    rows.remove("publicity_ends", {"case_id": one.case_id})
    rows.change("running", _key(one.case_id, "decision"), began_on=None)
    rows.sql(
        "UPDATE running SET days_left = working_days, suspended = NULL, extended = false, reminded = false, over = false"
        " WHERE case_id = %s AND deadline = 'stage' AND key = %s",
        [str(one.case_id), one.stage],
    )
    rows.change("running", _key(one.case_id, "stage", one.stage), began_on=one.reopened_on, **_cause(recorded))


def _lodged(rows: Rows, recorded: Recorded[ObjectionLodged]) -> None:
    one = recorded.event
    if one.working_days:
        rows.add(
            "running",
            _key(one.case_id, "objection", str(one.objection_id)),
            began_on=one.lodged_on,
            days_left=one.working_days,
            working_days=one.working_days,
            effect="noted",
            **_cause(recorded),
        )


def _answered(rows: Rows, recorded: Recorded[ObjectionAnswered]) -> None:
    one = recorded.event
    rows.remove("running", _key(one.case_id, "objection", str(one.objection_id)))


def _publicised(rows: Rows, recorded: Recorded[CasePublicised]) -> None:
    midnight = datetime.combine(recorded.event.ends_on + timedelta(days=1), time(), CHINA)
    rows.put("publicity_ends", {"case_id": recorded.event.case_id}, due_at=midnight + GRACE, **_cause(recorded))
    rows.change("running", _key(recorded.event.case_id, "decision"), began_on=None)


def _publicity_ended(rows: Rows, recorded: Recorded[PublicityEnded]) -> None:
    rows.remove("publicity_ends", {"case_id": recorded.event.case_id})
    _decides_from(rows, recorded, recorded.event.ended_on)


def _decides_from(rows: Rows, recorded: Recorded[Any], day: date | None) -> None:
    """The authority's next step is waited for, with all the days that it has."""
    key = _key(recorded.event.case_id, "decision")
    rows.change("running", key, began_on=day, reminded=False, over=False, **_cause(recorded))


def _decided(rows: Rows, recorded: Recorded[CaseApproved | CaseRejected]) -> None:
    """Nothing runs any more."""
    rows.remove("publicity_ends", {"case_id": recorded.event.case_id})
    rows.sql("DELETE FROM running WHERE case_id = %s", [str(recorded.event.case_id)])


def _key(case_id: Any, deadline: str, key: str = "") -> dict[str, Any]:
    return {"case_id": case_id, "deadline": deadline, "key": key}


def _cause(recorded: Recorded[Any]) -> dict[str, Any]:
    """What the timer's order will be told to follow from."""
    return {
        "correlation_id": recorded.meta.correlation_id,
        "causation_id": f"{recorded.source}:{recorded.position}",
        "depth": recorded.meta.depth + 1,
    }


DEADLINES = View(
    "deadlines",
    TABLES,
    indexes=INDEXES,
    on={
        CaseOpened: _opened,
        StagePassed: _passed,
        StageDeemedPassed: _passed,
        CaseReturned: _returned,
        CaseResubmitted: _resubmitted,
        CaseLapsed: _lapsed,
        ClockSuspended: _suspended,
        ClockResumed: _resumed,
        StageExtended: _extended,
        DeadlineNear: _near,
        DeadlineMissed: _missed,
        StageReopened: _reopened,
        ObjectionLodged: _lodged,
        ObjectionAnswered: _answered,
        CasePublicised: _publicised,
        PublicityEnded: _publicity_ended,
        CaseRejected: _decided,
        CaseApproved: _decided,
    },
)
