"""What every message is: commands are orders, questions ask, events are past tense; each has a chosen, versioned name.

The name (``filing.FilingSubmitted.v1``) is what is stored and sent; a module path never is, so code can move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.stored import STORED

ActorKind = Literal["person", "enterprise", "officer", "auditor", "operator", "subscriber", "system", "anonymous"]

NAMESPACE = UUID("5f0e9f0a-5a7b-5c55-9c5b-7a6875636500")
"""Root of every deterministic id (uuid5), so that a repeated message makes the same thing and never a second one."""


def derived_id(*parts: object) -> UUID:
    """The id that these parts always give: redelivery and retries then meet what they already made."""
    return uuid5(NAMESPACE, "/".join(str(part) for part in parts))


class Model(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Actor(Model):
    """Who acts, and in what capacity. Carries no personal data: ``account_id`` is a random id.

    ``place`` and ``level`` are set for officers and auditors: the authority's GB/T 2260 code and rank.
    """

    kind: ActorKind
    account_id: str
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    authority_id: UUID | None = None
    level: Literal["ministry", "province", "city", "county"] | None = None
    place: str | None = None
    duties: tuple[str, ...] = ()

    def may(self, duty: str) -> bool:
        """Whether this actor was given the duty."""
        return duty in self.duties


SYSTEM = Actor(kind="system", account_id="system")


class Metadata(Model):
    """Who, when, on whose behalf, why, and from what: kept with every event for the auditor (DOMAIN 4.5).

    ``at`` is the only clock that deciders see. ``depth`` counts the reactions between the first command and
    this one, so that a story told in order never depends on two machines' clocks agreeing.
    """

    command_id: str = Field(max_length=200)
    actor: Actor
    at: AwareDatetime
    correlation_id: str
    causation_id: str | None = None
    depth: int = 0
    on_behalf_of: str | None = None
    reason: str | None = Field(default=None, max_length=2000)
    expected_version: int | None = Field(default=None, ge=0)


class Message(Model):
    """Base of commands, questions and events."""

    NAME: ClassVar[str] = ""


class Event(Message):
    """Something that happened. Never changed once stored; older shapes are read through upcasters.

    ``SECRET`` names text fields that stay in the service's own log: others read them empty.
    """

    SECRET: ClassVar[frozenset[str]] = frozenset()


class Command(Message):
    """An order. ``meta`` is filled by the gateway or by a reaction, never by the client's body.

    ``FILLED_IN`` names fields that the service itself fills in (hashes, looked-up facts): they are no part of what was
    ordered, so a repeated command is still the same command.
    """

    FILLED_IN: ClassVar[frozenset[str]] = frozenset({"meta"})

    meta: Metadata


class Question(Message):
    """Asks without changing anything."""


E = TypeVar("E", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event as the log keeps it: where it stands, what it says, and who caused it.

    ``text`` is event and metadata as they were read, where that is today's shape; else it is empty.
    """

    source: str
    position: int
    stream: str
    version: int
    event: E
    meta: Metadata
    text: str = field(default="", compare=False, repr=False)

    @property
    def originator_id(self) -> str:
        """The stream, by the name that the eventsourcing library uses."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The version, by the name that the eventsourcing library uses."""
        return self.version


class Accepted(Model):
    """The reply to a command: the version that the stream now has and where in the log it can be seen."""

    id: str
    version: int
    position: int
    service: str = ""


M = TypeVar("M", bound=type[Message])
MESSAGES: dict[str, type[Message]] = {}
_NAME = re.compile(r"[a-z]+\.[A-Z][A-Za-z0-9]+\.v[1-9][0-9]*")


def named(name: str) -> Callable[[M], M]:
    """Give a message class its stored name; a name is given once and for all."""

    def register(cls: M) -> M:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not of the form service.PastTense.v1")
        if name in MESSAGES and MESSAGES[name].__qualname__ != cls.__qualname__:
            raise ValueError(f"{name} is already the name of {MESSAGES[name].__qualname__}")
        if name in UPCASTERS:
            raise ValueError(f"{name} is an older version, read as {UPCASTERS[name].to}")
        cls.NAME = name
        MESSAGES[name] = cls
        return cls

    return register


@dataclass(frozen=True, slots=True)
class Upcaster:
    """How the body of an older version becomes that of the version ``to``. Made by ``contracts.versions.upcasts``."""

    to: str
    change: Callable[[dict[str, Any]], dict[str, Any]]
    secret: frozenset[str] = frozenset()


UPCASTERS: dict[str, Upcaster] = {}


def read_event(name: str, body: Mapping[str, Any]) -> Event:
    """The event of this stored name and body, brought up to today's shape. KeyError when the name is unknown."""
    while (older := UPCASTERS.get(name)) is not None:
        # The page that the body came in may be read by others too: what an upcaster changes is its own copy.
        name, body = older.to, older.change(deepcopy(dict(body)))
    cls = MESSAGES[name]
    if not issubclass(cls, Event):
        raise KeyError(f"{name} is not an event")
    return cls.model_validate(body, context=STORED)


def follow(cause: Recorded[Any], command_id: str, *, reason: str | None = None) -> Metadata:
    """Metadata for a command that a reaction gives: correlation and causation are copied, never retyped.

    The time is the cause's: the reaction happened because of it, and replays tell the same story.
    """
    return Metadata(
        command_id=command_id,
        actor=SYSTEM,
        at=cause.meta.at,
        correlation_id=cause.meta.correlation_id,
        causation_id=f"{cause.source}:{cause.position}",
        depth=cause.meta.depth + 1,
        reason=reason,
    )


def in_order(recorded: Recorded[Any]) -> tuple[datetime, int, str, int]:
    """Sort key for telling events of several logs in one order."""
    return (recorded.meta.at, recorded.meta.depth, recorded.source, recorded.position)
