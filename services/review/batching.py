"""Carries out open batches in the background, a page of lines at a time, each line its own command to its own case.

A line's command id is the batch's id and the line: killed anywhere and begun again, what was done gets its first reply
and nothing is doubled or lost. Nothing is locked but the carrying out of this very batch by a second replica.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import eventlet

from contracts.errors import Refusal, Stale, Unavailable
from contracts.message import SYSTEM, Accepted, Metadata, Recorded
from contracts.review import BatchFailure, BatchStarted, RecordBatchProgress
from services.kernel.clock import clock
from services.kernel.database import away
from services.kernel.kernel import Ground
from services.kernel.observe import describe
from services.review.batch_orders import Line, order_of
from services.review.domain.batch import BATCH, OPEN
from services.review.domain.decide import CASE
from services.review.filling import filled_all

if TYPE_CHECKING:
    from services.review.service import ReviewService

log = logging.getLogger("zhuce.batches")
PAGE = 100
"""Lines carried out at a stretch: others of this process have their turn after each page."""
REMEMBERED = 16
"""Orders kept in memory, some megabytes each; with more open at a time they are read again for each page."""
_LOCK = 7342017
"""The first half of the lock under which a replica carries out a batch; the second is the batch."""
_TRY = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
Outcome = Accepted | Refusal


class BatchWorker:
    """One for a container. ``begin`` returns at once."""

    def __init__(self, ground: Ground, spawn: Callable[[Callable[[], None]], Any]) -> None:
        self._ground = ground
        self._spawn = spawn
        self._busy = self._again = False
        self._orders: dict[UUID, Recorded[BatchStarted]] = {}
        self._errors: dict[UUID | None, dict[str, Any]] = {}

    def begin(self, service: ReviewService) -> None:
        """Carry out whatever is open. If this process is at it, it looks once more before it stops."""
        self._again = True
        if not self._busy:
            self._busy = True
            self._spawn(lambda: self._run(service))

    def _run(self, service: ReviewService) -> None:
        try:
            while self._again:
                self._again = False
                self._carry_out_open(service)
            self._errors.pop(None, None)
        except Exception as error:  # raised on, it would end the service
            self._failed(None, error)
        finally:
            self._busy = False

    def _carry_out_open(self, service: ReviewService) -> None:
        """One page of each in turn, so that a short batch does not wait for a long one."""
        if not self._open():
            return
        with closing(self._ground.database.connect()) as session:  # the locks end with it, however this ends
            mine: set[UUID] = set()
            left: set[UUID] = set()
            while True:
                open_ids = [one for one in self._open() if one not in left]
                mine |= {one for one in open_ids if one not in mine and _locked(session, one)}
                if not (turn := [one for one in open_ids if one in mine]):
                    return
                for batch_id in turn:
                    try:
                        self._page(service, batch_id)
                        self._errors.pop(batch_id, None)
                    except Exception as error:  # tried again with the next tick; the others go on
                        left.add(batch_id)
                        self._failed(batch_id, error)
                    eventlet.sleep(0)

    def _open(self) -> list[UUID]:
        open_ids = [UUID(one) for one in self._ground.log.holders(OPEN, "")]
        self._orders = {key: kept for key, kept in self._orders.items() if key in open_ids}
        self._errors = {key: kept for key, kept in self._errors.items() if key is None or key in open_ids}
        return open_ids

    def _page(self, service: ReviewService, batch_id: UUID) -> None:
        order, upto = self._order(batch_id), self._ground.log.load(BATCH, batch_id).state.upto
        page = list(enumerate(order.event.items, start=1))[upto : upto + PAGE]
        if not page:
            return  # another replica was here in between
        # An act is of the moment in which it is done: a publicity that began before it was shown would be too short.
        at = max(clock.now(), order.meta.at)
        outcomes = self._outcomes(service, [order_of(order, line, item, at) for line, item in page])
        failures = [
            failure_of(line, item.case_id, outcome)
            for (line, item), outcome in zip(page, outcomes, strict=True)
            if isinstance(outcome, Refusal)
        ]
        self._ground.execute(
            RecordBatchProgress(
                batch_id=batch_id,
                after=upto,
                upto=page[-1][0],
                failures=tuple(failures),
                meta=_by_itself(order, at),
            )
        )
        about = {"action": order.event.action, "lines": len(page), "refused": len(failures)}
        log.info("batch", extra={**about, "correlation_id": order.meta.correlation_id})

    def _order(self, batch_id: UUID) -> Recorded[BatchStarted]:
        if batch_id not in self._orders:
            while len(self._orders) >= REMEMBERED:
                self._orders.pop(next(iter(self._orders)))
            self._orders[batch_id] = self._ground.log.history(BATCH.stream(batch_id))[0]
        return self._orders[batch_id]

    def _outcomes(self, service: ReviewService, commands: Sequence[Line]) -> list[Outcome]:
        try:
            return self._together(service, commands)
        except Exception as error:
            if _waits(error):
                raise
            log.error("batch page failed", extra={"error": describe(error)})
        return [self._alone(service, one) for one in commands]

    def _together(self, service: ReviewService, commands: Sequence[Line]) -> list[Outcome]:
        filled = filled_all(service, commands)
        orders = [(CASE, one.case_id, one) for one in filled if not isinstance(one, Refusal)]
        carried = iter(self._ground.log.handle_all(orders))
        outcomes = [one if isinstance(one, Refusal) else next(carried) for one in filled]
        for one in outcomes:
            if isinstance(one, Unavailable):
                raise one
        return outcomes

    def _alone(self, service: ReviewService, command: Line) -> Outcome:
        """After something unforeseen: the line that it comes from fails by itself, and the others are done."""
        eventlet.sleep(0)
        try:
            return self._together(service, [command])[0]
        except Exception as error:
            if _waits(error):
                raise
            log.error("batch line failed", extra={"error": describe(error)})
            return Refusal("internal_error")

    def _failed(self, batch_id: UUID | None, error: Exception) -> None:
        why = {"code": error.code, **error.params} if isinstance(error, Refusal) else describe(error)
        if self._errors.get(batch_id) != why:
            log.error("batch not carried out", extra={"error": why})
        self._errors[batch_id] = why

    def health(self) -> dict[str, Any]:
        """Why a batch does not go on, if one does not: to be looked at, but no reason to keep people out."""
        return {"ok": not self._errors, "degraded": True, "error": next(iter(self._errors.values()), None)}


def _waits(error: Exception) -> bool:
    """Somebody who is needed is away: no reason to refuse a line, the page is tried again."""
    return isinstance(error, Unavailable) or away(error)


def failure_of(line: int, case_id: UUID, refusal: Refusal) -> BatchFailure:
    """What the log keeps of a refusal. A line that is stale is no request whose ETag is: it has words of its own."""
    plain = str | int | None
    params = {key: value if isinstance(value, plain) else str(value) for key, value in refusal.params.items()}
    code = "stale" if isinstance(refusal, Stale) else refusal.code
    return BatchFailure(line=line, case_id=case_id, code=code, params=params)


def _locked(session: Any, batch_id: UUID) -> bool:
    with session.cursor() as cursor:
        cursor.execute(_TRY, [_LOCK, str(batch_id)])
        return bool(cursor.fetchone()[0])


def _by_itself(order: Recorded[BatchStarted], at: datetime) -> Metadata:
    """By the product itself. What is told twice is ignored by the decider, so the id needs no meaning."""
    return Metadata(
        command_id=str(uuid4()),
        actor=SYSTEM,
        at=at,
        correlation_id=order.meta.correlation_id,
        causation_id=f"{order.source}:{order.position}",
        depth=order.meta.depth + 1,
    )
