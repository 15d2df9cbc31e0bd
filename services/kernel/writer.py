"""Group commit: whatever waits to be appended goes into one transaction, and nobody waits for more to come.

The first caller that finds no one at work writes; those who come meanwhile wait, and one of them writes for all of
them when it is done. So a lone append costs one round trip and a crowd shares one. Works with green threads and real ones.

One append never harms its neighbours: those that the database refuses are left out and told, and when a batch fails
for any other reason its appends are tried one by one. A connection lost during commit is resolved by looking.
"""

from __future__ import annotations

import _thread
import threading
import time
from collections import deque
from collections.abc import Hashable, Sequence
from typing import Any, Protocol

from services.kernel.append import Append, AppendFailed
from services.kernel.database import lost

LARGEST = 1000
"""Appends in one transaction, at most."""
CHARACTERS = 4_000_000
"""Of events in one transaction, about, at most."""


class Commits(Protocol):
    """The recorder, as far as the writer needs it."""

    def append_batch(self, batch: Sequence[Append]) -> tuple[int, dict[int, AppendFailed]]:
        """Commit all and return the position before them; or nothing, and say which are in the way of themselves."""

    def find(self, append: Append) -> int | None:
        """The position of its last event, when this very append is in the log already."""


class _Ticket:
    """One append on its way. ``unsure``: it may have been committed by an attempt whose reply was lost."""

    __slots__ = ("append", "begins", "characters", "done", "ends", "error", "leads", "position", "turn", "unsure")

    def __init__(self, append: Append) -> None:
        self.append = append
        self.begins: dict[str, int] = {}
        """The first version that it gives each of its streams; ``ends`` the last."""
        self.ends: dict[str, int] = {}
        for stream, version, *_ in append.rows:
            self.begins.setdefault(stream, version)
            self.ends[stream] = version
        self.characters = append.size
        self.position = 0
        self.error: Exception | None = None
        self.done = self.leads = self.unsure = False
        self.turn: Any = None


