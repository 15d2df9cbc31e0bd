"""So many of a thing an hour from one address: keeps strangers from reading a register out, name by name.

Kept in memory and by each process for itself.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from contracts.errors import Refused

HOUR = 3600.0
KEPT = 20_000


class Hourly:
    """Counts by address; the counts of those who were not here for longest give way."""

    def __init__(self, limit: int, code: str, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._code = code
        self._now = now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, address: str) -> None:
        """One more; refused when there were too many within the hour."""
        seen = self._seen.setdefault(address, deque())
        self._seen.move_to_end(address)
        while seen and seen[0] <= self._now() - HOUR:
            seen.popleft()
        if len(seen) >= self._limit:
            minutes = int((seen[0] + HOUR - self._now()) // 60) + 1
            raise Refused(self._code, params={"minutes": minutes})
        seen.append(self._now())
        while len(self._seen) > KEPT:
            self._seen.popitem(last=False)
