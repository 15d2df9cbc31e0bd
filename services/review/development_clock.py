"""The development product's clock: set ahead, so that ten working days pass at once; kept over a restart."""

from __future__ import annotations

from datetime import timedelta

from contracts.errors import NotAllowed
from services.kernel.clock import clock
from services.kernel.database import Database

_TABLE = """
CREATE TABLE IF NOT EXISTS development_clock (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    offset_seconds bigint NOT NULL CHECK (offset_seconds >= 0)
);
INSERT INTO development_clock (offset_seconds) VALUES (0) ON CONFLICT DO NOTHING;
"""


class DevelopmentClock:
    """Outside development it is never set, and never read."""

    def __init__(self, database: Database, development: bool) -> None:
        self._database = database
        self._development = development
        if development:
            with database.transaction() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(7342017)")  # replicas start together
                cursor.execute(_TABLE)

    def read(self) -> int:
        """The offset in seconds that every replica shares; this process's clock now has it too."""
        if not self._development:
            return 0
        with self._database.cursor() as cursor:
            cursor.execute("SELECT offset_seconds FROM development_clock")
            return self._set(cursor.fetchone()[0])

    def advance(self, days: int) -> int:
        """Set it ahead by so many days; the offset in seconds from now on."""
        if not self._development:
            raise NotAllowed("development_only")
        with self._database.cursor() as cursor:
            cursor.execute(
                "UPDATE development_clock SET offset_seconds = offset_seconds + %s RETURNING offset_seconds",
                [int(timedelta(days=days).total_seconds())],
            )
            return self._set(cursor.fetchone()[0])

    def _set(self, seconds: int) -> int:
        clock.offset = timedelta(seconds=seconds)
        return seconds
