"""Lists as workbooks: every row that the question gives this viewer, dates as dates, numbers whole, and nothing taken for a formula."""

from __future__ import annotations

import logging
import tracemalloc
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from contracts.errors import NotFound, Refused
from contracts.query import ExportList, GetEnterpriseHome, GetPersonalInformation
from services.kernel.database import Database
from services.kernel.exports import Exports
from services.kernel.testing import CHINA
from services.kernel.workbook import Workbook
from services.query import exporting
from services.query.own import enterprise_home, personal_information
from services.query.service import VIEWS
from tests.views.story import (
    CITY,
    OTHER_CITY,
    PROVINCE,
    Story,
    enterprise,
    enterprise_id,
    name,
    officer,
    person,
    person_id,
    resident_id,
)

TODAY = date(2026, 4, 1)


def fed(database: Database, story: Story) -> Database:
    with database.transaction() as cursor:
        for view in VIEWS.values():
            view.create(cursor)
            view.apply(cursor, story.all())
    return database


def told() -> Story:
    story = Story().authorities().enterprise(1).enterprise(2).qualification(1).person(1).person(2).employment(1, 1)
    story.whole(1, 1)
    for n in range(2, 7):
        story.enter(n, 1, matched=False)
    asked = story.draft(2, 2)
    story.ask(asked, 2, 2, [{"by": "former_enterprise", "enterprise_id": enterprise_id(1)}])
    return story


