"""What every service with a log offers: its log to those who follow it, its health, its dead letters."""

from __future__ import annotations

from typing import Any

from nameko.rpc import rpc

from contracts.dead_letters import ReadDeadLetters, ReplayDeadLetters
from services.kernel.dead_letters import letters_of, replay_for
from services.kernel.kernel import Ground
from services.kernel.rpc import answer, parse


class LogService:
    """Base of identity, filing, review and certificate; subclasses give ``name`` and ``kernel``."""

    kernel: Ground

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        """A page of the log after a position, for followers that pull a gap."""
        return answer(lambda: self.kernel.log.read(int(payload["after"]), min(int(payload["limit"]), 1000)), "read_log")

    @rpc
    def head(self, payload: None = None) -> dict[str, Any]:
        """The last position of the log: how far those who follow it have to come."""
        return answer(self.kernel.log.head, "head")

    @rpc
    def status(self, payload: None = None) -> dict[str, Any]:
        """Everything an operator wants to know of this process."""
        return answer(self.kernel.status, "status")

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        """Each part's state: database, relay, every follower."""
        return answer(self.kernel.health, "health")

    @rpc
    def dead_letters(self, payload: Any) -> dict[str, Any]:
        """The jobs that this service has laid aside."""
        return answer(lambda: letters_of(self.kernel, parse(ReadDeadLetters, payload)), "dead_letters")

    @rpc
    def replay_dead_letters(self, payload: Any) -> dict[str, Any]:
        """A new start for these jobs, or for all."""
        return answer(lambda: replay_for(self.kernel, parse(ReplayDeadLetters, payload)), "replay_dead_letters")
