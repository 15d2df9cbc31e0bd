"""A follower whose effects are commands: their events and the followed position are committed together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from contracts.message import Command, Event, Recorded
from contracts.versions import ByName
from services.kernel import hops
from services.kernel.append import AppendFailed
from services.kernel.database import away
from services.kernel.follower import CannotApply, Follower
from services.kernel.kernel import Ground
from services.kernel.wire import from_wire

Reaction = Callable[[Recorded[Any]], Iterable[Command]]
"""``when_filing_submitted_open_review``: pure, from an event to the orders it leads to."""
AskingReaction = Callable[[Recorded[Any], Ground], Iterable[Command]]
"""``when_case_approved_grant_credential``: asks other services or makes something first, then orders."""


RECORD = 0.25
"""Seconds, at least, between recordings of a position that led to nothing: a crash has those events read again, no more."""


class Reactions(Follower):
    """``Reactions("review", "filing", {FilingSubmitted: when_filing_submitted_open_review})``.

    Command ids are derived from the event: what a crash left half done is completed, nothing is done twice.
    """

    def __init__(self, follower: str, source: str, table: Mapping[type[Event], Reaction]) -> None:
        super().__init__(follower, source)
        self.table = ByName(table)
        self._recorded = 0
        self._recorded_at = 0.0

    def recorded_position(self) -> int:
        found = self.ground.log.recorder.max_tracking_id(self.name) or 0
        if found == self._recorded < self.position:
            self._record(self.position)  # nobody else has moved it on
        self._recorded = max(found, self._recorded)
        return self._recorded

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        position = self.position
        recorder = self.ground.log.recorder
        for message in messages:
            if message["position"] <= position:
                continue
            try:
                reaction = self.table.get(message["name"])
                if reaction is not None and self.react(reaction, message):
                    self._recorded = message["position"]
            except AppendFailed as failed:
                if failed.reason != "followed":
                    raise CannotApply(message, failed) from failed
                # another replica was here first: go on from where it is
                return recorder.max_tracking_id(self.name) or position
            except Exception as error:
                if away(error):
                    raise  # the database is away, or full: it is not this event that cannot be applied
                raise CannotApply(message, error) from error
            position = message["position"]
        if position > self._recorded and time.monotonic() >= self._recorded_at + RECORD:
            self._record(position)
        return position

    def _record(self, position: int) -> None:
        try:
            self.ground.log.mark((self.name, position))
        except AppendFailed as failed:
            if failed.reason != "followed":  # another replica has come as far
                raise
        self._recorded, self._recorded_at = position, time.monotonic()

    def react(self, reaction: Reaction, message: dict[str, Any]) -> bool:
        """Carry out what one event leads to; the last command takes the position with it. Whether there was one."""
        recorded = from_wire(message)
        commands = list(reaction(recorded))
        for number, command in enumerate(commands, start=1):
            last = number == len(commands)
            self.ground.execute(command, followed=(self.name, recorded.position) if last else None)
        hops.reacted(self.ground.container.service_name, self.name, recorded, len(commands))
        return bool(commands)


class AskingReactions(Reactions):
    """Its reactions are given the ground too, to ask and to make things with before they order.

    Only the orders commit with the position: whatever a reaction does before them may be done again after a
    crash, and must then come to the same orders.
    """

    def __init__(self, follower: str, source: str, table: Mapping[type[Event], AskingReaction]) -> None:
        asking = {event: self._asking(reaction) for event, reaction in table.items()}
        super().__init__(follower, source, asking)

    def _asking(self, reaction: AskingReaction) -> Reaction:
        return lambda recorded: reaction(recorded, self.ground)
