"""Older versions of events: each is read as the next one, up to today's class, and found by every name it had.

    @upcasts("filing.FilingDrafted.v1", to="filing.FilingDrafted.v2")
    def _(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "place": "430000"}

Newest first: the class, then v2 to v3, then v1 to v2. So a target that does not exist, and a circle, cannot be written.
docs/changing-an-event.md says when a new version is needed at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from contracts.message import MESSAGES, UPCASTERS, Event, Upcaster

T = TypeVar("T")
Change = Callable[[dict[str, Any]], dict[str, Any]]
_NAME = re.compile(r"(?P<service>[a-z]+)\.(?P<stem>[A-Z][A-Za-z0-9]+)\.v(?P<version>[1-9][0-9]*)")


class VersionProblem(ValueError):
    """The versions of an event do not fit together; the text says which and what to do."""


def upcasts(name: str, *, to: str, secret: Iterable[str] = ()) -> Callable[[Change], Change]:
    """The function below turns a stored body of ``name`` into one of ``to``. It must not need anything else: it runs for
    ever, on any machine. ``to`` is the next version, or another name of the same service where the event was renamed.

    ``secret`` names fields of the old shape that others must read empty, besides those that are secret in ``to``.
    """
    old, new = _parts(name), _parts(to)
    if name in MESSAGES:
        raise VersionProblem(f"{name} is what {MESSAGES[name].__qualname__} is called today: give the class a new name first")
    if name in UPCASTERS:
        raise VersionProblem(f"{name} is read as {UPCASTERS[name].to} already")
    if to not in UPCASTERS and to not in MESSAGES:
        raise VersionProblem(f"{name}: nothing is called {to} (yet: write the class and the later upcasters above)")
    if to in MESSAGES and not issubclass(MESSAGES[to], Event):
        raise VersionProblem(f"{name}: {to} is not an event")
    if old["service"] != new["service"]:
        raise VersionProblem(f"{name}: {to} belongs to another service's log")
    if old["stem"] == new["stem"] and int(new["version"]) != int(old["version"]) + 1:
        raise VersionProblem(f"{name}: the next version is v{int(old['version']) + 1}, not {to}")

    def register(change: Change) -> Change:
        UPCASTERS[name] = Upcaster(to, change, frozenset(secret))
        return change

    return register


def current_name(name: str) -> str:
    """What the event that was stored under this name is called today; an unknown name stays as it is."""
    while (older := UPCASTERS.get(name)) is not None:
        name = older.to
    return name


def names_of(*events: type[Event]) -> frozenset[str]:
    """Every name, old or today's, under which a log or a view may hold these events."""
    wanted = {event.NAME for event in events}
    return frozenset(wanted | {name for name in UPCASTERS if current_name(name) in wanted})


class UnknownEvent(LookupError):
    """A follower may not pass this event over: it was written by a newer version, whose followers may act on it."""


class ByName(Generic[T]):
    """What somebody has for each event, found by any name under which a log may hold the event.

    None for events that they have nothing for. UnknownEvent for those that nobody here knows, as an old replica meets
    them in the middle of an upgrade: it waits there for its newer self, and nothing is lost.
    """

    def __init__(self, by_event: Mapping[type[Event], T]) -> None:
        self._by_name = {event.NAME: one for event, one in by_event.items()}

    def get(self, name: str) -> T | None:
        """What there is for the event stored as ``name``."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        name = current_name(name)
        if name not in MESSAGES:
            raise UnknownEvent(f"{name} is not known to this version of the program")
        return self._by_name.get(name)


def secret_fields(name: str) -> frozenset[str]:
    """The fields that others must read empty in a body stored under this name.

    KeyError for a name that nobody knows, as a newer version's is after a roll-back: what may be secret in it cannot be
    told, so it may not be sent.
    """
    secret: frozenset[str] = frozenset()
    while (older := UPCASTERS.get(name)) is not None:
        secret |= older.secret
        name = older.to
    cls = MESSAGES[name]
    return secret | cls.SECRET if issubclass(cls, Event) else secret


def check_versions() -> None:
    """Once every contract is imported: VersionProblem when a version below a known one can no longer be read."""
    gaps = []
    for name in sorted(UPCASTERS.keys() | {name for name, cls in MESSAGES.items() if issubclass(cls, Event)}):
        parts = _parts(name)
        for version in range(1, int(parts["version"])):
            older = f"{parts['service']}.{parts['stem']}.v{version}"
            if older not in UPCASTERS and older not in MESSAGES:
                gaps.append(f"{older} is in logs, but nothing reads it as {name}")
    if gaps:
        raise VersionProblem("; ".join(gaps))


def _parts(name: str) -> dict[str, str]:
    matched = _NAME.fullmatch(name)
    if matched is None:
        raise VersionProblem(f"{name!r} is not of the form service.PastTense.v1")
    return matched.groupdict()
