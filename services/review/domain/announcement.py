"""The number of an announcement document belongs to the authority that used it first."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.decider import Decider
from contracts.errors import NotAllowed, Refused
from contracts.message import Command, Event
from contracts.review import AnnouncementNumberReserved, ReserveAnnouncementNumber

Announcement = AnnouncementNumberReserved | None


def decide(reserved: Announcement, command: Command) -> Sequence[Event]:
    """Nobody's yet: this authority's. A slip of the pen must not put cases under another's document."""
    if not isinstance(command, ReserveAnnouncementNumber):
        raise Refused("unknown_command", params={"command": command.NAME})
    actor = command.meta.actor
    if actor.kind != "officer" or actor.authority_id is None:
        raise NotAllowed("officers_only")
    if not actor.may("announce"):
        raise NotAllowed("duty_missing", params={"duty": "announce"})
    can_be_printed(command.document_number)
    if reserved is None:
        return [
            AnnouncementNumberReserved(
                announcement_id=command.announcement_id,
                document_number=command.document_number,
                issuer_id=actor.authority_id,
            )
        ]
    if reserved.issuer_id != actor.authority_id:
        raise Refused("document_number_taken", params={"document_number": reserved.document_number})
    if reserved.document_number != command.document_number:  # the gazette would have one document twice
        raise Refused("document_number_spelling", params={"document_number": reserved.document_number})
    return []


def can_be_printed(number: str) -> None:
    """It stands in the gazette and its feed: nothing invisible, nothing that XML cannot write, and not only brackets."""
    if number != number.strip() or not number.isprintable() or not any(map(str.isalnum, number)):
        raise Refused("document_number_form")


def evolve(reserved: Announcement, event: Event) -> Announcement:
    """Whose it is."""
    return event if isinstance(event, AnnouncementNumberReserved) else reserved


ANNOUNCEMENT: Decider[Announcement, Command, Event] = Decider("announcement", None, decide, evolve)
