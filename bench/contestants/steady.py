"""Events at a steady rate, and when each was committed; the other end tells when each was seen. One machine, one clock."""

from __future__ import annotations

import time
from collections.abc import Callable

BODY_SIZE = 1000
"""Characters, about, of an event."""
PATIENCE = 30.0


def steady(append: Callable[[int], None], rate: float, seconds: float, first: int) -> dict[int, float]:
    """Append numbers ``first``, ``first`` + 1, … at their moments, and never sooner; when each was committed."""
    committed: dict[int, float] = {}
    begin = time.monotonic()
    for number in range(int(rate * seconds)):
        if (early := begin + number / rate - time.monotonic()) > 0:
            time.sleep(early)
        append(first + number)
        committed[first + number] = time.time()
    return committed


def when_seen(seen: dict[int, float], last: int) -> dict[int, float]:
    """Wait until the last is there; all of them, which are then forgotten."""
    until = time.monotonic() + PATIENCE
    while last not in seen:
        if time.monotonic() > until:
            raise TimeoutError(f"{last} was not seen in {PATIENCE:.0f} s")
        time.sleep(0.01)
    found = dict(seen)
    seen.clear()
    return found
