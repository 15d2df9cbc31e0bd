"""What a running service says of itself to operators: places, numbers and codes, never anybody's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import AwareDatetime, Field

from contracts.message import Model


class PartStatus(Model):
    """``degraded``: to be looked at, but no reason to keep people out. ``detail`` names what is wrong in codes."""

    ok: bool
    degraded: bool = False
    detail: str | None = None

    @classmethod
    def of(cls, part: Mapping[str, Any]) -> Self:
        """From what the part says of itself: of an error its event or its type, never its text; else its numbers."""
        ok, degraded = bool(part.get("ok")), bool(part.get("degraded"))
        error = part.get("error")
        detail = part.get("code") or ((error.get("event") or error.get("type")) if isinstance(error, dict) else None)
        if not ok and not detail:
            numbers = {k: v for k, v in part.items() if isinstance(v, int) and not isinstance(v, bool)}
            detail = ", ".join(f"{name}={value}" for name, value in numbers.items())
        return cls(ok=ok, degraded=degraded, detail=str(detail) if detail else None)


class RelayStatus(Model):
    """Publishing of the log. ``active`` here, or ``elsewhere`` in another replica; ``lag``: events not yet published."""

    active: bool
    elsewhere: bool = False
    position: int | None = None
    lag: int | None = None


class FollowerStatus(Model):
    """How far it has come in its source's log. ``stopped_at``: the event that it cannot apply, as ``filing:17 name``."""

    follower: str
    source: str
    position: int
    head: int | None = None
    lag: int | None = None
    caught_up: bool = True
    stopped_at: str | None = None


class QueueStatus(Model):
    """Messages that wait in the broker for somebody to take them."""

    queue: str
    ready: int
    consumers: int


class CommandStatus(Model):
    """A command's fate and latency since this process started; milliseconds as far as the histogram tells."""

    command: str
    done: int = 0
    refused: int = 0
    failed: int = 0
    p50_ms: float | None = None
    p99_ms: float | None = None


class WriteStatus(Model):
    """Appends to the log since this process started, and the transactions that they shared."""

    appends: int
    transactions: int


class RebuildStatus(Model):
    """A view that is, or last was, made anew: events read, and how many there are where that is known."""

    view: str
    running: bool
    done: int
    total: int | None = None


class PoolStatus(Model):
    """Database connections: lent out now, and how many may be."""

    in_use: int
    size: int


class ServiceStatus(Model):
    """One process of a service, whichever replica answered. ``unknown``: parts that could not be asked in time."""

    service: str
    ok: bool
    version: str = "unknown"
    started_at: AwareDatetime | None = None
    parts: dict[str, PartStatus] = Field(default_factory=dict)
    position: int | None = None
    writes: WriteStatus | None = None
    relay: RelayStatus | None = None
    followers: tuple[FollowerStatus, ...] = ()
    queues: tuple[QueueStatus, ...] = ()
    dead_letters: dict[str, int] = Field(default_factory=dict)
    refusals: dict[str, int] = Field(default_factory=dict)
    commands: tuple[CommandStatus, ...] = ()
    pool: PoolStatus | None = None
    rebuilds: tuple[RebuildStatus, ...] = ()
    unknown: tuple[str, ...] = ()


class SystemStatus(Model):
    """Every service and the gateway; ``ok`` when people can be let in."""

    ok: bool
    at: AwareDatetime
    services: tuple[ServiceStatus, ...]
