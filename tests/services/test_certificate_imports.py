"""Historical certificates on a log of their own: entered, told line by line, taken back in the background, kept where changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from contracts.certificate import CredentialStatus, Issuer, LapseCredential, MatchHolder, entered_id
from contracts.certificate.imports import BeginImport, CheckRows, ImportRows, UndoImport
from contracts.errors import Refused
from contracts.imports import ImportRow, ImportView
from contracts.message import SYSTEM, Actor, Metadata
from services.certificate.domain.credential import CREDENTIAL
from services.certificate.importing import BRINGS
from services.kernel.database import Database
from services.kernel.importing import ImportWork, undoing
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from tests.samples import ENTERPRISE_ID, OPERATOR, PERSON_ID, USCC

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
        rpc = SimpleNamespace(send=lambda question: {"enterprises": {USCC: str(ENTERPRISE_ID)}})
        ground: Any = SimpleNamespace(log=self.log, database=database, rpc=rpc, execute=self.execute)
        self.work = ImportWork(ground, BRINGS, lambda work: work())

    def execute(self, command: Any) -> Any:
        decider, key = self._handlers[type(command)]
        return self.log.handle(decider, getattr(command, key), command)

    def meta(self, actor: Actor = OPERATOR, **more: Any) -> Metadata:
        return Metadata(**{"command_id": str(uuid4()), "actor": actor, "at": NOW, "correlation_id": "test", **more})

    def bring(self, rows: Sequence[dict[str, Any]]) -> ImportView:
        import_id = uuid4()
        about = {"import_id": import_id, "file_name": "历史证书.csv", "file_sha256": uuid4().hex * 2, "lines": len(rows)}
        self.execute(BeginImport(**about, credential="constructor-2", issuer=HUNAN, meta=self.meta()))
        self.rows(import_id, rows)
        return self.view(import_id)

    def rows(self, import_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
        read = tuple(ImportRow(line=line, values=one) for line, one in enumerate(rows, start=1))
        self.work.take(ImportRows(import_id=import_id, after=0, upto=len(rows), rows=read, meta=self.meta()))

    def view(self, import_id: UUID) -> ImportView:
        return self.work.view(import_id, limit=1000)

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

    def lapse(self, n: int) -> None:
        credential_id = entered_id("constructor-2", number(n))
        what = {"cause": "employer_closed", "lapsed_on": date(2026, 11, 20)}
        self.give(LapseCredential(credential_id=credential_id, **what, meta=self.meta(SYSTEM)))


@pytest.fixture(scope="module")
def office(postgres: str) -> Iterator[Office]:
    from tests.kernel.harness import databases

    with databases(postgres, ["certificate"]) as urls:
        database = Database(urls["certificate"])
        yield Office(database)
        database.close()


_numbers = iter(range(1000, 900_000, 10))


class TestRows:
    def test_a_row_is_entered_as_the_old_register_has_it(self, office: Office) -> None:
        n = next(_numbers)
        scopes = [{"specialty": "building", "expires_on": "2026-05-19"}, {"specialty": "municipal"}]
        more = {"enterprise_uscc": USCC, "scopes": scopes, "attributes": {"resident_id_given": "430102900307123"}}
        view = office.bring([row(n, **more), row(n + 1, status="cancelled"), row(n + 2, issuer_name="长沙市建委")])
        assert (view.status, view.made, view.refused, view.credential) == ("finished", 3, 0, "constructor-2")
        first = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n))).state
        assert first.entered is not None and first.entered.line == 1 and first.entered.import_id == view.import_id
        assert first.face.title.endswith("二级建造师注册证书") and first.face.issuer == HUNAN
        assert first.face.holder.enterprise_id == ENTERPRISE_ID and first.face.holder.person_id is None
        assert [(one.label, one.expires_on) for one in first.face.scopes] == [
            ("建筑工程", date(2026, 5, 19)),
            ("市政公用工程", date(2028, 5, 19)),
        ]
        assert office.register([n, n + 1]) == [(n, "valid"), (n + 1, "cancelled")]
        third = office.log.load(CREDENTIAL, entered_id("constructor-2", number(n + 2))).state
        assert third.face.issuer.name == "长沙市建委" and third.face.issuer.uscc is None

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"number": "湘9999"}, "number_form"),
            ({"scopes": []}, "no_scope"),
            ({"scopes": [{"specialty": "gardening"}]}, "scope_unknown"),
            ({"valid_until": "2019-05-19"}, "validity_reversed"),
            ({"scopes": [{"specialty": "building", "expires_on": "2029-01-01"}]}, "scope_outside_validity"),
            ({"granted_on": "1980-01-01"}, "granted_before_birth"),
            ({"resident_id": "430102199003070000"}, "resident_id_check_digit"),
            ({"name": "张"}, "string_too_short"),
            ({"colour": "red"}, "extra_forbidden"),
        ],
    )
    def test_what_no_certificate_says_is_told(self, office: Office, changed: dict[str, Any], code: str) -> None:
        n = next(_numbers)
        view = office.bring([row(n, **changed), row(n + 1)])
        assert (view.made, view.refused) == (1, 1) and view.problems[0].line == 1
        assert view.problems[0].code == code
        assert code != "string_too_short" or view.problems[0].params == {"min_length": "2"}, "the limit is told, not the value"
        said = view.problems[0].model_dump_json()
        assert "张伟明" not in said and resident_id(n) not in said and number(n) not in said

    def test_repeated_rows_are_silent_and_other_facts_are_told(self, office: Office) -> None:
        n = next(_numbers)
        assert office.bring([row(n), row(n), row(n, name="李娜")]).problems[0].code == "credential_differs"
        view = office.bring([row(n), row(n + 1)])
        assert (view.made, view.repeated) == (1, 1)
        asked = tuple(ImportRow(line=line, values=row(n + line)) for line in range(1, 4))
        question = CheckRows(asker=OPERATOR, credential="constructor-2", issuer=HUNAN, rows=asked)
        head = office.log.head()
        checked = office.work.check(question, OPERATOR, asked)
        assert (checked.made, checked.repeated, office.log.head()) == (2, 1, head)


class TestUndone:
    def test_what_was_matched_only_is_taken_back_and_what_was_changed_is_kept(self, office: Office) -> None:
        n = next(_numbers)
        view = office.bring([row(n), row(n + 1), row(n + 2)])
        matched = entered_id("constructor-2", number(n))
        office.give(MatchHolder(credential_id=matched, person_id=PERSON_ID, meta=office.meta(SYSTEM)))
        office.lapse(n + 1)
        undone = office.undo(view.import_id)
        assert (undone.status, undone.withdrawn, undone.kept) == ("undone", 2, 1)
        assert [(one.line, one.code) for one in undone.conflicts] == [(2, "changed_since")]
        assert office.register([n, n + 1, n + 2]) == [(n, "withdrawn"), (n + 1, "lapsed"), (n + 2, "withdrawn")]
        assert office.undo(view.import_id) == undone, "silent"

    def test_killed_anywhere_it_goes_on(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        n = next(_numbers)
        monkeypatch.setattr(undoing, "UNDO_PAGE", 2)
        view = office.bring([row(n + k) for k in range(5)])
        office.work.spawn = lambda work: None  # dies as soon as it has begun
        office.undo(view.import_id)
        assert office.view(view.import_id).undone_upto == 0
        assert office.work._undo_page(view.import_id)
        # of the second page one row was taken back before it died
        credential_id = entered_id("constructor-2", number(n + 2))
        meta = office.meta(SYSTEM, command_id=f"{view.import_id}/undo/3")
        office.give(BRINGS.withdraw(credential_id, view.import_id, meta))
        office.work = ImportWork(office.work.ground, BRINGS, lambda work: work())
        office.work.undo_open()
        undone = office.view(view.import_id)
        assert (undone.status, undone.withdrawn, undone.kept) == ("undone", 5, 0)
        with pytest.raises(Refused, match="import_undone"):
            office.rows(view.import_id, [row(n)])

    def test_nothing_is_taken_while_it_is_worked_at_elsewhere(self, office: Office) -> None:
        view = office.bring([row(next(_numbers))])
        with office.work.alone_with(view.import_id), pytest.raises(Refused, match="import_busy"):
            office.undo(view.import_id)
        assert office.undo(view.import_id).withdrawn == 1

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        which=st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True),
        before=st.lists(st.integers(0, 5), max_size=3, unique=True),
        changed=st.sets(st.integers(0, 5), max_size=2),
    )
    def test_import_undo_import_again_gives_the_same_register(
        self, office: Office, which: list[int], before: list[int], changed: set[int]
    ) -> None:
        n = next(_numbers)
        everything = [n + k for k in range(6)]
        if before:
            office.bring([row(n + k) for k in before])
        start = office.register(everything)
        listed = [row(n + k) for k in which]
        view = office.bring(listed)
        made = office.register(everything)
        undone = office.undo(view.import_id)
        assert undone.withdrawn == view.made == len(set(which) - set(before)) and undone.kept == 0
        own = set(which) - set(before)
        gone: CredentialStatus = "withdrawn"
        assert office.register(everything) == [(k, gone if k - n in own else was) for k, was in start]
        again = office.bring(listed)
        assert office.register(everything) == made and again.made == view.made
        # what changes after it is kept by an undoing, all else is taken back
        for k in changed & set(which):
            office.lapse(n + k)
        last = office.undo(again.import_id)
        assert {which[one.line - 1] for one in last.conflicts} == changed & own
        for k in own:
            assert office.status(n + k) == ("lapsed" if k in changed else gone)
