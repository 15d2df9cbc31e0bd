"""The day that the wall calendar of an office shows: times to confirm count these, wherever the server stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""One time for the whole country; no summer time since 1991."""


def china_day(at: datetime) -> date:
    """The date in China at this moment."""
    return at.astimezone(CHINA).date()
