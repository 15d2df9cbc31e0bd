"""The development product's clock: set ahead, so that ten working days pass at once; kept over a restart."""

from __future__ import annotations

from datetime import timedelta

from contracts.errors import NotAllowed
from services.kernel.clock import clock
from services.kernel.kernel import Ground

_TABLE = """
SELECT pg_advisory_xact_lock(7342017);
CREATE TABLE IF NOT EXISTS development_clock (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    offset_seconds bigint NOT NULL CHECK (offset_seconds >= 0)
);
INSERT INTO development_clock (offset_seconds) VALUES (0) ON CONFLICT DO NOTHING;
"""


class DevelopmentClock:
    """Outside development it is never set, and never read."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._development = bool(ground.config.get("DEVELOPMENT"))
        self._has_table = False

    def read(self) -> int:
        """The offset in seconds that every replica shares; this process's clock now has it too."""
        return self._ahead_by(timedelta(0)) if self._development else 0

    def advance(self, days: int) -> int:
        """Set it ahead by so many days; the offset in seconds from now on."""
        if not self._development:
            raise NotAllowed("development_only")
        return self._ahead_by(timedelta(days=days))

    def _ahead_by(self, more: timedelta) -> int:
        with self._ground.database.transaction() as cursor:
            if not self._has_table:
                cursor.execute(_TABLE)
            if more:
                cursor.execute(
                    "UPDATE development_clock SET offset_seconds = offset_seconds + %s",
                    [more.total_seconds()],
                )
            cursor.execute("SELECT offset_seconds FROM development_clock")
            seconds = int(cursor.fetchone()[0])
        self._has_table = True
        clock.offset = timedelta(seconds=seconds)
        return seconds
