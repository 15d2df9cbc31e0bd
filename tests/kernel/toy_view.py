"""The toys' view, apart from their processes, so that tests make it anew from the log and compare."""

from __future__ import annotations

import os
from typing import Any

from contracts.message import Recorded
from services.kernel.rows import Rows
from services.kernel.view import View
from tests.kernel.toy_domain import Incremented


def show(rows: Rows, recorded: Recorded[Any]) -> None:
    """Adds up, so that an event shown twice, or not at all, is seen for ever."""
    if os.environ.get("TOY_STUMBLES_AT") == str(recorded.position):
        raise RuntimeError("cannot apply")
    rows.sql(
        "INSERT INTO totals VALUES (%s, %s, 1) ON CONFLICT (counter_id)"
        " DO UPDATE SET total = totals.total + excluded.total, events = totals.events + 1",
        [recorded.event.counter_id, recorded.event.by],
    )


TOTALS = View(
    "totals",
    "CREATE TABLE IF NOT EXISTS totals (counter_id text PRIMARY KEY, total bigint NOT NULL, events int NOT NULL)",
    {Incremented: show},
)
