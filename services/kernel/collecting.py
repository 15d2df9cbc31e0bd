"""Many objects at once without the garbage collector looking at each again and again: it costs more than making them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collecting() -> Iterator[None]:
    """For work that makes thousands of objects, drops them as it goes, and hands its turn to nobody meanwhile."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seldom() -> None:
    """Once a process has started: what it is made of lives as long as it does, and is not looked through again; and a
    thousand messages under way are no reason yet to look for cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
