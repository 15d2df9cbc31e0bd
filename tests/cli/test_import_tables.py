"""Files of lists as departments export them: encodings, separators, Excel's own cells, headings wherever they are."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from cli.importing.columns import columns_of
from cli.importing.headers import find_header, normal
from cli.importing.reading import Row, Table, Unreadable
from cli.importing.rows import Lines
from tests.cli.import_files import CERTIFICATE, HEAD, LI, ZHANG, csv_file, read, told, xlsx_file


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
    @pytest.mark.parametrize("separator", [",", "\t", ";"])
    def test_whatever_it_was_saved_as(self, tmp_path: Path, encoding: str, separator: str) -> None:
        found = read(csv_file(tmp_path, [HEAD, ZHANG, LI], encoding, separator))
        assert [one.line for one in found] == [2, 3] and told(found) == []
        assert found[0].values is not None and found[0].values["name"] == "张伟明"

    def test_a_rare_name_of_gb18030(self, tmp_path: Path) -> None:
        rare = [*ZHANG[:1], "张𠮷", *ZHANG[2:]]
        (found,) = read(csv_file(tmp_path, [HEAD, rare], "gb18030"))
        assert found.values is not None and found.values["name"] == "张𠮷"

    def test_an_excel_file_with_its_own_dates_and_numbers(self, tmp_path: Path) -> None:
        rows = [
            HEAD,
            [1, *ZHANG[1:5], datetime(2025, 3, 1)],
            [2.0, *LI[1:5], 45717],
            [3, "赵强", *LI[2:3], 20254300000003, "机电", date(2025, 3, 1)],
        ]
        found = read(xlsx_file(tmp_path, rows))
        assert told(found) == []
        assert [one.values["obtained_on"] for one in found if one.values] == ["2025-03-01"] * 3
        assert found[2].values is not None and found[2].values["number"] == "20254300000003"

    def test_a_number_that_excel_has_rounded_is_told(self, tmp_path: Path) -> None:
        found = read(xlsx_file(tmp_path, [HEAD, [1, "张伟明", 430102199003071234, *ZHANG[3:]]]))
        assert told(found) == [(2, "身份证号码(必填)", "number_rounded")]
        found = read(csv_file(tmp_path, [HEAD, ["1", "张伟明", "4.30102E+17", *ZHANG[3:]]]))
        assert told(found) == [(2, "身份证号码(必填)", "number_rounded")]

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "file_empty"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
            (b"PK\x03\x04broken", "xlsx_broken"),
            (b"\xff\xff\xff\xff\xfe,1\n", "encoding_unknown"),
            ("甲,乙\n1,2\n".encode(), "header_not_found"),
        ],
    )
    def test_what_is_no_table_is_told(self, tmp_path: Path, content: bytes, code: str) -> None:
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        with pytest.raises(Unreadable) as refused:
            read(path)
        assert refused.value.code == code


class TestHeaders:
    def test_below_titles_and_over_two_rows(self, tmp_path: Path) -> None:
        rows = [
            ["湖南省二级建造师注册人员名单"],
            ["导出时间:2026-11-21", None, None, None, None, None, None, None, None, None],
            ["序号", "持证人", None, "聘用企业", None, "注册证书", None, None, None, "证书状态"],
            [
                None,
                "姓名",
                "身份证号",
                "企业名称",
                "统一社会信用代码",
                "证书编号",
                "专业",
                "发证日期",
                "有效期至",
                None,
            ],
            [1, *CERTIFICATE],
        ]
        merged = ["A1:J1", "B3:C3", "D3:E3", "F3:I3", "A3:A4", "J3:J4"]
        (found,) = read(xlsx_file(tmp_path, rows, merged), "certificates")
        assert found.line == 5 and found.problems == () and found.values is not None
        assert (found.values["number"], found.values["status"]) == ("湘2432019202000001", "valid")

    def test_a_row_of_data_is_no_second_header(self, tmp_path: Path) -> None:
        with Table(csv_file(tmp_path, [HEAD, ZHANG])) as table:
            assert Lines(table, "qualifications", "constructor-2").header.last_line == 1

    @pytest.mark.parametrize("called", ["*身份证号码", " 身份证\n号码 (必填)", "身份证号码:", "身份证号码【18位】"])
    def test_a_heading_by_its_words(self, called: str) -> None:
        assert columns_of("qualifications").field(normal(called)) == "resident_id"

    def test_every_name_of_a_column_is_of_one_field_only(self) -> None:
        for kind in ("qualifications", "certificates"):
            columns = columns_of(kind)
            names = [one for field in columns.names for one in columns.names[field]]
            # «类别», «证书编号» and the like are read by the first field that has them
            assert [one for one in names if names.count(one) > 1] == [], kind
            assert all(normal(one) == one for one in names)

    def test_nothing_that_is_no_header(self) -> None:
        rows = [Row(1, ("姓名", "备注")), Row(2, ("张伟明", "无"))]
        assert find_header(rows, columns_of("qualifications")) is None

    def test_columns_that_are_missing_are_named(self, tmp_path: Path) -> None:
        with Table(csv_file(tmp_path, [HEAD[:4], ZHANG[:4]])) as table:
            lines = Lines(table, "qualifications", "constructor-2")
            assert lines.missing == ("批准日期", "专业") and lines.header.unknown == ("序号",)
