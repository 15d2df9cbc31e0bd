"""What was approved by rules alone, by day, place and matter: the population that spot checks draw from.

A view in review's own database, of review's own log. A draw waits until it has read everything there is.
"""

from __future__ import annotations

import time
from uuid import UUID

from contracts.errors import Unavailable
from contracts.message import Recorded
from contracts.review import CaseApproved, CaseOpened, DrawSpotCheck
from services.kernel.database import Database
from services.kernel.rows import Rows
from services.kernel.view import View
from services.review.domain.spot_check import LARGEST

PATIENCE = 3.0
"""Seconds that a draw waits for the view."""
PAUSE = 0.02

_TABLES = """
CREATE TABLE IF NOT EXISTS approvals (
    case_id    uuid PRIMARY KEY,
    place      text NOT NULL,
    matter     text NOT NULL,
    decided_on date
);
"""
_INDEXES = "CREATE INDEX IF NOT EXISTS approvals_by_day ON approvals (decided_on)"

# A place is under those whose code, without the zeros at its end, it begins with: contracts.places.within.
_POPULATION = """
    SELECT case_id::text FROM approvals WHERE decided_on BETWEEN %s AND %s AND (%s::text IS NULL OR matter = %s)
    AND starts_with(place, regexp_replace(%s, '(00)+$', '')) ORDER BY case_id LIMIT %s"""


def _opened(rows: Rows, recorded: Recorded[CaseOpened]) -> None:
    case = recorded.event
    if case.automatic:
        rows.add("approvals", {"case_id": case.case_id}, place=case.place, matter=case.matter)


def _approved(rows: Rows, recorded: Recorded[CaseApproved]) -> None:
    """Those that officers decided are not there to be changed."""
    decision = recorded.event
    rows.change("approvals", {"case_id": decision.case_id}, decided_on=decision.decided_on)


AUTOMATIC = View(
    "automatic", _TABLES, indexes=_INDEXES, on={CaseOpened: _opened, CaseApproved: _approved}
)


def population(database: Database, command: DrawSpotCheck, head: int) -> tuple[UUID, ...]:
    """The automatic approvals of the period, in the actor's place and the matter; of the log up to ``head``.

    One more than may be drawn from, at most: then it is refused, and nobody's memory has held a province.
    """
    place = command.meta.actor.place
    deadline = time.monotonic() + PATIENCE
    while True:
        with database.transaction() as cursor:
            AUTOMATIC.create(cursor)  # its follower may not have come to it yet
            cursor.execute("SELECT coalesce(max(position), 0) FROM position WHERE source = 'review'")
            if cursor.fetchone()[0] >= head:
                period = [command.from_on, command.until_on, command.matter, command.matter]
                cursor.execute(_POPULATION, [*period, place, LARGEST + 1])
                return tuple(UUID(case_id) for (case_id,) in cursor.fetchall())
        if time.monotonic() >= deadline:
            raise Unavailable("view_behind", params={"view": AUTOMATIC.name})
        time.sleep(PAUSE)
