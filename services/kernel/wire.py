"""Stored events as messages: what the relay publishes and what followers pull when they miss some."""

from __future__ import annotations

import json
from typing import Any

from contracts.message import MESSAGES, Recorded
from services.kernel.mapper import decode


def to_wire(source: str, position: int, stream: str, version: int, name: str, body: str) -> dict[str, Any]:
    """A stored row as others may read it: an event's secrets (hashes of passwords and codes) are left empty."""
    return {
        "source": source,
        "position": position,
        "stream": stream,
        "version": version,
        "name": name,
        "body": _shared(name, body),
    }


def from_wire(message: dict[str, Any]) -> Recorded[Any]:
    """The recorded event of a page or a queue message."""
    return decode(
        message["source"], message["position"], message["stream"], message["version"], message["name"], message["body"]
    )


def _shared(name: str, stored: str | bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(stored)
    for field in getattr(MESSAGES.get(name), "SECRET", ()):
        body["event"][field] = ""
    return body
