"""given / when / then for deciders: happens, is ignored the second time, is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from contracts.decider import Claim, Decider, Release
from contracts.errors import Refusal
from contracts.message import SYSTEM, Actor, Command, Event, Metadata

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=CHINA)


def meta(actor: Actor = SYSTEM, at: datetime = NOON, **more: Any) -> Metadata:
    """Metadata for a test's command."""
    return Metadata(command_id=more.pop("command_id", "test"), actor=actor, at=at, correlation_id="test", **more)


@dataclass(frozen=True)
class Given:
    """A decider with a history."""

    decider: Decider[Any, Any, Any]
    history: Sequence[Event] = ()

    def when(self, command: Command) -> Outcome:
        """Decide, and keep what came of it."""
        state = self.decider.fold(self.history)
        try:
            events = list(self.decider.decide(state, command))
        except Refusal as refusal:
            return Outcome(refusal=refusal)
        claims: list[Claim | Release] = []
        for event in events:
            claims.extend(self.decider.claims(state, event))
            state = self.decider.evolve(state, event)
        return Outcome(events=events, claims=claims, state=state)


@dataclass(frozen=True)
class Outcome:
    """What came of a command; each ``then`` fails with what came instead."""

    events: list[Event] = field(default_factory=list)
    claims: list[Claim | Release] = field(default_factory=list)
    refusal: Refusal | None = None
    state: Any = None

    def then(self, *expected: Event) -> Outcome:
        """Exactly these events happened."""
        assert self.refusal is None, f"refused: {self.refusal!r} {self.refusal and self.refusal.problems}"
        assert self.events == list(expected), f"got {self.events}"
        return self

    def then_types(self, *expected: type[Event]) -> Outcome:
        """Events of exactly these types happened."""
        assert self.refusal is None, f"refused: {self.refusal!r} {self.refusal and self.refusal.problems}"
        assert [type(e) for e in self.events] == list(expected), f"got {self.events}"
        return self

    def then_nothing(self) -> Outcome:
        """The command was already done: silence."""
        return self.then()

    def then_refused(self, code: str, kind: type[Refusal] = Refusal) -> Refusal:
        """Refused with this code, or with a problem of this code."""
        assert self.refusal is not None, f"not refused: {self.events}"
        codes = [self.refusal.code, *(str(p.get("code")) for p in self.refusal.problems)]
        assert code in codes, f"refused with {codes}"
        assert isinstance(self.refusal, kind), f"refused as {type(self.refusal).__name__}"
        return self.refusal


def given(decider: Decider[Any, Any, Any], *history: Event) -> Given:
    """Start a specification: ``given(filing, *events).when(command).then(...)``."""
    return Given(decider, history)
