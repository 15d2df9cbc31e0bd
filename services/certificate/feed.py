"""The feed for other provinces: our log's certificate events from a position on, as CloudEvents 1.0.

Nothing is kept for it: the same position gives the same event with the same id for ever, so that a subscriber
may ask again, and drop what it has seen. Numbers drawn and other inner matters are not told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.certificate_feed import FeedEvent, FeedPage
from contracts.identifiers import parse_certificate_identifier
from contracts.message import Recorded, derived_id
from contracts.versions import current_name
from services.certificate.telling import TELLING
from services.kernel.wire import from_wire

PAGE = 500
ReadLog = Callable[[int, int], list[dict[str, Any]]]


def read_feed(read: ReadLog, after: int, limit: int) -> FeedPage:
    """Up to so many events that come after a position; none when there is nothing new."""
    events: list[FeedEvent] = []
    position = after
    while len(events) < limit and (page := read(position, PAGE)):
        for message in page:
            position = message["position"]
            if current_name(message["name"]) in TELLING:
                events.append(translated(from_wire(message)))
                if len(events) == limit:
                    break
    return FeedPage(events=tuple(events), next=position)


def translated(recorded: Recorded[Any]) -> FeedEvent:
    """The event as other provinces get it, checked by the CloudEvents library."""
    event = recorded.event
    told_as, data = TELLING[event.NAME]
    source = f"urn:zhuce:certificates:{_issuer(event)}"
    attributes = {
        "specversion": "1.0",
        # the issuer is part of it: two provinces' logs both have a position 17
        "id": str(derived_id("feed", source, recorded.position)),
        "source": source,
        "type": told_as,
        "subject": getattr(event, "identifier", None) or event.registration_number,
        "time": recorded.meta.at,
        "datacontenttype": "application/json",
        "position": recorded.position,
    }
    written = JSONFormat().write(CloudEvent(attributes, data(event).model_dump(mode="json")))
    return FeedEvent.model_validate_json(written)


def _issuer(event: Any) -> str:
    """The identifier names it; of an old certificate without one the register does, or only the place is known."""
    if (identifier := getattr(event, "identifier", None)) is not None:
        return parse_certificate_identifier(identifier).issuer
    issuer = event.issuer
    return str(issuer.uscc or issuer.place)
