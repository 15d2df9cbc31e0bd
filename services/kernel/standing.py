"""How a service stands right now: asked when somebody wants to know, all parts at once, none waited for longer than a moment.

Health, ``/metrics`` and the status that operators read all come from here, so they cannot contradict each other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import eventlet
from kombu import Connection, Queue
from nameko.messaging import QueueConsumer

from contracts.status import (
    CommandStatus,
    FollowerStatus,
    PartStatus,
    PoolStatus,
    QueueStatus,
    RebuildStatus,
    RelayStatus,
    ServiceStatus,
)
from services.kernel import metrics
from services.kernel.calls import Calls
from services.kernel.rpc import RpcClient, answer

T = TypeVar("T")
BOUND = 1.0
"""Seconds that any one part is waited for: whoever asks for health waits two."""
FAR_BEHIND = 10_000
"""Events by which a follower may lag before health says that it should be looked at: two of the largest batches."""
STARTED = datetime.now(UTC)
Check = Callable[[], dict[str, Any]]


def within(seconds: float, work: Callable[[], T]) -> T:
    """What it returns; TimeoutError when that takes too long, which unlike eventlet's own is an ordinary error."""
    timeout = eventlet.Timeout(seconds)
    try:
        return work()
    except eventlet.Timeout as passed:
        if passed is not timeout:
            raise
        raise TimeoutError(f"no answer in {seconds} s") from None
    finally:
        timeout.cancel()


def checked(checks: Mapping[str, Check]) -> dict[str, dict[str, Any]]:
    """Every part's answer, asked at once. One that fails, or does not answer, is not ok."""

    def ask(name: str) -> dict[str, Any]:
        found = answer(lambda: within(BOUND, checks[name]), f"health.{name}").get("ok")
        return found if isinstance(found, dict) else {"ok": False}

    pool = eventlet.GreenPool(max(1, len(checks)))
    return dict(zip(checks, pool.imap(ask, checks), strict=True))


def well(parts: Mapping[str, Mapping[str, Any]]) -> bool:
    """Every part is ok, or merely ``degraded``: to be looked at, but no reason to keep people out."""
    return all(part["ok"] or part.get("degraded") for part in parts.values())


# -- parts ---------------------------------------------------------------------------------------------------


def broker(container: Any) -> dict[str, Any]:
    """Whether this process consumes its queues now: its connection is there, not only the broker."""
    extensions = list(container.extensions)
    consumers = [_consumes(one) for one in extensions if isinstance(one, QueueConsumer)]
    # Feeds have a connection of their own. By what they have, not by class: they stand on this module.
    listeners = [bool(one.connected) for one in extensions if getattr(one, "feeds", None)]
    calls = [one.connected for one in extensions if isinstance(one, Calls)]
    return {"ok": all(consumers + listeners + calls)}


def _consumes(consumer: QueueConsumer) -> bool:
    channels = [one.channel for one in dict(consumer._consumers).values()]
    # The connection of a channel is taken from it when it breaks; nameko asks the same before it acknowledges.
    return bool(channels) and all(channel is not None and channel.connection is not None for channel in channels)


class Heads:
    """The last positions of other services' logs, asked when wanted and kept for a second."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc
        self._known: dict[str, int] = {}
        self._asked: dict[str, float] = {}

    def of(self, sources: Iterable[str]) -> dict[str, int]:
        """By source; the last known head of one that does not answer, nothing when there is none."""
        now, all_of_them = time.monotonic(), set(sources)
        wanted = [source for source in all_of_them if now - self._asked.get(source, now - 9) > 1.0]
        pool = eventlet.GreenPool(max(1, len(wanted)))
        for source, head in zip(wanted, pool.imap(self._ask, wanted), strict=True):
            self._asked[source] = now  # also of one that is away: who asks often must not flood the broker
            if head is not None:
                self._known[source] = head
        return {source: self._known[source] for source in all_of_them if source in self._known}

    def _ask(self, source: str) -> int | None:
        try:
            return int(self._rpc.call(source, "head", None, BOUND / 2))
        except Exception:  # away, or of a version that does not tell: what is seen of the rest must not suffer
            return None


def followers(container: Any, heads: Heads) -> dict[str, FollowerStatus]:
    """Every follower of this process, by the name of its part of health."""
    # By what they have, not by class: the module that defines them stands on this one.
    found = sorted((e for e in container.extensions if hasattr(e, "recorded_position")), key=lambda e: str(e.name))
    known = heads.of({one.source for one in found})
    told = {}
    for one in found:
        head, error = known.get(one.source), one.error or {}
        told[one.name] = FollowerStatus(
            follower=metrics.follower_label(one.name, one.source),
            source=one.source,
            position=max(0, one.position),
            head=head,
            lag=None if head is None else max(0, head - max(0, one.position)),
            caught_up=one.caught_up,
            stopped_at=error.get("event"),
        )
    return told


def with_lag(parts: dict[str, dict[str, Any]], told: Mapping[str, FollowerStatus]) -> dict[str, dict[str, Any]]:
    """Followers' parts with their lag: not ok before the first catching up, degraded when far behind."""
    for name, one in told.items():
        part = parts.get(name)
        if part is None:
            continue
        part |= {"caught_up": one.caught_up, "lag": one.lag}
        if part["ok"] and not one.caught_up:
            part["ok"] = False
        elif part["ok"] and one.lag is not None and one.lag > FAR_BEHIND:
            part |= {"ok": False, "degraded": True}
    return parts


