"""Imports of historical certificates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from contracts.certificate.types import Attributes, Issuer
from contracts.identifiers import ResidentId, Uscc
from contracts.identity import PersonName, Words
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
from contracts.matters.names import Kebab
from contracts.message import Actor, Command, Event, Model, named


class HistoricalScope(Model):
    """A specialty, or a category; until the certificate's own last day where none is said."""

    specialty: Annotated[str, Field(min_length=1, max_length=60)]
    expires_on: date | None = None


class HistoricalCertificate(Model):
    """A row of an import. ``issuer_name`` where it is another one than the import's.

    ``enterprise_uscc`` finds the employer where it is registered here; else only its name is kept. ``status`` is what the old
    register says: an expired one must be over by its last day too, else one of both is wrong.
    """

    number: Annotated[str, Field(min_length=4, max_length=40)]
    name: PersonName
    resident_id: ResidentId
    enterprise_name: Words | None = None
    enterprise_uscc: Uscc | None = None
    scopes: tuple[HistoricalScope, ...] = ()
    granted_on: date
    valid_from: date | None = None
    valid_until: date
    status: Literal["valid", "expired", "cancelled", "revoked", "taken_away", "lapsed"] = "valid"
    issuer_name: Words | None = None
    attributes: Attributes = Field(default_factory=dict)


@named("certificate.BeginImport.v1")
class BeginImport(Begin):
    """By the operator, or an officer with the duty ``load_qualifications`` in whose jurisdiction ``issuer`` is."""

    credential: Kebab
    issuer: Issuer


@named("certificate.ImportBegun.v1")
class ImportBegun(Begun):
    """Its rows may come now, page by page. ``credential`` is the kind of all of them."""

    credential: Kebab
    issuer: Issuer


@named("certificate.ImportRows.v1")
class ImportRows(Rows):
    """``values`` of a row are those of a ``HistoricalCertificate``."""


@named("certificate.RecordImportedRows.v1")
class RecordImportedRows(Progress, Command):
    """A page was worked through; by the product itself."""


@named("certificate.RowsImported.v1")
class RowsImported(Progress, Event):
    pass


@named("certificate.ImportFinished.v1")
class ImportFinished(Finished):
    pass


@named("certificate.UndoImport.v1")
class UndoImport(Undo):
    """By the operator, or an officer with the duty in whose jurisdiction it was brought."""


@named("certificate.ImportUndoBegun.v1")
class ImportUndoBegun(UndoBegun):
    pass


@named("certificate.RecordUndoProgress.v1")
class RecordUndoProgress(UndoProgress, Command):
    """By the product itself."""


@named("certificate.ImportUndoProgressed.v1")
class ImportUndoProgressed(UndoProgress, Event):
    pass


@named("certificate.ImportUndone.v1")
class ImportUndone(Undone):
    pass


@named("certificate.CheckRows.v1")
class CheckRows(Check):
    """What would become of these rows of old certificates."""

    asker: Actor
    credential: Kebab
    issuer: Issuer


@named("certificate.GetImport.v1")
class GetImport(Get):
    pass


@named("certificate.ListImports.v1")
class ListImports(Newest):
    pass


__all__ = [
    "BeginImport",
    "CheckRows",
    "GetImport",
    "HistoricalCertificate",
    "HistoricalScope",
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