def exported(database: Database, directory: Path, by: Any, listed: str, **filters: Any) -> tuple[Any, list[tuple[Any, ...]]]:
    asked = ExportList.model_validate({"viewer": by, "list": listed, "filters": filters})
    answer = exporting.export(database, str(directory), asked, TODAY)
    sheet = openpyxl.load_workbook(Exports(directory).path(answer.export_id)).active
    assert sheet is not None and sheet.freeze_panes == "A2"
    return answer, [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_every_list_has_its_headings_and_rows(database: Database, tmp_path: Path) -> None:
    fed(database, told())
    certificates = {"certificates": 6, "electronic_certificates": 1, "historical_certificates": 5, "registered_people": 6}
    for listed, count in {**certificates, "filings": 2, "confirmations": 1, "qualifications": 1}.items():
        answer, rows = exported(database, tmp_path, enterprise(1), listed)
        assert (answer.rows, len(rows), answer.truncated) == (count, count + 1, False), listed
        assert all(isinstance(heading, str) and "_" not in heading for heading in rows[0]), listed
        assert answer.name.endswith("-20260401.xlsx")


def test_cells_are_what_people_read(database: Database, tmp_path: Path) -> None:
    story = told()
    story.enter(7, 1, matched=False, status="cancelled", ended_as="taken_away")
    fed(database, story)
    _, rows = exported(database, tmp_path, enterprise(1), "historical_certificates", who=resident_id(7))
    assert dict(zip(*rows, strict=True))["证书状态"] == "吊销"
    _, rows = exported(database, tmp_path, enterprise(1), "electronic_certificates")
    row = dict(zip(*rows, strict=True))
    assert (row["姓名"], row["身份证号"], row["注册类型"], row["证书状态"]) == (name(1), resident_id(1), "二级注册建造师", "有效")
    assert row["有效期至"] == datetime(2029, 3, 17)
    _, rows = exported(database, tmp_path, officer(CITY), "filings")
    row = dict(zip(*rows, strict=True))
    assert (row["受理状态"], row["初审状态"], row["复审状态"], row["申报类型"]) == ("受理通过", "审核通过", "审核通过", "初始注册")
    _, rows = exported(database, tmp_path, officer(PROVINCE), "qualifications", who=resident_id(1))
    row = dict(zip(*rows, strict=True))
    assert (row["注册类型"], row["注册专业"], row["资格证类型"]) == ("二级注册建造师", "建筑工程", "初始注册")
    _, rows = exported(database, tmp_path, enterprise(1), "confirmations")
    row = dict(zip(*rows, strict=True))
    assert (row["转入单位"], row["确认方"], row["确认状态"], row["申报状态"]) == ("第2建筑公司", "原聘用企业", "待确认", "待确认")


def test_an_export_is_what_the_list_shows_this_viewer(database: Database, tmp_path: Path) -> None:
    fed(database, told())
    assert exported(database, tmp_path, officer(OTHER_CITY), "certificates")[0].rows == 0
    assert exported(database, tmp_path, person(1), "certificates")[0].rows == 1
    assert exported(database, tmp_path, enterprise(1), "historical_certificates", who=resident_id(3))[0].rows == 1
    for wrong in ({"colour": "red"}, {"viewer": {"kind": "operator", "account_id": "me"}, "per_page": "many"}):
        with pytest.raises(Refused, match="invalid_message"):
            exported(database, tmp_path, enterprise(2), "certificates", **wrong)
    meant = exported(database, tmp_path, enterprise(2), "certificates", viewer={"kind": "operator", "account_id": "me"})
    assert meant[0].rows == 0  # nobody asks in another's name


def test_long_lists_are_read_page_by_page_and_cut_where_it_says_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed(database, told())
    monkeypatch.setattr(exporting, "A_PAGE", 2)
    assert exported(database, tmp_path, enterprise(1), "historical_certificates")[0].rows == 5
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    answer, rows = exported(database, tmp_path, enterprise(1), "historical_certificates")
    assert (answer.rows, len(rows), answer.truncated) == (3, 4, True)


def test_who_exported_what_is_logged_without_anybodys_data(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fed(database, told())
    with caplog.at_level(logging.INFO, "zhuce.query"):
        exported(database, tmp_path, enterprise(1), "certificates", who=name(1))
    (record,) = [one for one in caplog.records if one.getMessage() == "exported"]
    said = vars(record)
    assert (said["account"], said["list"], said["filters"], said["rows"]) == (enterprise(1).account_id, "certificates", ["who"], 1)
    assert name(1) not in str(said)


def test_an_export_is_gone_after_its_time_and_when_it_was_fetched(tmp_path: Path) -> None:
    exports = Exports(tmp_path)
    with exports.new() as (export_id, path):
        path.write_bytes(b"x")
    assert exports.path(export_id).stat().st_mode & 0o077 == 0
    exports.discard(export_id)
    for gone in (export_id, uuid4()):
        with pytest.raises(NotFound):
            exports.path(gone)
    with pytest.raises(ValueError), exports.new():
        raise ValueError
    assert not list(exports.root.iterdir())


def test_any_text_stays_a_text(tmp_path: Path) -> None:
    texts = ["=1+1", "@SUM(A1)", "a\x00b\x1fc", "<&>\"'", " 空格 ", "430102199003070011", "0012", "x" * 40_000, "𠮷", "\ud800"]
    with Workbook(tmp_path / "a.xlsx", "a/b[c]", [(f"列{n}", 10) for n in range(30)]) as book:
        book.add([[text] + [None] * 29 for text in texts])
        book.add([[datetime(2026, 3, 2, 12, 30, tzinfo=CHINA), date(2024, 2, 29), 7, 1.5, *[""] * 26]])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and sheet.title == "a b c " and sheet["AD1"].value == "列29"
    found = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert found[:-1] == ["=1+1", "@SUM(A1)", "abc", "<&>\"'", " 空格 ", "430102199003070011", "0012", "x" * 32_767, "𠮷", ""]
    assert all(row[0].data_type != "f" for row in sheet.iter_rows())
    last = [cell.value for cell in list(sheet.iter_rows())[-1][:4]]
    assert last == [datetime(2026, 3, 2, 12, 30), datetime(2024, 2, 29), 7, 1.5]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def most(rows: int) -> int:
        tracemalloc.start()
        with Workbook(tmp_path / "a.xlsx", "a", [("a", 10), ("b", 10)]) as book:
            for _ in range(rows // 100):
                book.add([["张三", TODAY]] * 100)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(4000) < 2 * most(1000)


def test_the_persons_own_record_and_the_enterprises_first_page(database: Database) -> None:
    fed(database, told())
    with database.transaction() as cursor:
        for viewer in (person(1), enterprise(1), officer(CITY)):
            mine = personal_information(cursor, GetPersonalInformation(viewer=viewer, person_id=person_id(1)), TODAY)
            assert (mine.person.name, len(mine.certificates), len(mine.employments)) == (name(1), 1, 1)
            assert mine.open_filings == ()
        for stranger in (person(2), enterprise(2), officer(OTHER_CITY)):
            with pytest.raises(NotFound):
                personal_information(cursor, GetPersonalInformation(viewer=stranger, person_id=person_id(1)), TODAY)
        home = enterprise_home(cursor, GetEnterpriseHome(viewer=enterprise(1)), TODAY)
        assert (home.to_confirm, home.filings, home.certificates) == (1, {"approved": 1}, {"valid": 6})
        assert (home.registered_people, home.employees, home.drafts) == (6, 1, 0)
        assert [(one.specialty, one.people) for one in home.by_specialty] == [("building", 6)]
        soon = enterprise_home(cursor, GetEnterpriseHome(viewer=enterprise(1), on=date(2029, 3, 1)), TODAY)
        assert (soon.expiring_within_30, soon.expiring_within_90) == (6, 6)
        assert enterprise_home(cursor, GetEnterpriseHome(viewer=enterprise(2)), TODAY).waits_for_others == 1
        of_city = GetEnterpriseHome(viewer=officer(CITY), enterprise_id=enterprise_id(1))
        assert enterprise_home(cursor, of_city, TODAY).name == "第1建筑公司"
        for viewer in (enterprise(2), officer(OTHER_CITY), person(1)):
            with pytest.raises(NotFound):
                enterprise_home(cursor, GetEnterpriseHome(viewer=viewer, enterprise_id=enterprise_id(1)), TODAY)
