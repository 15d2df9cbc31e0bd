"""A line and a measurement at every hop of a request: command, reaction, rows. One correlation id finds them all.

Lines name services, messages, positions and codes; never a stream, whose name is somebody's id, and never a value.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from contracts.errors import Refusal
from contracts.message import Accepted, Command, Message
from services.kernel import metrics

log = logging.getLogger("zhuce.hops")
IDS = 20
"""Correlation ids that a line about a whole batch names; the others are counted."""


@dataclass
class _Hop:
    """What is learnt on the way."""

    category: str | None = None
    position: int | None = None


_inside: ContextVar[_Hop | None] = ContextVar("zhuce_hop", default=None)


def answered(service: str, message: type[Message], payload: Any, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A call that ends in one of the reply's three forms, measured and told."""
    hop = _Hop()
    token, began = _inside.set(hop), time.perf_counter()
    try:
        reply = work()
    finally:
        _inside.reset(token)
    seconds = time.perf_counter() - began
    code = reply["refusal"]["code"] if "refusal" in reply else None
    outcome = "done" if "ok" in reply else "refused" if code else "failed"
    if issubclass(message, Command):
        meta = payload.get("meta") if isinstance(payload, dict) else None
        _command(service, message, meta if isinstance(meta, dict) else {}, hop, outcome, code, seconds)
    else:
        metrics.QUESTION_SECONDS.labels(service, message.__name__).observe(seconds)
        if code:
            metrics.REFUSALS.labels(service, metrics.code_label(code)).inc()
    return reply


def executed(service: str, command: Command, category: str, work: Callable[[], Accepted]) -> Accepted:
    """A command carried out: told here unless the call that brought it tells."""
    if (outer := _inside.get()) is not None:
        outer.category = category
        accepted = work()
        outer.position = accepted.position
        return accepted
    hop, began = _Hop(category), time.perf_counter()
    outcome, code = "failed", None
    try:
        accepted = work()
        outcome, hop.position = "done", accepted.position
        return accepted
    except Refusal as refusal:
        outcome, code = "refused", refusal.code
        raise
    finally:
        about = {"command_id": command.meta.command_id, "correlation_id": command.meta.correlation_id}
        _command(service, type(command), about, hop, outcome, code, time.perf_counter() - began)


def _command(
    service: str,
    message: type[Message],
    meta: dict[str, Any],
    hop: _Hop,
    outcome: str,
    code: str | None,
    seconds: float,
) -> None:
    metrics.COMMANDS.labels(service, message.__name__, outcome).inc()
    metrics.COMMAND_SECONDS.labels(service, message.__name__).observe(seconds)
    if code:
        metrics.REFUSALS.labels(service, metrics.code_label(code)).inc()
    if log.isEnabledFor(logging.INFO):
        about = {
            "service": service,
            "command": message.NAME,
            "category": hop.category,
            "outcome": metrics.code_label(code) if code else outcome,
            "ms": round(seconds * 1000, 1),
            "position": hop.position,
            "correlation_id": _short(meta.get("correlation_id")),
            "command_id": _short(meta.get("command_id")),
        }
        log.info("command", extra=about)


def reacted(service: str, follower: str, recorded: Any, commands: int) -> None:
    """An event led to these many commands, all carried out."""
    if commands:
        about = {"service": service, "follower": follower, "event_name": recorded.event.NAME, "position": recorded.position}
        log.info("reacted", extra={**about, "commands": commands, "correlation_id": recorded.meta.correlation_id})


def projected(service: str, view: str, source: str, applied: Iterable[Any]) -> None:
    """A batch's rows are committed. ``applied``: the recorded events that the view shows, in order."""
    if not log.isEnabledFor(logging.INFO) or not (events := list(applied)):
        return
    ids = list(dict.fromkeys(one.meta.correlation_id for one in events))
    about: dict[str, Any] = {
        "service": service, "view": view, "source": source,
        "first": events[0].position, "last": events[-1].position, "events": len(events), "correlation_ids": ids[:IDS],
    }
    if len(ids) > IDS:
        about["and_others"] = len(ids) - IDS
    log.info("projected", extra=about)


def _short(text: Any) -> str | None:
    return text[:200] if isinstance(text, str) else None
