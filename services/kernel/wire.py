"""Stored events as messages: what the relay publishes and what followers pull when they miss some.

A body travels as the text that is stored: whoever needs the event parses it, once for all who share the message.
"""

from __future__ import annotations

import json
from typing import Any

from contracts.message import Recorded
from contracts.versions import secret_fields
from services.kernel.mapper import decode


class Delivered(dict[str, Any]):
    """A message that many followers in one process are given: the first to read it has read it for all."""

    __slots__ = ("recorded",)
    recorded: Recorded[Any]


def to_wire(source: str, position: int, stream: str, version: int, name: str, body: str) -> dict[str, Any]:
    """A stored row as others may read it: an event's secrets (hashes of passwords and codes) are left empty."""
    return {
        "source": source,
        "position": position,
        "stream": stream,
        "version": version,
        "name": name,
        "body": _blanked(body, secrets) if (secrets := secret_fields(name)) else body,
    }


def from_wire(message: dict[str, Any]) -> Recorded[Any]:
    """The recorded event of a page or a queue message. The body may be text or what a parser made of it."""
    if not isinstance(message, Delivered):
        return _decoded(message)
    try:
        return message.recorded
    except AttributeError:
        message.recorded = recorded = _decoded(message)
        return recorded


def _decoded(message: dict[str, Any]) -> Recorded[Any]:
    return decode(
        message["source"], message["position"], message["stream"], message["version"], message["name"], message["body"]
    )


def _blanked(stored: str, secrets: frozenset[str]) -> str:
    body = json.loads(stored)
    body["event"].update((field, "") for field in secrets if field in body["event"])
    return json.dumps(body, ensure_ascii=False)
