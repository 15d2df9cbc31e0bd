"""Events to rows and back under our own names: eventsourcing's Mapper with JSON that is validated when read."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from contracts.message import MESSAGES, Event, Metadata, Recorded, read_event
from contracts.stored import STORED


class NamedEventMapper(Mapper[str]):
    """Stores ``{"event": …, "meta": …}`` under the event's chosen name. Set as MAPPER_TOPIC for eventsourcing."""

    def __init__(self, source: str = "") -> None:
        self.source = source

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The row of a recorded event."""
        if not isinstance(domain_event, Recorded):
            raise TypeError("only recorded events are stored")
        return StoredEvent(
            originator_id=domain_event.stream,
            originator_version=domain_event.version,
            topic=domain_event.event.NAME,
            state=encode(domain_event).encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded[Any]:
        """The recorded event of a row: parsed, brought up to date, validated."""
        position = stored_event.id if isinstance(stored_event, Notification) else 0
        return decode(
            self.source,
            position,
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )


def encode(recorded: Recorded[Any]) -> str:
    """The stored text of an event and its metadata."""
    return f'{{"event":{recorded.event.model_dump_json()},"meta":{recorded.meta.model_dump_json(exclude_none=True)}}}'


def decode(
    source: str, position: int, stream: str | UUID, version: int, name: str, body: str | bytes | dict[str, Any]
) -> Recorded[Any]:
    """The recorded event that this row or message carries."""
    cls, text = MESSAGES.get(name), ""
    if isinstance(body, dict) or cls is None or not issubclass(cls, Event):
        data = body if isinstance(body, dict) else json.loads(body)
        event, meta = read_event(name, data["event"]), Metadata.model_validate(data["meta"])
    else:  # today's shape as text: parsed and validated in one go, without dictionaries in between
        stored = _stored(cls)(body, context=STORED)
        event, meta = stored["event"], stored["meta"]
        text = body if isinstance(body, str) else body.decode()
    return Recorded(source, position, str(stream), version, event, meta, text)


def decode_event(name: str, body: str) -> Event:
    """The event of a stored text alone: what a stream's state is made of. Who caused it is not read."""
    cls = MESSAGES.get(name)
    if cls is None or not issubclass(cls, Event):
        return read_event(name, json.loads(body)["event"])
    return _alone(cls)(body, context=STORED)["event"]  # type: ignore[no-any-return]


@functools.cache
def _alone(cls: type[Event]) -> Callable[..., dict[str, Any]]:
    return _reader("Alone", {"event": cls})


@functools.cache
def _stored(cls: type[Event]) -> Callable[..., dict[str, Any]]:
    """Reads both in one go."""
    return _reader("Stored", {"event": cls, "meta": Metadata})


def _reader(name: str, parts: dict[str, type]) -> Callable[..., dict[str, Any]]:
    """Of a text's parts, those named; a dictionary of them is made faster than a model."""
    make: Any = TypedDict  # mypy wants it written as a class
    return TypeAdapter(make(name, parts)).validator.validate_json
