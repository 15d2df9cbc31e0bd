"""One service's event log: load a stream, carry out a command exactly once, let others read on from a position."""

from __future__ import annotations

import hashlib
import itertools
import operator
import random
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from contracts.decider import Claim, Decider
from contracts.errors import Refusal, Refused, Stale
from contracts.message import Accepted, Command, Event, Metadata, Recorded
from services.kernel.append import Append, AppendFailed
from services.kernel.mapper import decode, decode_event, encode
from services.kernel.memory import Loaded, Memory
from services.kernel.recorder import PostgresRecorder
from services.kernel.wire import to_wire
from services.kernel.writer import LARGEST

S = TypeVar("S")
ATTEMPTS = 20
"""Rivals on one stream retry this often before the caller hears of it; each attempt decides anew on fresh state."""
PAUSE = 0.01
"""Seconds, at most, between attempts."""
TURNS = 64
"""Rivals in one process take turns, so that only other processes' rivals cost an attempt. Streams share this many."""
STRETCH = 250
"""Commands of a page that are decided at a stretch."""
Order = tuple[Decider[Any, Any, Any], object, Command]
"""(decider, key, command)"""
Row = tuple[int, int, str, str]
"""(position, version, name, body)"""


@dataclass(frozen=True)
class Decided:
    """What a command is to change, and the stream's state and version once it has."""

    append: Append
    state: Any
    version: int