def queues(container: Any) -> tuple[list[QueueStatus], dict[str, int]]:
    """Messages ready in this process's queues, and the jobs laid aside, from the broker itself."""
    names = {e.queue.name for e in container.extensions if isinstance(getattr(e, "queue", None), Queue)}
    names = {name for name in names if not name.startswith("rpc.reply-")}
    dead = {f"{name}.dead": name.removeprefix("jobs.") for name in names if name.startswith("jobs.")}
    found: list[QueueStatus] = []
    laid_aside = dict.fromkeys(dead.values(), 0)
    with Connection(container.config["AMQP_URI"], connect_timeout=BOUND) as connection:
        for name in sorted(names | dead.keys()):
            try:
                declared = connection.default_channel.queue_declare(name, passive=True)
            except connection.channel_errors:  # not there; a real broker closes the channel over it
                connection.close()
                continue
            if name in dead:
                laid_aside[dead[name]] = declared.message_count
            else:
                found.append(QueueStatus(queue=name, ready=declared.message_count, consumers=declared.consumer_count))
    return found, laid_aside


# -- all of it -----------------------------------------------------------------------------------------------


def status(container: Any, ground: Any = None) -> ServiceStatus:
    """Everything an operator wants to know of this process. ``ground``: of a service with a database."""
    service: str = container.service_name
    unknown: list[str] = []

    def ask(name: str, work: Callable[[], T]) -> T | None:
        try:
            return within(BOUND * 2, work)  # health asks in two steps
        except Exception:
            unknown.append(name)
            return None

    asked: dict[str, Callable[[], Any]] = {"queues": lambda: within(BOUND, lambda: queues(container))}
    if ground is not None:
        asked["health"] = ground.health_and_followers
        if ground.has_log:
            asked["log"] = ground.positions
        if ground.rebuilds is not None:
            asked["rebuilds"] = ground.rebuilds
    pool = eventlet.GreenPool(len(asked))
    got = dict(zip(asked, pool.imap(lambda name: ask(name, asked[name]), asked), strict=True))
    health: dict[str, Any] = {"ok": False, "parts": {}}
    told: dict[str, FollowerStatus] = {}
    if ground is None:
        parts = checked({"broker": lambda: broker(container)})
        health = {"ok": well(parts), "parts": parts}
    elif "health" not in unknown:
        health, told = got["health"]
    depth, laid_aside = got["queues"] or ([], {})
    log = got.get("log")
    return ServiceStatus(
        service=service,
        ok=health["ok"],
        version=metrics.version(),
        started_at=STARTED,
        parts={name: PartStatus.of(part) for name, part in health["parts"].items()},
        position=log["head"] if log else None,
        writes=ground.writes() if ground is not None else None,
        relay=RelayStatus(
            active=ground.relay_active(),
            elsewhere=log["published_by_somebody"] and not ground.relay_active(),
            position=log["published"],
            lag=log["head"] - log["published"],
        )
        if log
        else None,
        followers=tuple(told.values()),
        queues=tuple(depth),
        dead_letters=laid_aside,
        refusals=_refusals(service),
        commands=_commands(service),
        pool=PoolStatus(in_use=ground.database.in_use, size=ground.database.size) if ground is not None else None,
        rebuilds=tuple(
            RebuildStatus(view=one.view, running=one.state == "running", done=one.done, total=one.total)
            for one in got.get("rebuilds") or ()
            if one.state != "idle"
        ),
        unknown=tuple(unknown),
    )


def _refusals(service: str) -> dict[str, int]:
    found = metrics.counted(metrics.REFUSALS, service=service)
    return {key[0]: int(n) for key, n in sorted(found.items(), key=lambda one: -one[1])}


def _commands(service: str) -> tuple[CommandStatus, ...]:
    ended: dict[str, dict[str, int]] = {}
    for (command, outcome), n in metrics.counted(metrics.COMMANDS, service=service).items():
        ended.setdefault(command, {})[outcome] = int(n)
    took = metrics.quantiles(metrics.COMMAND_SECONDS, (0.5, 0.99), service=service)
    return tuple(
        CommandStatus.model_validate(
            {"command": name, **ends, **dict(zip(("p50_ms", "p99_ms"), _ms(took.get((name,), [])), strict=False))}
        )
        for name, ends in sorted(ended.items())
    )


def _ms(seconds: Iterable[float]) -> list[float]:
    return [round(one * 1000, 2) for one in seconds]
