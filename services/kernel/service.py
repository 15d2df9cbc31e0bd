"""What every service with a log offers: its log to those who follow it, and its health."""

from __future__ import annotations

from typing import Any

from nameko.rpc import rpc

from services.kernel.kernel import Ground
from services.kernel.rpc import answer


class LogService:
    """Base of identity, filing, review and certificate; subclasses give ``name`` and ``kernel``."""

    kernel: Ground

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        """A page of the log after a position, for followers that pull a gap."""
        return answer(lambda: self.kernel.log.read(int(payload["after"]), min(int(payload["limit"]), 1000)), "read_log")

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        """Each part's state: database, relay, every follower."""
        return answer(self.kernel.health, "health")
