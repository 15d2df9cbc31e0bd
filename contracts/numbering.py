"""A running number of one series: the next one for each purpose, always the same one for the same purpose.

The rule is the same wherever something is numbered; the messages are each service's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.decider import Decider
from contracts.errors import NotAllowed
from contracts.message import Command, Event


class Numbered(Protocol):
    """What the event of a number given has."""

    @property
    def series(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def number(self) -> int: ...


@dataclass(frozen=True)
class Series:
    """The last number, for what, and the series before it: a chain, so that folding is one pass."""

    number: int = 0
    purpose: str | None = None
    before: Series | None = field(default=None, repr=False, compare=False)

    def number_of(self, purpose: str) -> int | None:
        """The number that this purpose was given, if it was."""
        at: Series | None = self
        while at is not None and at.purpose != purpose:
            at = at.before
        return at.number if at is not None else None


Numbering = Decider[Series, Any, Any]


def numbering(given: type[Event], refusal: str) -> Numbering:
    """The decider whose command has ``series`` and ``purpose``, and whose event is ``given``.

    ``refusal`` is told to whoever is not the product itself: a number is a consequence, never somebody's wish.
    """

    def decide(series: Series, command: Command) -> Sequence[Event]:
        """The next number, or nothing when the purpose has one: told of it again, it takes no second number."""
        if command.meta.actor.kind != "system":
            raise NotAllowed(refusal)
        asked: Any = command
        if series.number_of(asked.purpose) is not None:
            return []
        body = {"series": asked.series, "purpose": asked.purpose, "number": series.number + 1}
        return [given.model_validate(body)]

    def evolve(series: Series, event: Numbered) -> Series:
        """The series with one more number given."""
        return Series(event.number, event.purpose, series)

    return Decider("series", Series(), decide, evolve)
