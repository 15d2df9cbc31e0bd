"""The number that a purpose has in a series, drawn now or since before a crash: always the same one."""

from __future__ import annotations

from contracts.message import Command, Event
from contracts.numbering import Numbering
from services.kernel.kernel import Ground
from services.kernel.wire import from_wire


def drawn(ground: Ground, numbering: Numbering, given: type[Event], command: Command, series: str, purpose: str) -> int:
    """Order it, and read what came of it. A long series is not read again to learn it."""
    at = ground.execute(command).position
    events = [from_wire(message).event for message in ground.log.read(at - 1, 1)]
    for event in events:
        if isinstance(event, given) and (event.series, event.purpose) == (series, purpose):  # type: ignore[attr-defined]
            return int(event.number)  # type: ignore[attr-defined]
    # given by another order, before others of the series
    number = ground.log.load(numbering, series).state.number_of(purpose)
    assert number is not None
    return number