class Writer:
    """One per log and process. Several processes may write to one log: the database makes them take turns."""

    def __init__(self, recorder: Commits) -> None:
        self.recorder = recorder
        self.batches = self.appends = 0
        """Transactions so far, and the appends in them: what operators see of the batching."""
        self._mutex = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._batch: list[_Ticket] = []
        self._last = 1
        self._writing = False
        self._tails: dict[str, int] = {}

    def append(self, append: Append) -> int:
        """Commit; the position of its last event, 0 without events. AppendFailed says what stood in the way.

        ``conflict`` is also raised before anything is written, when an append that waits in this process already has
        the stream: its ``actual`` is the version that comes after all that wait, to try on.
        """
        (outcome,) = self.append_all([append])
        if isinstance(outcome, int):
            return outcome
        raise outcome

    def append_all(self, appends: Sequence[Append]) -> list[int | Exception]:
        """Many at once, each for itself: its position, or what append() would raise."""
        tickets = [_Ticket(append) for append in appends]
        with self._mutex:
            for ticket in tickets:
                self._enter(ticket)
        try:
            for ticket in tickets:
                if ticket.turn is not None:
                    ticket.turn.acquire()
                if ticket.leads:
                    self._write()
                    while not ticket.done:
                        self._write()
                    self._pass_on(ticket)
        except BaseException:  # this thread is ended (a time-out, a kill): its appends go on, its turn to write must
            self._abandon(tickets)
            raise
        return [ticket.position if ticket.error is None else ticket.error for ticket in tickets]

    def _enter(self, ticket: _Ticket) -> None:
        """Follow the last that waits for the same stream, or be refused now: it could not succeed."""
        for stream, version in ticket.begins.items():
            tail = self._tails.get(stream)
            if tail is not None and version != tail + 1:
                ticket.error, ticket.done = AppendFailed("conflict", str(tail)), True
                if not self._writing:  # what it is refused for was left by one that was killed, and nobody writes it
                    self._writing = ticket.leads = True
                return
        self._tails.update(ticket.ends)
        self._waiting.append(ticket)
        if self._writing:
            ticket.turn = _thread.allocate_lock()
            ticket.turn.acquire()
        else:
            self._writing = ticket.leads = True

    def _pass_on(self, leader: _Ticket) -> None:
        """Whoever waits first writes next."""
        with self._mutex:
            leader.leads = False
            following = next((ticket for ticket in self._waiting if ticket.turn is not None), None)
            if following is None:
                self._writing = False
            else:
                following.leads = True
                following.turn.release()

    def _abandon(self, tickets: Sequence[_Ticket]) -> None:
        with self._mutex:
            for ticket in tickets:
                ticket.turn = None
        for ticket in tickets:
            if ticket.leads:
                self._pass_on(ticket)

    def _settle(self, ticket: _Ticket, error: Exception | None = None) -> None:
        """Its outcome is known. What was to follow a failed one cannot succeed, nor what was to follow that."""
        self._tell(ticket, error)
        failed, before = set(ticket.ends if error is not None else ()), 0
        while len(failed) > before:
            before = len(failed)
            for other in (*self._batch, *self._waiting):
                if not other.done and not failed.isdisjoint(other.begins):
                    self._tell(other, AppendFailed("conflict"))
                    failed.update(other.ends)
        if failed:
            self._waiting = deque(other for other in self._waiting if not other.done)

    def _tell(self, ticket: _Ticket, error: Exception | None) -> None:
        ticket.error, ticket.done = error, True
        for stream, version in ticket.ends.items():
            if error is not None or self._tails.get(stream) == version:
                self._tails.pop(stream, None)
        if ticket.turn is not None and not ticket.leads:
            ticket.turn.release()

    # -- writing ------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        """One batch, to the end: every append in it is settled, or waits again when this thread is ended."""
        if len(self._waiting) < self._last:  # those who were just told have not had their turn to come again
            time.sleep(0)
        with self._mutex:
            self._batch = self._take()
            self._last = len(self._batch)
        try:
            self._commit()
        except BaseException:
            with self._mutex:
                unfinished = [ticket for ticket in self._batch if not ticket.done]
                for ticket in unfinished:
                    ticket.unsure = True
                self._waiting.extendleft(reversed(unfinished))
                self._batch = []
            raise
        self._batch = []

    def _take(self) -> list[_Ticket]:
        """As many as wait and may be committed together."""
        batch: list[_Ticket] = []
        touched: set[Hashable] = set()
        characters = 0
        while self._waiting and len(batch) < LARGEST and characters < CHARACTERS:
            append = self._waiting[0].append
            exclusive = set(append.exclusive())
            if not touched.isdisjoint(exclusive):
                break
            touched |= exclusive
            characters += self._waiting[0].characters
            batch.append(self._waiting.popleft())
        return batch

    def _commit(self) -> None:
        """Every round settles at least one of them, or all."""
        lost_before = False
        while left := [ticket for ticket in self._batch if not ticket.done]:
            try:
                before, refusals = self.recorder.append_batch([ticket.append for ticket in left])
            except Exception as error:
                if lost(error) and not lost_before:
                    lost_before = True
                    for ticket in left:
                        ticket.unsure = True
                elif lost(error) or len(left) == 1:
                    self._settle_all(left, error)
                else:
                    self._one_by_one(left)
                continue
            if refusals:
                self._refuse(left, refusals)
                continue
            self.batches += 1
            self.appends += len(left)
            with self._mutex:
                for ticket in left:
                    before += len(ticket.append.rows)
                    ticket.position = before if ticket.append.rows else 0
                    self._settle(ticket)

    def _one_by_one(self, batch: Sequence[_Ticket]) -> None:
        """Which of them the database cannot take is not known: each is tried alone."""
        for ticket in batch:
            if ticket.done:
                continue
            self._batch = [ticket]
            try:
                self._commit()
            finally:
                self._batch = list(batch)

    def _settle_all(self, batch: Sequence[_Ticket], error: Exception) -> None:
        with self._mutex:
            for ticket in batch:
                if not ticket.done:
                    self._settle(ticket, error)

    def _refuse(self, batch: Sequence[_Ticket], refusals: dict[int, AppendFailed]) -> None:
        """An append that was sent before may stand in its own way: then it is there already."""
        found = {of: self.recorder.find(batch[of].append) for of in refusals if batch[of].unsure}
        with self._mutex:
            for of, failed in refusals.items():
                position = found.get(of)
                if position is not None:
                    batch[of].position = position
                    self._settle(batch[of])
                elif not batch[of].done:
                    self._settle(batch[of], failed)
