"""The one place that asks the machine for the time. Only entrypoints call it; deciders are told (DESIGN 4.8).

A development product may set its clock ahead, so that a publicity of ten working days passes in a moment.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock:
    """China's wall clock plus an offset, which is zero outside development."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The current time in China, with its zone."""
        return (datetime.now(UTC) + self.offset).astimezone(CHINA)


clock = Clock()


def china_day(at: datetime) -> date:
    """The day that it is in China at that moment."""
    return at.astimezone(CHINA).date()
