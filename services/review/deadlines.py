"""Deadlines are rows: kept up to date from review's own log, and turned into commands by a timer when due.

The log decides, the rows only remind: a row seen twice, by two replicas or after a kill, gives the same
command id, and so the same event once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from contracts.errors import Refusal
from contracts.message import SYSTEM, Metadata, Recorded
from contracts.review import (
    CaseOpened,
    CasePublicised,
    CaseRejected,
    CaseReturned,
    Deadline,
    EndPublicity,
    PublicityEnded,
    StagePassed,
)
from services.kernel.clock import CHINA
from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.kernel.rows import Rows
from services.kernel.view import View
from services.review.calendar import CalendarEnds, WorkingDays
from services.review.domain.rules import china_day

log = logging.getLogger("zhuce.deadlines")
AT_ONCE = 200
"""Publicities ended in one tick; the rest wait for the next, so that no tick takes long."""

_TABLES = """
CREATE TABLE IF NOT EXISTS publicity_ends (
    case_id        uuid PRIMARY KEY,
    due_at         timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text NOT NULL,
    depth          int NOT NULL
);
CREATE TABLE IF NOT EXISTS stage_limits (
    case_id      uuid NOT NULL,
    stage        text NOT NULL,
    working_days int NOT NULL,
    began_on     date,
    PRIMARY KEY (case_id, stage)
);
"""
_INDEXES = "CREATE INDEX IF NOT EXISTS publicity_ends_by_due_at ON publicity_ends (due_at)"


def _opened(rows: Rows, recorded: Recorded[CaseOpened]) -> None:
    case = recorded.event
    for number, stage in enumerate(case.stages):
        began_on = china_day(case.submitted_at) if number == 0 else None
        key = {"case_id": case.case_id, "stage": stage.name}
        rows.add("stage_limits", key, working_days=stage.working_days, began_on=began_on)


def _passed(rows: Rows, recorded: Recorded[StagePassed]) -> None:
    passed = recorded.event
    rows.remove("stage_limits", {"case_id": passed.case_id, "stage": passed.stage})
    if passed.next_stage is not None:
        following = {"case_id": passed.case_id, "stage": passed.next_stage}
        rows.change("stage_limits", following, began_on=china_day(recorded.meta.at))


def _ended(rows: Rows, recorded: Recorded[CaseReturned | CaseRejected]) -> None:
    rows.sql("DELETE FROM stage_limits WHERE case_id = %s", [str(recorded.event.case_id)])


def _publicised(rows: Rows, recorded: Recorded[CasePublicised]) -> None:
    shown, meta = recorded.event, recorded.meta
    rows.add(
        "publicity_ends",
        {"case_id": shown.case_id},
        due_at=datetime.combine(shown.ends_on + timedelta(days=1), time(), CHINA),
        correlation_id=meta.correlation_id,
        causation_id=f"{recorded.source}:{recorded.position}",
        depth=meta.depth + 1,
    )


def _publicity_ended(rows: Rows, recorded: Recorded[PublicityEnded]) -> None:
    rows.remove("publicity_ends", {"case_id": recorded.event.case_id})


DEADLINES = View(
    "deadlines",
    _TABLES,
    indexes=_INDEXES,
    on={
        CaseOpened: _opened,
        StagePassed: _passed,
        CaseReturned: _ended,
        CaseRejected: _ended,
        CasePublicised: _publicised,
        PublicityEnded: _publicity_ended,
    },
)


class DeadlineKeeper:
    """Finds what is due and gives the order; answers by when a stage is to be done."""

    def __init__(self, ground: Ground, working_days: WorkingDays) -> None:
        self._ground = ground
        self._working_days = working_days
        self._error: dict[str, Any] | None = None

    def end_due_publicities(self, now: datetime) -> None:
        """Give EndPublicity for each that is due. A refused one holds up no other, and is seen in health."""
        error = None
        for row in self._due(now):
            try:
                self._ground.execute(_end_publicity(row, now))
            except Exception as failure:
                why = {"code": failure.code} if isinstance(failure, Refusal) else describe(failure)
                error = {"case_id": str(row[0]), **why}
        if error is not None and error != self._error:
            log.error("deadline not kept", extra={"error": error})
        self._error = error

    def _due(self, now: datetime) -> list[tuple[Any, ...]]:
        with self._rows() as cursor:
            cursor.execute(
                "SELECT case_id, correlation_id, causation_id, depth FROM publicity_ends"
                " WHERE due_at <= %s ORDER BY due_at LIMIT %s",
                [now, AT_ONCE],
            )
            return list(cursor.fetchall())

    def of_stages(self, case_ids: Sequence[UUID]) -> tuple[Deadline, ...]:
        """The limits of the stages that these cases are in."""
        with self._rows() as cursor:
            cursor.execute(
                "SELECT case_id, stage, began_on, working_days FROM stage_limits"
                " WHERE case_id = ANY(%s::uuid[]) AND began_on IS NOT NULL ORDER BY began_on, case_id",
                [[str(case_id) for case_id in case_ids]],
            )
            rows = cursor.fetchall()
        return tuple(
            Deadline(
                case_id=UUID(str(case_id)),
                stage=stage,
                began_on=began_on,
                working_days=working_days,
                due_on=due_on(self._working_days, began_on, working_days),
            )
            for case_id, stage, began_on, working_days in rows
        )

    @contextmanager
    def _rows(self) -> Iterator[Any]:
        with self._ground.database.transaction() as cursor:
            DEADLINES.create(cursor)  # it may be asked before the follower has come to making them
            yield cursor

    def health(self) -> dict[str, Any]:
        """The deadline that could not be kept, if one could not."""
        return {"ok": self._error is None, "error": self._error}


def _end_publicity(row: tuple[Any, ...], now: datetime) -> EndPublicity:
    """The order, told as what follows from the publicising."""
    case_id, correlation_id, causation_id, depth = row
    meta = Metadata(
        command_id=f"end-publicity-{case_id}",
        actor=SYSTEM,
        at=now,
        correlation_id=correlation_id,
        causation_id=causation_id,
        depth=depth,
    )
    return EndPublicity(case_id=UUID(str(case_id)), meta=meta)


def due_on(working_days: WorkingDays, began_on: date, count: int) -> date | None:
    """Counted when asked, not when stored: a year that the calendar lacked then may be known by now.

    None where the matter sets no limit, and where the days are not known yet: a list is still shown then.
    """
    if count == 0:
        return None
    try:
        return working_days.add(began_on, count)
    except CalendarEnds:
        return None
