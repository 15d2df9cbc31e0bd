"""Imports of qualification lists: the life that all imports have."""

from __future__ import annotations

from contracts.decider import Decider
from contracts.identity.imports import (
    BeginImport,
    ImportBegun,
    ImportFinished,
    ImportUndoBegun,
    ImportUndone,
    ImportUndoProgressed,
    RecordImportedRows,
    RecordUndoProgress,
    RowsImported,
    UndoImport,
)
from contracts.import_life import Import, Messages, import_decider
from contracts.message import Command, Event

MESSAGES = Messages(
    begin=BeginImport,
    begun=ImportBegun,
    record=RecordImportedRows,
    recorded=RowsImported,
    finished=ImportFinished,
    undo=UndoImport,
    undo_begun=ImportUndoBegun,
    record_undo=RecordUndoProgress,
    undo_progressed=ImportUndoProgressed,
    undone=ImportUndone,
)
IMPORT: Decider[Import, Command, Event] = import_decider(MESSAGES)
