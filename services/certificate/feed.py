"""The feed for other provinces: our log's certificate events from a position on, as CloudEvents 1.0.

Nothing is kept for it: the same position gives the same event with the same id for ever, so that a subscriber
may ask again, and drop what it has seen. Numbers drawn and other inner matters are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.certificate_feed import (
    TYPE_DOCUMENT_ISSUED,
    TYPE_GRANTED,
    CertificateDocumentIssued,
    CertificateGranted,
    FeedEvent,
    FeedPage,
    GrantedScope,
)
from contracts.identifiers import parse_certificate_identifier
from contracts.message import Event, Recorded, derived_id
from contracts.versions import current_name
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
            if current_name(message["name"]) in _TOLD:
                events.append(translated(from_wire(message)))
                if len(events) == limit:
                    break
    return FeedPage(events=tuple(events), next=position)


def translated(recorded: Recorded[Any]) -> FeedEvent:
    """The event as other provinces get it, checked by the CloudEvents library."""
    event = recorded.event
    told_as, data = _TOLD[event.NAME]
    source = f"urn:zhuce:certificates:{parse_certificate_identifier(event.identifier).issuer}"
    attributes = {
        "specversion": "1.0",
        # the issuer is part of it: two provinces' logs both have a position 17
        "id": str(derived_id("feed", source, recorded.position)),
        "source": source,
        "type": told_as,
        "subject": event.identifier,
        "time": recorded.meta.at,
        "datacontenttype": "application/json",
        "position": recorded.position,
    }
    written = JSONFormat().write(CloudEvent(attributes, data(event).model_dump(mode="json")))
    return FeedEvent.model_validate_json(written)


def _granted(event: CredentialGranted) -> CertificateGranted:
    return CertificateGranted(
        identifier=event.identifier,
        registration_number=event.registration_number,
        kind=event.kind,
        title=event.title,
        holder_name=event.holder.name,
        holder_resident_id=event.holder.resident_id,
        enterprise_name=event.holder.enterprise_name,
        scopes=tuple(GrantedScope(specialty=s.specialty, expires_on=s.expires_on) for s in event.scopes),
        issuer_name=event.issuer.name,
        issuer_uscc=event.issuer.uscc,
        place=event.issuer.place,
        granted_on=event.granted_on,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
    )


def _document_issued(event: DocumentIssued) -> CertificateDocumentIssued:
    return CertificateDocumentIssued(
        identifier=event.identifier,
        sha256=event.document.sha256,
        algorithm=event.algorithm,
        signed_at=event.signed_at,
    )


_TOLD: Mapping[str, tuple[str, Callable[[Any], CertificateGranted | CertificateDocumentIssued]]] = {
    CredentialGranted.NAME: (TYPE_GRANTED, _granted),
    DocumentIssued.NAME: (TYPE_DOCUMENT_ISSUED, _document_issued),
}
TOLD: tuple[type[Event], ...] = (CredentialGranted, DocumentIssued)
