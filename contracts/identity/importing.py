"""Imports: long lists from authorities' own systems, brought in page by page, explained line by line, undone as a whole.

What identity and certificate say of theirs is made of the models here (``contracts.identity.imports``,
``contracts.certificate.imports``); each owns the rows that it takes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.files import Sha256
from contracts.identity.types import PersonalWords, Place, Words
from contracts.message import Actor, Command, Event, Model, Question
from contracts.personal import PERSONAL

ImportKind = Literal["qualifications", "certificates"]
ImportStatus = Literal["open", "finished", "undoing", "undone"]
PAGE = 5000
"""Rows of one page, at most."""
LINES = 2_000_000
Line = Annotated[int, Field(ge=1, le=LINES)]


class LineProblem(Model):
    """Why one line of the file was not taken: its code and column; never the value, which may be personal."""

    line: Line
    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,79}$")]
    column: Annotated[str, Field(max_length=40)] | None = None
    params: dict[str, str | int | None] = Field(default_factory=dict, max_length=10)


class ImportRow(Model):
    """One line of the file as whoever read it understood it; judged by the service that owns such rows."""

    line: Line
    values: Annotated[dict[str, Any], Field(max_length=40), PERSONAL]


class Begin(Command):
    """``import_id`` is derived from the file, so that the same file goes on where it stopped. ``lines``: how many it has."""

    import_id: UUID
    file_name: PersonalWords
    file_sha256: Sha256
    lines: Line


class Begun(Event):
    """``place``: the jurisdiction of the authority that brings it; none: the operator's, so of the whole country."""

    import_id: UUID
    file_name: PersonalWords
    file_sha256: Sha256
    lines: int
    begun_at: AwareDatetime
    begun_by: str
    authority_id: UUID | None
    place: Place | None


class Rows(Command):
    """The lines after ``after`` up to and with ``upto``: those that could be read, and what was wrong with the others.

    Lines in neither are empty or no data. A page that was taken before is silent; one that leaves lines out is refused.
    """

    import_id: UUID
    after: int = Field(ge=0, le=LINES)
    upto: Line
    rows: Annotated[tuple[ImportRow, ...], Field(max_length=PAGE)] = ()
    problems: Annotated[tuple[LineProblem, ...], Field(max_length=PAGE)] = ()


class Progress(Model):
    """``made``: rows that are new on record; ``repeated``: rows that were there already, with the same facts."""

    import_id: UUID
    after: int = Field(ge=0)
    upto: int = Field(ge=1)
    made: int = Field(ge=0)
    repeated: int = Field(ge=0)
    problems: tuple[LineProblem, ...] = ()


class Finished(Event):
    """The last line was worked through."""

    import_id: UUID
    made: int
    repeated: int
    refused: int


class Undo(Command):
    """Take back what this import has and no other list; ``meta.reason`` says why. What was changed since is kept, and listed."""

    import_id: UUID


class UndoBegun(Event):
    """Its rows are taken back in the background."""

    import_id: UUID
    reason: Words


class Conflict(Model):
    """A line whose row was kept although its import is undone, and why: ``id`` is the row's own.

    ``vouched_by_another``: another list says the same, so it goes with that one.
    """

    line: Line
    id: UUID
    code: str


class UndoProgress(Model):
    """The lines after ``after`` up to and with ``upto`` are looked at; ``withdrawn`` of their rows are taken back."""

    import_id: UUID
    after: int = Field(ge=0)
    upto: int = Field(ge=1)
    withdrawn: int = Field(ge=0)
    conflicts: tuple[Conflict, ...] = ()


class Undone(Event):
    """All of it is taken back, but for ``kept`` rows."""

    import_id: UUID
    withdrawn: int
    kept: int


class Check(Question):
    """What would become of these rows; nothing is kept."""

    rows: Annotated[tuple[ImportRow, ...], Field(min_length=1, max_length=PAGE)]


class CheckedRows(Model):
    """The answer to a check, and to a page: how many rows are new, how many are on record already, what is wrong."""

    made: int
    repeated: int
    problems: tuple[LineProblem, ...]


class PageTaken(CheckedRows):
    """The answer to a page: up to which line the import has come."""

    upto: int


class ImportView(Model):
    """How an import stands. ``problems`` and ``conflicts`` are a page of them, in order, out of ``refused`` and ``kept``."""

    import_id: UUID
    version: int
    kind: ImportKind
    status: ImportStatus
    file_name: PersonalWords
    file_sha256: Sha256
    lines: int
    upto: int
    made: int
    repeated: int
    refused: int
    begun_at: AwareDatetime
    begun_by: str
    authority_id: UUID | None
    place: Place | None
    undo_reason: Words | None = None
    undone_upto: int = 0
    withdrawn: int = 0
    kept: int = 0
    credential: str | None = None
    problems: tuple[LineProblem, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


class Get(Question):
    """How an import stands, with its problems and conflicts from ``skip`` on."""

    import_id: UUID
    skip: int = Field(default=0, ge=0)
    limit: int = Field(default=0, ge=0, le=1000)


class Newest(Question):
    """The newest imports that this asker may see."""

    asker: Actor
    limit: int = Field(default=50, ge=1, le=200)


class ImportList(Model):
    """Imports, the newest first, without their problems."""

    imports: tuple[ImportView, ...]
