"""Qualification lists: whole lists in one message, and imports of any length, page by page, undone as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import eventlet
from pydantic import ValidationError

from contracts.errors import NotAllowed, Refusal
from contracts.identity import LoadQualifications, LoadReport, Qualification, RecordQualification, WithdrawQualification
from contracts.identity.imports import (
    BeginImport,
    CheckRows,
    FindEnterprises,
    FoundEnterprises,
    GetImport,
    ImportRows,
    ListImports,
    UndoImport,
)
from contracts.imports import CheckedRows, ImportList, ImportRow, ImportView, PageTaken
from contracts.message import Accepted, Metadata, derived_id
from services.identity.domain.imports import IMPORT, MESSAGES
from services.identity.domain.qualification import QUALIFICATION
from services.kernel.importing import Brings, Context, ImportWork, Order, UndoesImports, imports_of, problems_in
from services.kernel.kernel import Ground
from services.kernel.rpc import executes, field_problems, handles
from services.kernel.service import LogService

TURN = 250
"""Rows of a list that are read at a stretch."""


def orders(ground: Ground, context: Context, rows: Sequence[ImportRow]) -> list[Order]:
    """A row is a qualification as it stands in the authority's list."""
    read: list[Order] = []
    for row in rows:
        try:
            read.append(order_of(Qualification.model_validate(row.values), context.import_id, context.meta(row.line)))
        except ValidationError as error:
            read.append(problems_in(row, error))
    return read


def order_of(qualification: Qualification, import_id: UUID | None, meta: Metadata) -> RecordQualification:
    """By an id that the number always gives."""
    qualification_id = derived_id("qualification", qualification.credential, qualification.number)
    return RecordQualification(
        qualification_id=qualification_id, qualification=qualification, import_id=import_id, meta=meta
    )


def withdraw(qualification_id: UUID, import_id: UUID, meta: Metadata) -> WithdrawQualification:
    """What the import recorded counts no more."""
    return WithdrawQualification(qualification_id=qualification_id, import_id=import_id, meta=meta)


BRINGS = Brings("qualifications", IMPORT, MESSAGES, QUALIFICATION, "qualification_id", orders, withdraw)


class QualificationImports(UndoesImports, LogService):
    """The list half of IdentityService."""

    importing: ImportWork = imports_of(BRINGS)

    begin_import = executes(BeginImport)

    @handles(ImportRows)
    def import_rows(self, command: ImportRows) -> PageTaken:
        """The next page of an import."""
        return self.importing.take(command)

    @handles(CheckRows)
    def check_rows(self, question: CheckRows) -> CheckedRows:
        """What would become of these rows."""
        return self.importing.check(None, question.asker, question.rows)

    @handles(UndoImport)
    def undo_import(self, command: UndoImport) -> Accepted:
        """Begun now, done in the background."""
        return self.importing.undo(command)

    @handles(GetImport)
    def get_import(self, question: GetImport) -> ImportView:
        """How an import stands."""
        return self.importing.view(question.import_id, question.skip, question.limit)

    @handles(ListImports)
    def list_imports(self, question: ListImports) -> ImportList:
        """The newest ones."""
        return self.importing.newest(question.asker, question.limit)

    @handles(FindEnterprises)
    def find_enterprises(self, question: FindEnterprises) -> FoundEnterprises:
        """The employers that old certificates name, where they are registered here."""
        with self.kernel.log.recorder.database.cursor() as cursor:
            cursor.execute(
                "SELECT key, stream FROM claims WHERE kind = 'uscc' AND key = ANY(%s)", [list(question.usccs)]
            )
            found = {uscc: UUID(stream.split("-", 1)[1]) for uscc, stream in cursor.fetchall()}
        return FoundEnterprises(enterprises=found)

    @handles(LoadQualifications)
    def load_qualifications(self, command: LoadQualifications) -> LoadReport:
        """Each row is its own command, so a list cut short is simply loaded again."""
        before = self.kernel.log.head()
        lines: dict[int, RecordQualification] = {}
        problems: list[dict[str, Any]] = []
        for line, item in enumerate(command.items, start=1):
            if line % TURN == 0:
                eventlet.sleep(0)  # others are served meanwhile
            meta = command.meta.model_copy(update={"command_id": f"{command.meta.command_id}/{line}"})
            try:
                lines[line] = order_of(Qualification.model_validate(item), None, meta)
            except ValidationError as error:
                problems.extend({"line": line, **problem} for problem in field_problems(error))
        listed = [(QUALIFICATION, order.qualification_id, order) for order in lines.values()]
        new: set[int] = set()
        repeated = 0
        for line, outcome in zip(lines, self.kernel.log.handle_all(listed), strict=True):
            if isinstance(outcome, NotAllowed):
                raise outcome
            if isinstance(outcome, Refusal):
                problems.append({"line": line, "code": outcome.code, "field": None})
            elif outcome.position <= before or outcome.position in new:
                repeated += 1
            else:
                new.add(outcome.position)
        problems.sort(key=lambda problem: problem["line"])
        return LoadReport(loaded=len(new), repeated=repeated, problems=tuple(problems))
