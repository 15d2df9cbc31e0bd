"""How long tests wait for what must come, and what happens at random."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

IN_TIME = float(os.environ.get("TESTS_IN_TIME", "60"))
"""Seconds within which what must come has come, on a busy machine."""
_FIRST = int(os.environ.get("TESTS_SEED", "0"))
SEEDS = range(_FIRST, _FIRST + int(os.environ.get("TESTS_SEEDS", "2")))
"""What happens at random is decided by a seed. TESTS_SEEDS says how many to try, TESTS_SEED the first of them."""


def eventually(holds: Callable[[], Any], timeout: float = IN_TIME, why: Callable[[], Any] = lambda: "") -> Any:
    """The first true answer; fails with ``why`` when there is none in time."""
    deadline = time.monotonic() + timeout
    while True:
        if answer := holds():
            return answer
        assert time.monotonic() < deadline, f"not in {timeout} s: {why()}"
        time.sleep(0.05)
