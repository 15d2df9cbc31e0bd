"""Keeps the time that parties have: finds whose day has come, and gives the order. The log decides.

Whose day it is stands in the claims, so it is never behind; two replicas, or one that was killed, give the same command
id, and so the same event once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from contracts.decider import Decider
from contracts.errors import Refusal
from contracts.filing import ConfirmationsAsked, FilingConfirmed, KeepConfirmationTime
from contracts.message import follow
from services.filing.domain.claims import DUE, NEAR
from services.filing.domain.days import china_day
from services.filing.domain.filing import Filing
from services.kernel.kernel import Ground
from services.kernel.observe import describe

log = logging.getLogger("zhuce.confirmations")
GRACE = timedelta(seconds=5)
"""A day is over this long after midnight: clocks of several machines do not agree to the second."""
AT_ONCE = 200
"""Of each kind in one tick; the rest wait for the next, so that no tick takes long."""
HELD = 15.0
"""Seconds before an order that failed is given again."""
BEGINS = (ConfirmationsAsked, FilingConfirmed)
LookUp = Callable[[Filing, datetime], Mapping[str, Any]]
"""What holds now of a filing to which silence may be the last agreement."""


def nothing(state: Filing, at: datetime) -> Mapping[str, Any]:
    """Where silence agrees to nothing."""
    return {}


class ConfirmationKeeper:
    """In every replica: whoever comes second finds it done."""

    def __init__(self, ground: Ground, filing: Decider[Any, Any, Any], look_up: LookUp = nothing) -> None:
        self._ground = ground
        self._filing = filing
        self._look_up = look_up
        self._held: dict[str, float] = {}
        self._errors: dict[str, dict[str, Any]] = {}

    def tick(self, now: datetime) -> None:
        """What is over first. One that fails holds up no other, is tried again, and is seen in health."""
        self._held = {order: until for order, until in self._held.items() if until > time.monotonic()}
        self._errors = {order: error for order, error in self._errors.items() if order in self._held}
        today = china_day(now - GRACE)
        for order, state in (
            *self._orders(DUE, "over", f"{today}", now),
            *self._orders(NEAR, "near", f"{today + timedelta(days=1)}", now),
        ):
            self._give(order, state)

    def health(self) -> dict[str, Any]:
        """A time that could not be kept, if there is one. It is one filing's matter: nobody is kept out for it."""
        errors = list(self._errors.values())
        return {
            "ok": not errors,
            "degraded": bool(errors),
            "failing": len(errors),
            "error": errors[0] if errors else None,
        }

    def _orders(
        self, kind: str, what: Literal["near", "over"], before: str, now: datetime
    ) -> Iterator[tuple[KeepConfirmationTime, Filing]]:
        for _, filing_id in self._ground.log.held_before(kind, before, AT_ONCE + len(self._held)):
            state = self._ground.log.load(self._filing, filing_id).state
            asking = state.asking
            if asking is None or asking.current is None or asking.due_on is None:
                continue
            handed_in, by = asking.handed_in, asking.current.by
            order = f"confirmation-{filing_id}-{handed_in.round}-{by}-{asking.due_on}-{what}"
            if order in self._held:
                continue
            history = self._ground.log.history(self._filing.stream(filing_id))
            cause = next(one for one in reversed(history) if isinstance(one.event, BEGINS))
            yield (
                KeepConfirmationTime(
                    filing_id=handed_in.filing_id,
                    round=handed_in.round,
                    by=by,
                    due_on=asking.due_on,
                    what=what,
                    # told as what follows from the event that let the time run, at the moment it is found
                    meta=follow(cause, order).model_copy(update={"at": now}),
                ),
                state,
            )

    def _give(self, order: KeepConfirmationTime, state: Filing) -> None:
        name = order.meta.command_id
        self._held[name] = time.monotonic() + HELD
        try:
            found = self._look_up(state, order.meta.at) if order.what == "over" else {}
            self._ground.execute(order.model_copy(update=found))
        except Exception as failure:
            why = {"type": failure.code} if isinstance(failure, Refusal) else describe(failure)
            self._errors[name] = why
            log.error("confirmation time not kept", extra={"command": order.NAME, "command_id": name, "error": why})
