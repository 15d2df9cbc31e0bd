"""How an import stands, and how each event changes it: the same for whichever service owns the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Self

from contracts.imports import Begin, Begun, Finished, ImportStatus, Undo, UndoBegun, Undone
from contracts.message import Event


@dataclass(frozen=True)
class Messages:
    """One service's own classes of what happens to an import; all are made from the models of ``contracts.imports``."""

    begin: type[Begin]
    begun: type[Begun]
    record: type[Any]
    recorded: type[Any]
    finished: type[Finished]
    undo: type[Undo]
    undo_begun: type[UndoBegun]
    record_undo: type[Any]
    undo_progressed: type[Any]
    undone: type[Undone]

    @classmethod
    def of(cls, imports: ModuleType) -> Self:
        """Those of ``contracts.<service>.imports``."""
        return cls(
            begin=imports.BeginImport,
            begun=imports.ImportBegun,
            record=imports.RecordImportedRows,
            recorded=imports.RowsImported,
            finished=imports.ImportFinished,
            undo=imports.UndoImport,
            undo_begun=imports.ImportUndoBegun,
            record_undo=imports.RecordUndoProgress,
            undo_progressed=imports.ImportUndoProgressed,
            undone=imports.ImportUndone,
        )


@dataclass(frozen=True)
class Import:
    """Counts only: problems and conflicts stay in the events, there may be many of them. ``problems_at`` and ``conflicts_at``
    say in which: the version of each event that tells some, and how many have been told with it.
    """

    begun: Begun | None = None
    version: int = 0
    problems_at: tuple[tuple[int, int], ...] = ()
    conflicts_at: tuple[tuple[int, int], ...] = ()
    upto: int = 0
    made: int = 0
    repeated: int = 0
    refused: int = 0
    finished: bool = False
    undo_reason: str | None = None
    undone_upto: int = 0
    withdrawn: int = 0
    kept: int = 0
    undone: bool = False

    @property
    def status(self) -> ImportStatus:
        """How it stands, in one word."""
        if self.undone:
            return "undone"
        if self.undo_reason is not None:
            return "undoing"
        return "finished" if self.finished else "open"


def evolution(m: Messages) -> Callable[[Import, Event], Import]:
    """How one service's events change it."""

    def evolve(state: Import, event: Event) -> Import:
        state = replace(state, version=state.version + 1)
        if isinstance(event, m.begun):
            return replace(state, begun=event)
        if isinstance(event, m.recorded):
            refused = state.refused + len(event.problems)
            return replace(
                state,
                problems_at=(*state.problems_at, (state.version, refused)) if event.problems else state.problems_at,
                upto=event.upto,
                made=state.made + event.made,
                repeated=state.repeated + event.repeated,
                refused=refused,
            )
        if isinstance(event, m.finished):
            return replace(state, finished=True)
        if isinstance(event, m.undo_begun):
            return replace(state, undo_reason=event.reason)
        if isinstance(event, m.undo_progressed):
            kept = state.kept + len(event.conflicts)
            return replace(
                state,
                conflicts_at=(*state.conflicts_at, (state.version, kept)) if event.conflicts else state.conflicts_at,
                undone_upto=event.upto,
                withdrawn=state.withdrawn + event.withdrawn,
                kept=kept,
            )
        if isinstance(event, m.undone):
            return replace(state, undone=True)
        return state

    return evolve
