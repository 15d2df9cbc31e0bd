"""The development product's clock, in services that have a process of their own: as far ahead as review's."""

from __future__ import annotations

from datetime import timedelta

from contracts.errors import Refusal
from contracts.review import ClockOffset, ReadClock
from services.kernel.clock import clock
from services.kernel.kernel import Ground

PATIENCE = 2.0
"""Seconds that review is waited for: a timer comes again."""


def keep_pace(ground: Ground) -> None:
    """Before a timer looks what is due. Outside development nobody is asked; without an answer the clock stays as it is.

    It is only ever set ahead, so an answer that was on its way while it was set ahead once more says nothing.
    """
    if not ground.config.get("DEVELOPMENT"):
        return
    try:
        told = ClockOffset.model_validate(ground.rpc.send(ReadClock(), PATIENCE))
    except Refusal:
        return
    clock.offset = max(clock.offset, timedelta(seconds=told.offset_seconds))
