"""Says what time has ended, a last day or an age, each once: by a timer in every replica; who comes second finds it done."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.errors import Refusal
from contracts.review import ClockOffset, ReadClock
from services.certificate.domain.aging import over_by_time
from services.certificate.domain.claims import VALID_UNTIL
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.domain.rules import day_in_china
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.kernel.observe import describe

log = logging.getLogger("zhuce.expiring")
EVERY = 5.0
"""Seconds between two looks."""
AT_ONCE = 500
"""Of one look; the rest wait for the next."""
GRACE = timedelta(minutes=5)
"""After midnight: a renewal that the law's silence grants at the end of the last day comes first. The day itself has
decided since midnight."""


class Expiring:
    """What could not be said is shown in health, keeps nobody out, and is tried again."""

    def __init__(self) -> None:
        self.failing: dict[str, Any] = {}

    def tick(self, ground: Ground) -> None:
        """Everything whose last day is over."""
        _keep_development_time(ground)
        now = clock.now()
        today = day_in_china(now - GRACE)
        self.failing = {}
        for key, credential_id in ground.log.held_before(VALID_UNTIL, today.isoformat(), AT_ONCE):
            looked_at = date.fromisoformat(key[:10])
            if looked_at >= today:
                continue
            try:
                state = ground.log.load(CREDENTIAL, credential_id).state
                ground.execute(over_by_time(UUID(credential_id), state, looked_at, now))
            except Exception as failure:  # the next one must not wait for this one
                why = {"type": failure.code} if isinstance(failure, Refusal) else describe(failure)
                self.failing[credential_id] = why
                log.error("expiry not said", extra={"credential_id": credential_id, "error": why})

    def health(self) -> dict[str, Any]:
        """How many could not be said, and why one of them."""
        error = next(iter(self.failing.values()), None)
        return {"ok": not self.failing, "degraded": bool(self.failing), "failing": len(self.failing), "error": error}


def _keep_development_time(ground: Ground) -> None:
    """A development product's clock is set in review; every process keeps it."""
    if not ground.config.get("DEVELOPMENT"):
        return
    try:
        offset = ClockOffset.model_validate(ground.rpc.send(ReadClock(), timeout=2.0))
    except Refusal:
        return  # review is away: the time stays as it was
    # in one process with review it may have been set ahead meanwhile; it never goes back
    clock.offset = max(clock.offset, timedelta(seconds=offset.offset_seconds))
