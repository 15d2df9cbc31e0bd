"""One service's event log: load a stream, carry out a command exactly once, let others read on from a position."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg2

from contracts.decider import Claim, Decider
from contracts.errors import Refused, Stale
from contracts.message import Accepted, Command, Event, Metadata, Recorded
from services.kernel.append import Append, AppendFailed
from services.kernel.mapper import decode, encode
from services.kernel.recorder import PostgresRecorder
from services.kernel.wire import to_wire

S = TypeVar("S")
ATTEMPTS = 20
"""Rivals on one stream retry this often before the caller hears of it; each attempt decides anew on fresh state."""
PAUSE = 0.01
"""Seconds, at most, between attempts."""
TURNS = 64
"""Rivals in one process take turns, so that only other processes' rivals cost an attempt. Streams share this many."""


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """A stream's state, the version it has, and where its last event stands in the log."""

    state: S
    version: int
    position: int


class EventLog:
    """``source`` is the service's name: the log that others know this one by."""

    def __init__(self, source: str, recorder: PostgresRecorder) -> None:
        self.source = source
        self.recorder = recorder
        self._turns = [threading.Lock() for _ in range(TURNS)]

    def load(self, decider: Decider[S, Any, Any], key: object) -> Loaded[S]:
        """The stream's state now. A stream without events is at version 0, in the decider's initial state."""
        state, version, position = decider.initial, 0, 0
        for recorded in self.history(decider.stream(key)):
            state = decider.evolve(state, recorded.event)
            version, position = recorded.version, recorded.position
        return Loaded(state, version, position)

    def history(self, stream: str) -> list[Recorded[Any]]:
        """Every event of one stream, in order."""
        return [decode(self.source, p, stream, v, name, body) for p, v, name, body in self.recorder.load(stream)]

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
        for attempt in range(ATTEMPTS):
            if first := self._first_reply(command.meta, fingerprint):
                self.mark(followed)
                return first
            loaded = self.load(decider, key)
            expected = command.meta.expected_version
            if expected is not None and expected != loaded.version:
                raise Stale.at(expected, loaded.version)
            append, version = self._decided(decider, stream, loaded, command, fingerprint, followed)
            try:
                position = self._commit(append)
            except AppendFailed as failed:
                if failed.reason == "claimed":
                    raise Refused(failed.detail or "claimed") from None
                if failed.reason == "followed" or (failed.reason == "conflict" and attempt == ATTEMPTS - 1):
                    raise
                # Moved on, or handled meanwhile: look again. Not in step with the rival, who would win every time.
                time.sleep(random.uniform(0, PAUSE))
                continue
            return Accepted(id=str(key), version=version, position=position, service=self.source)
        raise Stale.at(command.meta.expected_version or 0, self.load(decider, key).version)

    def _commit(self, append: Append) -> int:
        """Append now. The one place where a writer that commits many decisions together can be put."""
        try:
            return self.recorder.append(append)
        except psycopg2.OperationalError:
            # The connection was lost, perhaps after the commit: look, never guess.
            if append.handled and (row := self.recorder.find_handled(append.handled[0])):
                return row[3]
            raise

    def _decided(
        self,
        decider: Decider[Any, Any, Any],
        stream: str,
        loaded: Loaded[Any],
        command: Command,
        fingerprint: str,
        followed: tuple[str, int] | None,
    ) -> tuple[Append, int]:
        """What to append. A command that changes nothing is handled too: sent again later, it must still do nothing."""
        events = decider.decide(loaded.state, command)
        state, version = loaded.state, loaded.version
        rows, claims, releases = [], [], []
        for event in events:
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
        return Append(rows, handled, claims, releases, followed), version

    def _first_reply(self, meta: Metadata, fingerprint: str) -> Accepted | None:
        row = self.recorder.find_handled(meta.command_id)
        if row is None:
            return None
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

    def head(self) -> int:
        """The last position, 0 when the log is empty."""
        return self.recorder.max_notification_id() or 0


def _fingerprint(command: Command) -> str:
    """What was ordered, without who and when: the same id with another order is a client's mistake."""
    body = command.model_dump_json(exclude=set(command.FILLED_IN) | {"meta"})
    return hashlib.sha256(f"{command.NAME}{body}".encode()).hexdigest()
