"""The certificate service's imports without its process: what is asked of other services is answered here."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from stdnum.cn import ric

from contracts.certificate import CredentialStatus, Issuer, LapseCredential, entered_id
from contracts.certificate.imports import BeginImport, ImportRows, UndoImport
from contracts.filing import FindFiledCertificates
from contracts.imports import ImportRow, ImportView
from contracts.message import SYSTEM, Actor, Metadata
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.importing import BRINGS
from services.kernel.database import Database
from services.kernel.importing import ImportWork, undoing
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from tests.samples import ENTERPRISE_ID, OPERATOR, USCC

HUNAN = Issuer(name="湖南省住房和城乡建设厅", uscc="11430000006122244L", place="430000")
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def number(n: int) -> str:
    return f"湘2432019202{n:06d}"[:17]


def resident_id(n: int) -> str:
    begin = f"43010219900307{n % 1000:03d}"
    return begin + str(ric.calc_check_digit(begin + "0"))


def row(n: int, **changed: Any) -> dict[str, Any]:
    usual = {
        "number": number(n),
        "name": "张伟明",
        "resident_id": resident_id(n),
        "enterprise_name": "湖南湘江建设有限公司",
        "scopes": [{"specialty": "building"}],
        "granted_on": "2020-05-20",
        "valid_until": "2028-05-19",
    }
    return {**usual, **changed}


class Office:
    """The certificate service's imports, without its process."""

    def __init__(self, database: Database) -> None:
        self.log = EventLog("certificate", PostgresRecorder(database))
        self.log.recorder.create_tables()
        self._handlers = BRINGS.handlers()
        self.filed: set[UUID] = set()
        rpc = SimpleNamespace(send=self._answer)
        ground: Any = SimpleNamespace(log=self.log, database=database, rpc=rpc, execute=self.execute)
        self._ground = ground
        self.begins()

    def begins(self, *, undoes: bool = True) -> None:
        """As a process that has just begun. ``undoes``: what is done in the background is done at once, else by nobody."""
        self.work = ImportWork(self._ground, BRINGS, lambda work: work() if undoes else None)

    def _answer(self, question: Any) -> Any:
        if isinstance(question, FindFiledCertificates):
            return {"certificate_ids": self.filed & set(question.certificate_ids)}
        return {"enterprises": {USCC: str(ENTERPRISE_ID)}}

    def execute(self, command: Any) -> Any:
        decider, key = self._handlers[type(command)]
        return self.log.handle(decider, getattr(command, key), command)

    def meta(self, actor: Actor = OPERATOR, **more: Any) -> Metadata:
        return Metadata(**{"command_id": str(uuid4()), "actor": actor, "at": NOW, "correlation_id": "test", **more})

    def bring(self, rows: Sequence[dict[str, Any]], page: int = 5000) -> ImportView:
        import_id = uuid4()
        about = {"import_id": import_id, "file_name": "历史证书.csv", "file_sha256": uuid4().hex * 2, "lines": len(rows)}
        self.execute(BeginImport(**about, credential="constructor-2", issuer=HUNAN, meta=self.meta()))
        self.rows(import_id, rows, page)
        return self.view(import_id)

    def rows(self, import_id: UUID, rows: Sequence[dict[str, Any]], page: int = 5000) -> None:
        read = tuple(ImportRow(line=line, values=one) for line, one in enumerate(rows, start=1))
        for after in range(0, len(read), page):
            some = read[after : after + page]
            self.work.take(
                ImportRows(import_id=import_id, after=after, upto=after + len(some), rows=some, meta=self.meta())
            )

    def view(self, import_id: UUID, skip: int = 0, limit: int = 1000) -> ImportView:
        return self.work.view(import_id, skip, limit)

    def undo(self, import_id: UUID) -> ImportView:
        self.work.undo(UndoImport(import_id=import_id, meta=self.meta(reason="导入有误")))
        return self.view(import_id)

    def status(self, n: int) -> CredentialStatus | None:
        state = self.log.load(CREDENTIAL, entered_id("constructor-2", number(n))).state
        return state.status(date(2026, 11, 21)) if state.exists else None

    def register(self, numbers: Sequence[int]) -> list[tuple[int, CredentialStatus | None]]:
        return [(n, self.status(n)) for n in numbers]

    def give(self, command: Any) -> None:
        self.log.handle(CREDENTIAL, command.credential_id, command)

    def lapse(self, n: int, on: date = date(2026, 11, 22)) -> None:
        """By law; what had happened before it was entered is no change."""
        credential_id = entered_id("constructor-2", number(n))
        what = {"cause": "employer_closed", "lapsed_on": on}
        self.give(LapseCredential(credential_id=credential_id, **what, meta=self.meta(SYSTEM)))


DATABASE, AMID = "OFFICE_DATABASE", "amid the second page"


def main() -> None:
    """Undo what is to be undone, and stop amid its second page, to be killed there."""
    office = Office(Database(os.environ[DATABASE]))
    undoing.UNDO_PAGE = 2
    whole, pages = office.log.handle_all, 0

    def handle_all(orders: Any) -> Any:
        nonlocal pages
        pages += 1
        if pages < 2:
            return whole(orders)
        whole(orders[:1])
        print(AMID, flush=True)
        signal.pause()

    office.log.handle_all = handle_all  # type: ignore[method-assign]
    office.work.undo_open()


if __name__ == "__main__":
    main()
