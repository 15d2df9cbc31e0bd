"""A decider: what a stream starts as, what a command makes happen, and how an event changes the state. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from contracts.message import Command, Event

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that only one stream may hold at a time. ``refusal`` is the code told to whoever comes second."""

    kind: str
    key: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Release:
    """Gives back every claim of this kind that the stream holds."""

    kind: str


def no_claims(state: Any, event: Any) -> Sequence[Claim | Release]:
    """For streams that claim nothing."""
    return ()


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """Pure rules of one kind of stream.

    ``category`` begins the stream's name (``filing-<uuid>``). ``decide`` returns the events that happen, none
    when the command is already done, or raises Refused / NotAllowed / NotFound. ``claims`` says which unique keys
    an event takes or gives back, given the state before it.
    """

    category: str
    initial: S
    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    claims: Callable[[S, E], Sequence[Claim | Release]] = no_claims

    def stream(self, key: object) -> str:
        """The name of the stream with this id."""
        return f"{self.category}-{key}"

    def fold(self, events: Iterable[E]) -> S:
        """The state after these events."""
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state
