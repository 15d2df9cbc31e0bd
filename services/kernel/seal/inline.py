"""Runs a coroutine that waits for nothing to its end, here and now: pyHanko's signing and validation.

pyHanko is written for asyncio. ``asyncio.run`` would build a selector and a socket pair, which eventlet has
made green: it would yield to the hub in mid-run, and a second green thread would find "a running event loop".
This loop has no selector, so it never yields; whatever would have to wait is an error and not a hang.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class WouldWait(RuntimeError):
    """The coroutine wanted to wait for a timer, a thread or the network."""


class _NothingToWaitFor:
    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout != 0:
            raise WouldWait("nothing is ready and nothing can become ready")
        return []


class _InlineLoop(asyncio.BaseEventLoop):
    _selector = _NothingToWaitFor()

    def _process_events(self, event_list: list[Any]) -> None:
        """No selector, no events."""

    def _write_to_self(self) -> None:
        raise WouldWait("another thread was asked to do a part of the work")


def run_inline(work: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result. Safe in any thread and any green thread."""
    loop = _InlineLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
