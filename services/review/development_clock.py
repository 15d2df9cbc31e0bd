"""The development product's clock: set ahead, so that ten working days pass at once; kept over a restart."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources

from contracts.errors import NotAllowed
from services.kernel.clock import clock
from services.kernel.kernel import Ground
from services.kernel.migrations import migrate
from services.kernel.sql_files import Schema

_SCHEMA = Schema("review", resources.files("services.review") / "schema")


class DevelopmentClock:
    """Outside development it is never set, and never read."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._development = bool(ground.config.get("DEVELOPMENT"))
        self._has_table = False

    def read(self) -> int:
        """The offset in seconds that every replica shares; this process's clock now has it too."""
        return self._ahead_by(timedelta(0)) if self._development else 0

    def advance(self, days: int, seconds: int = 0) -> int:
        """Set it ahead by so much; the offset in seconds from now on."""
        if not self._development:
            raise NotAllowed("development_only")
        return self._ahead_by(timedelta(days=days, seconds=seconds))

    def _ahead_by(self, more: timedelta) -> int:
        if not self._has_table:
            migrate(self._ground.database, _SCHEMA)
            self._has_table = True
        with self._ground.database.transaction() as cursor:
            if more:
                cursor.execute(
                    "UPDATE development_clock SET offset_seconds = offset_seconds + %s",
                    [more.total_seconds()],
                )
            cursor.execute("SELECT offset_seconds FROM development_clock")
            seconds = int(cursor.fetchone()[0])
        clock.offset = timedelta(seconds=seconds)
        return seconds
