"""Imports of qualification lists."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.identifiers import Uscc
from contracts.identity.importing import (
    Begin,
    Begun,
    Check,
    Finished,
    Get,
    Newest,
    Progress,
    Rows,
    Undo,
    UndoBegun,
    Undone,
    UndoProgress,
)
from contracts.message import Actor, Command, Event, Model, Question, named


@named("identity.BeginImport.v1")
class BeginImport(Begin):
    """By the operator, or an officer with the duty ``load_qualifications``."""


@named("identity.ImportBegun.v1")
class ImportBegun(Begun):
    """Its rows may come now, page by page."""


@named("identity.ImportRows.v1")
class ImportRows(Rows):
    """``values`` of a row are those of a ``Qualification``."""


@named("identity.RecordImportedRows.v1")
class RecordImportedRows(Progress, Command):
    """A page was worked through; by the product itself."""


@named("identity.RowsImported.v1")
class RowsImported(Progress, Event):
    pass


@named("identity.ImportFinished.v1")
class ImportFinished(Finished):
    pass


@named("identity.UndoImport.v1")
class UndoImport(Undo):
    """By the operator, or an officer with the duty in whose jurisdiction it was brought."""


@named("identity.ImportUndoBegun.v1")
class ImportUndoBegun(UndoBegun):
    pass


@named("identity.RecordUndoProgress.v1")
class RecordUndoProgress(UndoProgress, Command):
    """By the product itself."""


@named("identity.ImportUndoProgressed.v1")
class ImportUndoProgressed(UndoProgress, Event):
    pass


@named("identity.ImportUndone.v1")
class ImportUndone(Undone):
    pass


@named("identity.CheckRows.v1")
class CheckRows(Check):
    """What would become of these rows of a qualification list."""

    asker: Actor


@named("identity.GetImport.v1")
class GetImport(Get):
    pass


@named("identity.ListImports.v1")
class ListImports(Newest):
    pass


@named("identity.FindEnterprises.v1")
class FindEnterprises(Question):
    """Which enterprises these unified social credit codes are of."""

    usccs: Annotated[tuple[Uscc, ...], Field(max_length=5000)]


class FoundEnterprises(Model):
    """The answer to FindEnterprises; codes of nobody here are not in it."""

    enterprises: dict[str, UUID]


__all__ = [
    "BeginImport",
    "CheckRows",
    "FindEnterprises",
    "FoundEnterprises",
    "GetImport",
    "ImportBegun",
    "ImportFinished",
    "ImportRows",
    "ImportUndoBegun",
    "ImportUndoProgressed",
    "ImportUndone",
    "ListImports",
    "RecordImportedRows",
    "RecordUndoProgress",
    "RowsImported",
    "UndoImport",
]
