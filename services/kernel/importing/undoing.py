"""Takes back what imports made, in the background, a stretch of lines at a time; gone on with after any crash."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import eventlet

from contracts.errors import NotAllowed, Refusal, Refused, Unavailable
from contracts.import_life import UNDOING, begun_import
from contracts.imports import Conflict, Undo
from contracts.message import SYSTEM, Accepted, Metadata
from services.kernel.clock import clock
from services.kernel.database import away
from services.kernel.importing.brings import Work, led_to, row_id
from services.kernel.observe import describe

log = logging.getLogger("zhuce.imports")
UNDO_PAGE = 2000
"""Lines that are taken back in one go."""


@dataclass
class Undoing(Work):
    """The half that takes rows back. ``undo_open`` returns at once."""

    _busy: bool = False
    _again: bool = False
    _errors: dict[UUID | None, dict[str, Any]] = field(default_factory=dict)

    def undo(self, command: Undo) -> Accepted:
        """From now on its rows are taken back, and it gets no more."""
        if self.ground.log.load(self.brings.decider, command.import_id).state.undo_reason is not None:
            return self.ground.execute(command)
        with self.alone_with(command.import_id):
            accepted = self.ground.execute(command)
        self.undo_open()
        return accepted

    def undo_open(self) -> None:
        """Go on with whatever is being undone. If this process is at it, it looks once more before it stops."""
        self._again = True
        if not self._busy:
            self._busy = True
            self.spawn(self._run)

    def _run(self) -> None:
        try:
            while self._again:
                self._again = False
                for one in self.ground.log.holders(UNDOING, ""):
                    self._undo(UUID(one))
            self._errors.pop(None, None)
        except Exception as error:  # raised on, it would end the service
            self._failed(None, error)
        finally:
            self._busy = False

    def _undo(self, import_id: UUID) -> None:
        try:
            with self.alone_with(import_id):
                while self._undo_page(import_id):
                    eventlet.sleep(0)
            self._errors.pop(import_id, None)
        except Exception as error:  # tried again with the next tick
            if not (isinstance(error, Refused) and error.code == "import_busy"):
                self._failed(import_id, error)

    def _undo_page(self, import_id: UUID) -> bool:
        """Whether there is more to be done."""
        state = self.ground.log.load(self.brings.decider, import_id).state
        begun = begun_import(state, import_id)
        if state.undone or state.undo_reason is None:
            return False
        after, upto = state.undone_upto, min(state.undone_upto + UNDO_PAGE, begun.lines)
        at = max(clock.now(), begun.begun_at)
        withdrawn, conflicts = self._taken_back(import_id, range(after + 1, upto + 1), state.undo_reason, at)
        self.ground.execute(
            self.brings.messages.record_undo(
                import_id=import_id,
                after=after,
                upto=upto,
                withdrawn=withdrawn,
                conflicts=tuple(conflicts),
                meta=_undo_meta(state.undo_reason, f"{import_id}/undone/{after}-{upto}", at),
            )
        )
        return upto < begun.lines

    def _taken_back(
        self, import_id: UUID, lines: Sequence[int], reason: str, at: datetime
    ) -> tuple[int, list[Conflict]]:
        """How many rows of these lines are gone, and which stay although this import had made them, or was the last to have
        them. What became of each is read from the log, so it is the same after a crash."""
        brings, log = self.brings, self.ground.log
        ids = {line: row_id(import_id, line) for line in lines}
        had = led_to(log, list(ids.values()))
        rows = {line: had[one][0] for line, one in ids.items() if one in had}
        kept = brings.kept(self.ground, list(rows.values()))
        orders = {
            line: brings.withdraw(row, import_id, kept.get(row), _undo_meta(reason, f"{import_id}/undo/{line}", at))
            for line, row in rows.items()
        }
        outcomes = log.handle_all([(brings.rows, rows[line], order) for line, order in orders.items()])
        became = led_to(log, [one.meta.command_id for one in orders.values()])
        withdrawn, conflicts = 0, []
        for (line, order), outcome in zip(orders.items(), outcomes, strict=True):
            if isinstance(outcome, (NotAllowed, Unavailable)):
                raise outcome
            if isinstance(outcome, Refusal):
                conflicts.append(Conflict(line=line, id=rows[line], code=outcome.code))
                continue
            event = became[order.meta.command_id][1]
            withdrawn += event == brings.withdrawn.NAME
            if event == brings.left.NAME and had[ids[line]][1] == brings.made.NAME:
                conflicts.append(Conflict(line=line, id=rows[line], code="vouched_by_another"))
        return withdrawn, conflicts

    def _failed(self, import_id: UUID | None, error: Exception) -> None:
        why = {"code": error.code, **error.params} if isinstance(error, Refusal) else describe(error)
        if self._errors.get(import_id) != why and not away(error):
            log.error("import not undone", extra={"error": why})
        self._errors[import_id] = why

    def health(self) -> dict[str, Any]:
        """Why an undoing does not go on, if one does not: to be looked at, but no reason to keep people out."""
        return {"ok": not self._errors, "degraded": True, "error": next(iter(self._errors.values()), None)}


def _undo_meta(reason: str, command_id: str, at: datetime) -> Metadata:
    return Metadata(command_id=command_id, actor=SYSTEM, at=at, correlation_id=command_id.split("/")[0], reason=reason)