class EventLog:
    """``source`` is the service's name: the log that others know this one by."""

    def __init__(self, source: str, recorder: PostgresRecorder) -> None:
        self.source = source
        self.recorder = recorder
        self._turns = [threading.Lock() for _ in range(TURNS)]
        self._memory = Memory()

    def load(self, decider: Decider[S, Any, Any], key: object) -> Loaded[S]:
        """The stream's state now. A stream without events is at version 0, in the decider's initial state.

        What this process remembers of it is brought up to date, so a long stream is read once.
        """
        stream = decider.stream(key)
        loaded = self._memory.get(decider, stream) or Loaded(decider.initial, 0, 0)
        rows = self.recorder.load(stream, after=loaded.version)
        return self._memory.keep(decider, stream, self._advanced(decider, loaded, rows)) if rows else loaded

    def _advanced(self, decider: Decider[S, Any, Any], loaded: Loaded[S], rows: Iterable[Row]) -> Loaded[S]:
        state, row = loaded.state, None
        for row in rows:
            state = decider.evolve(state, decode_event(row[2], row[3]))
        return loaded if row is None else Loaded(state, row[1], row[0])

    def history(self, stream: str) -> list[Recorded[Any]]:
        """Every event of one stream, in order."""
        return [decode(self.source, p, stream, v, name, body) for p, v, name, body in self.recorder.load(stream)]

    # -- commands ---------------------------------------------------------------------------------------------

    def handle(
        self,
        decider: Decider[Any, Any, Any],
        key: object,
        command: Command,
        *,
        followed: tuple[str, int] | None = None,
    ) -> Accepted:
        """Load, decide, append; the first reply again for a repeated command id.

        Raises Refused and its kin when the rules say no, Stale when the expected version has passed.
        ``followed`` commits the position that a reaction has reached together with its events.
        """
        with self._turns[hash(decider.stream(key)) % TURNS]:
            return self._handle(decider, key, command, followed)

    def _handle(
        self, decider: Decider[Any, Any, Any], key: object, command: Command, followed: tuple[str, int] | None
    ) -> Accepted:
        stream, fingerprint = decider.stream(key), _fingerprint(command)
        # What is remembered may be old. If something happens by it the append finds out; nothing and no are said only
        # after looking.
        loaded = self._memory.get(decider, stream)
        fresh = loaded is None
        for attempt in range(ATTEMPTS):
            if loaded is None:
                loaded, fresh = self.load(decider, key), True
            try:
                decided = self._decided(decider, stream, loaded, command, fingerprint, followed)
            except Refusal:
                if first := self._first_reply(command.meta, fingerprint):
                    self.mark(followed)
                    return first
                if fresh:
                    raise
                loaded = None
                continue
            if not (fresh or decided.append.rows):
                loaded = None
                continue
            try:
                position = self._commit(decided.append)
            except AppendFailed as failed:
                if failed.reason == "claimed":
                    # its first reply if it was handled: by a rival, or by this very attempt before its reply was lost
                    if first := self._first_reply(command.meta, fingerprint):
                        self.mark(followed)
                        return first
                    raise Refused(failed.detail or "claimed") from None
                if failed.reason == "handled" and (first := self._first_reply(command.meta, fingerprint)):
                    self.mark(followed)
                    return first
                if failed.reason == "followed" or (failed.reason == "conflict" and attempt == ATTEMPTS - 1):
                    raise
                if attempt:  # what is remembered may be of a database that has lost its last moments since
                    self._memory.drop(stream)
                # Moved on: look again. Not in step with the rival, who would win every time.
                time.sleep(random.uniform(0, PAUSE))
                loaded = None
                continue
            return self._accepted(decider, key, decided, position)
        raise Stale.at(command.meta.expected_version or 0, self.load(decider, key).version)

    def _accepted(self, decider: Decider[Any, Any, Any], key: object, decided: Decided, position: int) -> Accepted:
        after = Loaded(decided.state, decided.version, position or decided.append.stands)
        self._memory.keep(decider, decider.stream(key), after)
        return Accepted(id=str(key), version=after.version, position=after.position, service=self.source)

    def handle_all(self, orders: Sequence[Order]) -> list[Accepted | Refusal]:
        """Many commands in few transactions; each succeeds or is refused for itself.

        Commands of one stream are decided one after the other. Those of which something stands in the way (a rival, a
        claim, an event of the same page that did not come to be) are looked at again, alone and after the others.
        """
        outcomes: list[Accepted | Refusal] = []
        for start in range(0, len(orders), LARGEST):
            page = orders[start : start + LARGEST]
            for order, outcome in zip(page, self._handle_page(page), strict=True):
                outcomes.append(outcome or self._outcome(*order))
        return outcomes

    def _outcome(self, decider: Decider[Any, Any, Any], key: object, command: Command) -> Accepted | Refusal:
        try:
            return self.handle(decider, key, command)
        except Refusal as refusal:
            return refusal

    def _handle_page(self, page: Sequence[Order]) -> list[Accepted | Refusal | None]:
        """One transaction, as a rule. None for those that need to be looked at again, alone."""
        streams = self._load_all({decider.stream(key): decider for decider, key, _ in page})
        handled = self.recorder.find_all_handled([command.meta.command_id for *_, command in page])
        outcomes: list[Accepted | Refusal | None] = [None] * len(page)
        decisions: dict[int, Decided] = {}
        moved: set[str] = set()
        for number, (decider, key, command) in enumerate(page):
            if number % STRETCH == STRETCH - 1:
                time.sleep(0)  # others in this process have their turn
            stream = decider.stream(key)
            fingerprint = _fingerprint(command)
            try:
                if (row := handled.get(command.meta.command_id)) is not None:
                    outcomes[number] = self._reply_again(command.meta, fingerprint, row)
                    continue
                decided = self._decided(decider, stream, streams[stream], command, fingerprint, None)
            except Refusal as refusal:
                # No is not said on the strength of events that are not there yet.
                outcomes[number] = None if stream in moved else refusal
                continue
            if decided.append.rows:
                moved.add(stream)
                streams[stream] = Loaded(decided.state, decided.version, 0)
            elif stream in moved:
                continue
            decisions[number] = decided
        positions = self.recorder.writer.append_all([decided.append for decided in decisions.values()])
        for (number, decided), position in zip(decisions.items(), positions, strict=True):
            if isinstance(position, int):
                where = position or decided.append.stands
                outcomes[number] = Accepted(
                    id=str(page[number][1]), version=decided.version, position=where, service=self.source
                )
        return outcomes

    def _load_all(self, wanted: Mapping[str, Decider[Any, Any, Any]]) -> dict[str, Loaded[Any]]:
        loaded = {stream: Loaded(decider.initial, 0, 0) for stream, decider in wanted.items()}
        for stream, rows in itertools.groupby(self.recorder.load_all(list(wanted)), key=operator.itemgetter(0)):
            loaded[stream] = self._advanced(wanted[stream], loaded[stream], (row[1:] for row in rows))
        return loaded

    def states(self, decider: Decider[S, Any, Any], keys: Sequence[object]) -> dict[object, S]:
        """The states of many streams, read in one go; none of them is remembered."""
        loaded = self._load_all({decider.stream(key): decider for key in keys})
        return {key: loaded[decider.stream(key)].state for key in keys}

    def _commit(self, append: Append) -> int:
        """The position of its last event: together with whatever else waits to be committed."""
        return self.recorder.append(append)

    def _decided(
        self,
        decider: Decider[Any, Any, Any],
        stream: str,
        loaded: Loaded[Any],
        command: Command,
        fingerprint: str,
        followed: tuple[str, int] | None,
    ) -> Decided:
        """What to append. A command that changes nothing is handled too: sent again later, it must still do nothing."""
        expected = command.meta.expected_version
        if expected is not None and expected != loaded.version:
            raise Stale.at(expected, loaded.version)
        state, version = loaded.state, loaded.version
        rows, claims, releases = [], [], []
        for event in decider.decide(loaded.state, command):
            for change in decider.claims(state, event):
                if isinstance(change, Claim):
                    claims.append((stream, change))
                else:
                    releases.append((stream, change.kind))
            version += 1
            recorded: Recorded[Event] = Recorded(self.source, 0, stream, version, event, command.meta)
            rows.append((stream, version, event.NAME, encode(recorded)))
            state = decider.evolve(state, event)
        handled = (command.meta.command_id, fingerprint, stream, version)
        return Decided(Append(rows, handled, claims, releases, followed, loaded.position), state, version)

    def _first_reply(self, meta: Metadata, fingerprint: str) -> Accepted | None:
        row = self.recorder.find_handled(meta.command_id)
        return None if row is None else self._reply_again(meta, fingerprint, row)

    def _reply_again(self, meta: Metadata, fingerprint: str, row: tuple[str, str, int, int]) -> Accepted:
        if row[0] != fingerprint:
            raise Refused("command_id_reused", params={"command_id": meta.command_id})
        _, key = row[1].split("-", 1)
        return Accepted(id=key, version=row[2], position=row[3], service=self.source)

    def mark(self, followed: tuple[str, int] | None) -> None:
        """Record a followed position that led to no new event."""
        if followed is not None:
            self._commit(Append([], followed=followed))

    # -- reading on -------------------------------------------------------------------------------------------

    def read(self, after: int, limit: int = 500) -> list[dict[str, Any]]:
        """A page of the log as messages, the way the relay publishes them and followers pull gaps: without secrets."""
        return [to_wire(self.source, *row) for row in self.recorder.page(after, limit)]

    def holder(self, kind: str, key: str) -> str | None:
        """The id of the stream that holds this claim: claims are also the index that is never behind."""
        with self.recorder.database.cursor() as cursor:
            cursor.execute("SELECT stream FROM claims WHERE kind = %s AND key = %s", [kind, key])
            row = cursor.fetchone()
        return row[0].split("-", 1)[1] if row else None

    def holders(self, kind: str, prefix: str) -> list[str]:
        """The ids of the streams whose claims of this kind begin so."""
        with self.recorder.database.cursor() as cursor:
            cursor.execute(
                "SELECT stream FROM claims WHERE kind = %s AND starts_with(key, %s) ORDER BY key", [kind, prefix]
            )
            return [row[0].split("-", 1)[1] for row in cursor.fetchall()]

    def held(self, kind: str, keys: Sequence[str]) -> list[str]:
        """Those of these keys that are claimed."""
        with self.recorder.database.cursor() as cursor:
            cursor.execute("SELECT key FROM claims WHERE kind = %s AND key = ANY(%s)", [kind, list(keys)])
            return [row[0] for row in cursor.fetchall()]

    def held_before(self, kind: str, key: str, limit: int) -> list[tuple[str, str]]:
        """The smallest keys of this kind before ``key``, each with the id of its stream: what keys order by day is due."""
        with self.recorder.database.cursor() as cursor:
            cursor.execute(
                "SELECT key, stream FROM claims WHERE kind = %s AND key < %s ORDER BY key LIMIT %s", [kind, key, limit]
            )
            return [(row[0], row[1].split("-", 1)[1]) for row in cursor.fetchall()]

    def head(self) -> int:
        """The last position, 0 when the log is empty."""
        return self.recorder.max_notification_id() or 0


def _fingerprint(command: Command) -> str:
    """What was ordered, without who and when: the same id with another order is a client's mistake."""
    body = command.model_dump_json(exclude=set(command.FILLED_IN) | {"meta"})
    return hashlib.sha256(f"{command.NAME}{body}".encode()).hexdigest()
