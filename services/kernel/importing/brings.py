"""What every part of an import's work stands on: what is one service's own, the import's lock, and which rows it made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.decider import Decider
from contracts.errors import Refusal, Refused
from contracts.import_life import import_decider
from contracts.import_state import Import, Messages
from contracts.imports import ImportKind, ImportRow, LineProblem
from contracts.message import SYSTEM, Command, Event, Metadata
from services.kernel.kernel import Ground
from services.kernel.log import EventLog
from services.kernel.rpc import field_problems

_LOCK = 7342018
_LED_TO = """
    SELECT h.command_id, h.stream, e.name FROM unnest(%s::text[]) AS t(id) JOIN handled_commands h ON h.command_id = t.id
    LEFT JOIN events e ON e.position = h.position AND e.stream = h.stream
        AND position('"command_id":"' || h.command_id || '"' IN e.body) > 0"""
"""A command that led to nothing points at an event that another one led to."""
LIMITS = frozenset({"min_length", "max_length", "ge", "gt", "le", "lt"})
"""What may be told of a rule that a row breaks; never what the row says."""
Order = Command | tuple[LineProblem, ...]


@dataclass(frozen=True)
class Context:
    """What the rows of one page have in common. ``import_id`` is none where they are only looked at; ``about`` is how the
    import began, or what stands for it. ``today``: nothing in a list has happened later. ``meta`` is a row's, by its line."""

    import_id: UUID | None
    about: Any
    today: date
    meta: Callable[[int], Metadata]


@dataclass(frozen=True)
class Brings:
    """What is one service's own: ``orders`` reads rows into commands or problems, ``withdraw`` makes the order that takes a
    row back (or not: ``kept`` says for what), ``rows`` is the decider of both, ``key`` the field of a row's command that is
    its stream. ``made``, ``withdrawn``, ``left``: the events of a new row, of one that is gone, of one that others still have.
    ``kept``: which rows something elsewhere rests on, with its code."""

    kind: ImportKind
    messages: Messages
    rows: Decider[Any, Any, Any]
    key: str
    orders: Callable[[Ground, Context, Sequence[ImportRow]], Sequence[Order]]
    withdraw: Callable[[UUID, UUID, str | None, Metadata], Command]
    made: type[Event]
    withdrawn: type[Event]
    left: type[Event]
    kept: Callable[[Ground, Sequence[UUID]], Mapping[UUID, str]] = lambda ground, rows: {}
    by_itself: bool = False

    @cached_property
    def decider(self) -> Decider[Import, Command, Event]:
        """The life of its imports."""
        return import_decider(self.messages)

    def handlers(self) -> dict[type[Command], Any]:
        """For the kernel: which commands are an import's."""
        m = self.messages
        return {one: (self.decider, "import_id") for one in (m.begin, m.record, m.undo, m.record_undo)}


@dataclass
class Work:
    """Base of taking, undoing and looking. ``spawn`` runs something beside the request that asked for it."""

    ground: Ground
    brings: Brings
    spawn: Callable[[Callable[[], None]], Any]

    @contextmanager
    def alone_with(self, import_id: UUID) -> Iterator[None]:
        """Nobody else takes rows of this import or takes them back meanwhile. The lock ends with the session."""
        with closing(self.ground.database.connect()) as session, session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK, str(import_id)])
            if not cursor.fetchone()[0]:
                raise Refused("import_busy")
            try:
                yield
            finally:  # said, because PostgreSQL notices only a little later that a session has ended
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK, str(import_id)])


def led_to(log: EventLog, command_ids: Sequence[str]) -> dict[str, tuple[UUID, str | None]]:
    """Of those commands that were handled: whose they were, and the name of the event that each led to, if it did."""
    with log.recorder.database.cursor() as cursor:
        cursor.execute(_LED_TO, [list(command_ids)])
        return {command: (UUID(stream.split("-", 1)[1]), name) for command, stream, name in cursor.fetchall()}


def problem_of(line: int, refusal: Refusal) -> LineProblem:
    """What is kept of a refusal: codes and counts, nothing of the row."""
    params = {key: value if isinstance(value, str | int | None) else str(value) for key, value in refusal.params.items()}
    return LineProblem(line=line, code=refusal.code, params={key: value for key, value in params.items() if key != "id"})


def problems_in(row: ImportRow, error: ValidationError, columns: Mapping[str, str] | None = None) -> tuple[LineProblem, ...]:
    """What is wrong with a row's values: each by the field that it is in."""
    found: dict[tuple[str, str], LineProblem] = {}
    for one in field_problems(error):
        name = one["field"].split(".")[0]
        column = (columns or {}).get(name, name) or None
        limits = {key: value for key, value in one["params"].items() if key in LIMITS}
        found[(one["code"], name)] = LineProblem(line=row.line, code=one["code"], column=column, params=limits)
    return tuple(found.values())


def by_itself(cause: Metadata, command_id: str) -> Metadata:
    """By the product itself, on behalf of whoever brought the rows."""
    update = {"command_id": command_id, "actor": SYSTEM, "on_behalf_of": cause.actor.account_id, "expected_version": None}
    return cause.model_copy(update=update)


def row_id(import_id: UUID, line: int) -> str:
    return f"{import_id}/{line}"
