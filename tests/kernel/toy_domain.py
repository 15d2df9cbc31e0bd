"""The rules of the toys: a counter with unique labels, its mirror image, and a tally. Pure, so that tests use them too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.decider import Claim, Decider, Release
from contracts.errors import Refused
from contracts.message import Command, Event, Recorded, follow, named


@named("counter.Increment.v1")
class Increment(Command):
    counter_id: str
    by: int
    label: str | None = None


@named("counter.Incremented.v1")
class Incremented(Event):
    counter_id: str
    by: int
    label: str | None = None


@named("counter.Noted.v1")
class Noted(Event):
    """Nobody does anything with it, but everybody has to come past it."""

    text: str


@named("mirror.Reflect.v1")
class Reflect(Command):
    counter_id: str
    by: int


@named("mirror.Reflected.v1")
class Reflected(Event):
    counter_id: str
    by: int


@named("mirror.Tally.v1")
class Tally(Command):
    counter_id: str


@named("mirror.Tallied.v1")
class Tallied(Event):
    counter_id: str


def decide_increment(state: int, command: Increment) -> list[Incremented]:
    """``by`` may not be negative; nothing happens for 0; a label of ``""`` gives back the one that is held."""
    if command.by < 0:
        raise Refused("negative")
    if command.by == 0:
        return []
    return [Incremented(counter_id=command.counter_id, by=command.by, label=command.label)]


def claims_of_increment(state: int, event: Incremented) -> list[Claim | Release]:
    if event.label is None:
        return []
    return [Claim("label", event.label, "label_taken")] if event.label else [Release("label")]


COUNTER: Decider[int, Increment, Incremented] = Decider(
    "counter",
    0,
    decide_increment,
    lambda state, event: state + event.by,
    claims_of_increment,
)
MIRROR: Decider[int, Reflect, Reflected] = Decider(
    "mirror",
    0,
    lambda state, command: [Reflected(counter_id=command.counter_id, by=command.by)],
    lambda state, event: state + event.by,
)
TALLY: Decider[int, Tally, Tallied] = Decider(
    "tally",
    0,
    lambda state, command: [Tallied(counter_id=command.counter_id)],
    lambda state, event: state + 1,
)


def when_incremented_reflect_and_tally(recorded: Recorded[Any]) -> Iterable[Command]:
    """Two commands to two streams, so that a crash can fall between them."""
    event: Incremented = recorded.event
    cause = f"{recorded.source}-{recorded.position}"
    yield Reflect(counter_id=event.counter_id, by=event.by, meta=follow(recorded, f"reflect-{cause}"))
    yield Tally(counter_id=event.counter_id, meta=follow(recorded, f"tally-{cause}"))
