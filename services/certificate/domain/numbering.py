"""A running number of one series: the next one for each purpose, always the same one for the same purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.certificate import AllocateNumber, NumberAllocated
from contracts.decider import Decider
from contracts.errors import NotAllowed


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


def decide(series: Series, command: AllocateNumber) -> Sequence[NumberAllocated]:
    """The next number, or nothing when the purpose has one: a redelivered approval takes no second number."""
    only_the_product_itself_numbers(command)
    if series.number_of(command.purpose) is not None:
        return []
    return [NumberAllocated(series=command.series, purpose=command.purpose, number=series.number + 1)]


def evolve(series: Series, event: NumberAllocated) -> Series:
    """The series with one more number given."""
    return Series(event.number, event.purpose, series)


def only_the_product_itself_numbers(command: AllocateNumber) -> None:
    """A number is a consequence of an approval, never somebody's wish."""
    if command.meta.actor.kind != "system":
        raise NotAllowed("only_by_approval")


NUMBERING: Decider[Series, AllocateNumber, NumberAllocated] = Decider("series", Series(), decide, evolve)
