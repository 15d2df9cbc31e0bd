"""Keeps the times: finds which are near or over, and gives the order. The log decides, the rows only remind.

A row seen twice, by two replicas or after a kill, gives the same command id, and so the same event once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.errors import Refusal
from contracts.message import SYSTEM, Command, Metadata, derived_id
from contracts.review import Deadline, EndPublicity, KeepDeadline
from contracts.working_days import WorkingDays
from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.review import due
from services.review.deadlines import DEADLINES, GRACE, LAPSED
from services.review.domain.days import china_day

log = logging.getLogger("zhuce.deadlines")
AT_ONCE = 200
"""Orders of each kind in one tick; the rest wait for the next, so that no tick takes long."""
HELD = 15.0
"""Seconds before an order that has been given is given again: its event is seen long before, unless it was refused."""
_RUNS = "began_on IS NOT NULL AND suspended IS NULL AND NOT over"
_NEAR = f"{_RUNS} AND remind_before > 0 AND NOT reminded"
_LEFT, _TO_REMINDER = "days_left", "greatest(days_left - remind_before, 0)"
# Each number of days that occurs, found by one step down the index for each, however many rows there are.
_COUNTS = """
    WITH RECURSIVE counts (n) AS (
        SELECT min({count}) FROM running WHERE {where}
        UNION ALL SELECT (SELECT min({count}) FROM running WHERE {where} AND {count} > n) FROM counts WHERE n IS NOT NULL)
    SELECT n FROM counts WHERE n IS NOT NULL"""
_ROWS = """
    SELECT case_id, deadline, key, began_on, days_left, correlation_id, causation_id, depth
    FROM running JOIN unnest(%s::int[], %s::date[]) AS until (n, cutoff) ON {count} = n AND began_on <= cutoff
        JOIN unnest(%s::int[], %s::date[]) AS known (days, latest) ON days_left = days AND began_on <= latest
    WHERE {where} ORDER BY began_on LIMIT %s"""


class DeadlineKeeper:
    """In every replica: whoever comes second finds it done."""

    def __init__(self, ground: Ground, working_days: Callable[[], WorkingDays]) -> None:
        self._ground = ground
        self._working_days = working_days
        self._held: dict[str, float] = {}
        self._errors: dict[str, dict[str, Any]] = {}

    def tick(self, now: datetime) -> None:
        """What is over first. One that is refused holds up no other, is tried again, and is seen in health."""
        self._held = {order: until for order, until in self._held.items() if until > time.monotonic()}
        self._errors = {order: error for order, error in self._errors.items() if order in self._held}
        working_days = self._working_days()
        self._give(self._publicities(now))
        today = china_day(now - GRACE)
        self._give(self._orders(working_days, today, now, near=False))
        self._give(self._orders(working_days, today, now, near=True))

    def of_cases(self, case_ids: Sequence[UUID]) -> tuple[Deadline, ...]:
        """What runs or stands still in these cases, with last days by today's calendar."""
        with self._rows() as cursor:
            cursor.execute(
                "SELECT case_id, deadline, key, stage, began_on, working_days, days_left, suspended, legal_basis,"
                " effect, extended FROM running WHERE case_id = ANY(%s::uuid[]) AND began_on IS NOT NULL"
                " AND suspended IS DISTINCT FROM %s ORDER BY began_on, case_id, deadline, key",
                [[str(case_id) for case_id in case_ids], LAPSED],
            )
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        working_days = self._working_days()
        for row in rows:
            row["key"] = row["key"] if row["deadline"] == "objection" else ""
        return tuple(due.deadline(working_days, Deadline(due_on=None, **row)) for row in rows)

    def health(self) -> dict[str, Any]:
        """A deadline that could not be kept, if there is one. It is one case's matter: nobody is kept out for it."""
        errors = list(self._errors.values())
        return {"ok": not errors, "degraded": bool(errors), "failing": len(errors), "error": errors[0] if errors else None}

    # -- what is due --------------------------------------------------------------------------------------------

    def _publicities(self, now: datetime) -> Iterator[Command]:
        with self._rows() as cursor:
            cursor.execute(
                "SELECT case_id, correlation_id, causation_id, depth FROM publicity_ends"
                " WHERE due_at <= %s ORDER BY due_at LIMIT %s",
                [now, AT_ONCE + len(self._held)],
            )
            found = cursor.fetchall()
        for case_id, *cause in found:
            # shown a second time, after an objection was upheld, it ends a second time
            order = f"end-publicity-{derived_id(case_id, cause[1])}"
            yield EndPublicity(case_id=UUID(str(case_id)), meta=_meta(order, cause, now))

    def _orders(self, working_days: WorkingDays, today: date, now: datetime, near: bool) -> Iterator[Command]:
        """``near``: a reminder's day has come when as many working days are over as come before it."""
        count, where = (_TO_REMINDER, _NEAR) if near else (_LEFT, _RUNS)
        day = today + timedelta(days=1) if near else today
        with self._rows() as cursor:
            counts = _counts(cursor, count, where)
            cutoffs = [working_days.cutoff(day, n) for n in counts]
            # Whose last day nobody knows yet waits for the notice, and takes no other's place in this tick.
            lengths = _counts(cursor, _LEFT, where) if near else counts
            latest = [working_days.latest(n) for n in lengths]
            limit = AT_ONCE + len(self._held)
            cursor.execute(_ROWS.format(count=count, where=where), [counts, cutoffs, lengths, latest, limit])
            found = cursor.fetchall()
        for case_id, deadline, key, began_on, days_left, *cause in found:
            end = due.last_day(working_days, began_on, days_left)
            if end is None or (near and end < today):
                continue  # it is over already
            order = f"keep-{derived_id(case_id, deadline, key, began_on, days_left, end, near)}"
            yield KeepDeadline(
                case_id=UUID(str(case_id)),
                deadline=deadline,
                key=key,
                began_on=began_on,
                days_left=days_left,
                due_on=end,
                near=near,
                meta=_meta(order, cause, now),
            )

    def _give(self, orders: Iterable[Command]) -> None:
        given = 0
        for order in orders:
            name = order.meta.command_id
            if name in self._held or given == AT_ONCE:
                continue
            given += 1
            self._held[name] = time.monotonic() + HELD
            try:
                self._ground.execute(order)
            except Exception as failure:
                why = {"type": failure.code} if isinstance(failure, Refusal) else describe(failure)
                self._errors[name] = why
                log.error("deadline not kept", extra={"command": order.NAME, "command_id": name, "error": why})

    @contextmanager
    def _rows(self) -> Iterator[Any]:
        with self._ground.database.transaction() as cursor:
            DEADLINES.create(cursor)  # it may be asked before the follower has come to making them
            yield cursor


def _counts(cursor: Any, count: str, where: str) -> list[int]:
    cursor.execute(_COUNTS.format(count=count, where=where))
    return [int(n) for (n,) in cursor.fetchall()]


def _meta(order: str, cause: Sequence[Any], now: datetime) -> Metadata:
    """Told as what follows from the event that let the time run."""
    correlation_id, causation_id, depth = cause
    return Metadata(
        command_id=order,
        actor=SYSTEM,
        at=now,
        correlation_id=correlation_id,
        causation_id=causation_id,
        depth=depth,
    )
