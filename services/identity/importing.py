"""Qualification lists: whole lists in one message, and imports of any length, page by page, undone as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import eventlet
from pydantic import ValidationError

from contracts.errors import NotAllowed, Refusal
from contracts.identity import (
    LoadQualifications,
    LoadReport,
    Qualification,
    QualificationRecorded,
    QualificationVouchEnded,
    QualificationWithdrawn,
    RecordQualification,
    WithdrawQualification,
    imports,
)
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
from contracts.import_state import Messages
from contracts.imports import CheckedRows, ImportList, ImportRow, ImportView, LineProblem, PageTaken
from contracts.message import Accepted, Metadata, derived_id
from services.identity.domain.qualification import QUALIFICATION
from services.identity.domain.rules import china_day
from services.kernel.importing import Brings, Context, ImportWork, Order, UndoesImports, imports_of, led_to, problems_in
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
            qualification = Qualification.model_validate(row.values)
        except ValidationError as error:
            read.append(problems_in(row, error))
            continue
        early = tuple(LineProblem(line=row.line, **one) for one in not_yet(qualification, context.today))
        read.append(early or order_of(qualification, context.import_id, context.meta(row.line)))
    return read


def not_yet(qualification: Qualification, today: date) -> list[dict[str, Any]]:
    """What a list says has happened, and has not."""
    return [
        {"code": "in_the_future", "column": column}
        for column, late in (
            ("passed_year", qualification.passed_year > today.year),
            ("obtained_on", qualification.obtained_on > today),
        )
        if late
    ]


def order_of(qualification: Qualification, import_id: UUID | None, meta: Metadata) -> RecordQualification:
    """By an id that the number always gives."""
    qualification_id = derived_id("qualification", qualification.credential, qualification.number)
    return RecordQualification(
        qualification_id=qualification_id, qualification=qualification, import_id=import_id, meta=meta
    )


def withdraw(qualification_id: UUID, import_id: UUID, kept_for: str | None, meta: Metadata) -> WithdrawQualification:
    """What the import says counts no more. Filings keep their own copy of it, so nothing rests on it elsewhere."""
    return WithdrawQualification(qualification_id=qualification_id, import_id=import_id, meta=meta)


BRINGS = Brings(
    "qualifications",
    Messages.of(imports),
    QUALIFICATION,
    "qualification_id",
    orders,
    withdraw,
    made=QualificationRecorded,
    withdrawn=QualificationWithdrawn,
    left=QualificationVouchEnded,
)


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
        today = china_day(command.meta.at)
        for line, item in enumerate(command.items, start=1):
            if line % TURN == 0:
                eventlet.sleep(0)  # others are served meanwhile
            meta = command.meta.model_copy(update={"command_id": f"{command.meta.command_id}/{line}"})
            try:
                qualification = Qualification.model_validate(item)
            except ValidationError as error:
                problems.extend({"line": line, **problem} for problem in field_problems(error))
                continue
            if early := not_yet(qualification, today):
                problems.extend({"line": line, "code": one["code"], "field": one["column"]} for one in early)
            else:
                lines[line] = order_of(qualification, None, meta)
        listed = [(QUALIFICATION, order.qualification_id, order) for order in lines.values()]
        outcomes = self.kernel.log.handle_all(listed)
        led = led_to(self.kernel.log, [order.meta.command_id for order in lines.values()])
        new = repeated = 0
        for (line, order), outcome in zip(lines.items(), outcomes, strict=True):
            if isinstance(outcome, NotAllowed):
                raise outcome
            if isinstance(outcome, Refusal):
                problems.append({"line": line, "code": outcome.code, "field": None})
            elif outcome.position > before and led[order.meta.command_id][1] == QualificationRecorded.NAME:
                new += 1
            else:
                repeated += 1
        problems.sort(key=lambda problem: problem["line"])
        return LoadReport(loaded=new, repeated=repeated, problems=tuple(problems))
