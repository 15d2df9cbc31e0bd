"""A notice: ordered once, sent once. Between the two it can be found among those that are not sent yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.decider import Claim, Decider, Release
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.identity import NoticeOrdered, NoticeSent, OrderNotice, RecordNoticeSent
from contracts.message import Event

Command = OrderNotice | RecordNoticeSent
UNSENT = "unsent_notice"


@dataclass(frozen=True)
class Notice:
    """None of it before it is ordered."""

    ordered: NoticeOrdered | None = None
    sent: bool = False


def evolve(state: Notice, event: Event) -> Notice:
    """The notice after one event."""
    match event:
        case NoticeOrdered():
            return replace(state, ordered=event)
        case NoticeSent():
            return replace(state, sent=True)
    return state


def decide(state: Notice, command: Command) -> Sequence[Event]:
    """What a command makes happen."""
    # Words in the authorities' name go out by themselves, or not at all.
    if command.meta.actor.kind != "system":
        raise NotAllowed("system_only")
    match command:
        case OrderNotice():
            return _order(state, command)
        case RecordNoticeSent():
            return _record_sent(state, command)


def _order(state: Notice, command: OrderNotice) -> Sequence[Event]:
    if state.ordered is not None:
        return []
    if (command.person_id is None) == (command.enterprise_id is None):
        raise Refused("notice_needs_one_recipient")
    return [NoticeOrdered(**command.model_dump(exclude={"meta"}))]


def _record_sent(state: Notice, command: RecordNoticeSent) -> Sequence[Event]:
    if state.ordered is None:
        raise NotFound.of("notice", command.notice_id)
    if state.sent:
        return []
    return [NoticeSent(**state.ordered.model_dump(exclude={"title", "due_on", "filing_id"}))]


def claims(state: Notice, event: Event) -> Sequence[Claim | Release]:
    """The index of what waits to be sent."""
    match event:
        case NoticeOrdered():
            return [Claim(UNSENT, str(event.notice_id), "notice_exists")]
        case NoticeSent():
            return [Release(UNSENT)]
    return []


NOTICE: Decider[Notice, Command, Event] = Decider("notice", Notice(), decide, evolve, claims)
