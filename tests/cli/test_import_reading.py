"""Lists as departments export them: encodings, headings, dates, numbers; every bad line told, nothing of it repeated."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.importing.columns import columns_of, scopes_of
from cli.importing.headers import find_header, normal
from cli.importing.reading import Row, Table, Unreadable
from cli.importing.rows import Lines, Read
from cli.importing.scopes import scopes
from cli.importing.values import Wrong, day, name, number, resident_id, year
from contracts.certificate.imports import HistoricalCertificate
from contracts.identity import Qualification
from contracts.imports import ImportKind

HEAD = ["序号", "姓 名", "身份证号码(必填)", "资格证书管理号", "专业", "批准日期"]
ZHANG = ["1", "张伟明", "430102199003071234", "20254300000001", "建筑工程", "2025/3/1"]
LI = ["2", "李 娜", "430102199003071250", "20254300000002", "市政", "2025年3月1日"]
CERTIFICATE_HEAD = [
    "姓名",
    "身份证号",
    "企业名称",
    "统一社会信用代码",
    "注册编号",
    "注册专业",
    "发证日期",
    "有效期至",
    "证书状态",
]
CERTIFICATE = [
    "王芳",
    "430102900307123",
    "湖南湘江建设有限公司",
    "",
    "湘2432019202000001",
    "建筑、市政(2023.5.20)",
    "2020-05-20",
    "2026-05-19",
    "有效",
]


def text_of(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue()


def csv_file(tmp_path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text_of(rows, separator).encode(encoding))
    return path


def xlsx_file(tmp_path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for span in merged:
        book.active.merge_cells(span)
    path = tmp_path / "list.xlsx"
    book.save(path)
    return path


def read(path: Path, kind: ImportKind = "qualifications", credential: str = "constructor-2") -> list[Read]:
    with Table(path) as table:
        return list(Lines(table, kind, credential))


def told(found: Sequence[Read]) -> list[tuple[int, str | None, str]]:
    return [(one.line, one.column, one.code) for line in found for one in line.problems]


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
            assert Lines(table, "qualifications", "constructor-2").missing == ("批准日期", "专业")


class TestLines:
    def test_what_is_no_data_is_left_out(self, tmp_path: Path) -> None:
        below = [["合计", "", "", "2 人"], ["", "制表人:李某", "", ""], ["", "", "", ""], []]
        found = read(csv_file(tmp_path, [HEAD, ZHANG, ["", " ", "\u3000"], HEAD, LI, *below]))
        assert [one.line for one in found] == [2, 5] and told(found) == []

    def test_each_cell_that_is_wrong_is_told_by_line_and_column(self, tmp_path: Path) -> None:
        rows = [
            HEAD,
            ["1", "", *ZHANG[2:4], "园林", "2025年3月"],
            ["2", *LI[1:5], "2025-02-30"],
            ["3", *ZHANG[1:5], "去年"],
        ]
        assert told(read(csv_file(tmp_path, rows))) == [
            (2, "专业", "scope_unknown"),
            (2, "批准日期", "date_incomplete"),
            (2, "姓 名", "cell_blank"),
            (3, "批准日期", "date_impossible"),
            (4, "批准日期", "date_unreadable"),
        ]

    def test_the_same_number_twice(self, tmp_path: Path) -> None:
        other = [*ZHANG[:4], "市政", ZHANG[5]]
        found = read(csv_file(tmp_path, [HEAD, ZHANG, LI, ZHANG, other]))
        assert told(found) == [(4, None, "repeated_in_file"), (5, None, "differs_in_file")]
        assert [one.problems[0].params for one in found if one.problems] == [{"first": 2}, {"first": 2}]

    def test_a_certificate_with_a_line_for_each_specialty_is_one_row(self, tmp_path: Path) -> None:
        building, municipal = list(CERTIFICATE), list(CERTIFICATE)
        building[5], municipal[5], municipal[7] = "建筑工程", "市政", "2027-01-31"
        another = [*building[:4], "湘2432019202000002", *building[5:]]
        rows = [CERTIFICATE_HEAD, building, municipal, another, municipal]
        found = read(csv_file(tmp_path, rows), "certificates")
        assert [one.line for one in found] == [2, 4, 5] and told(found) == [(5, None, "differs_in_file")]
        row = HistoricalCertificate.model_validate(found[0].values)
        assert [(one.specialty, one.expires_on) for one in row.scopes] == [
            ("building", date(2026, 5, 19)),
            ("municipal", date(2027, 1, 31)),
        ]
        assert row.valid_until == date(2027, 1, 31)
        repeated = read(csv_file(tmp_path, [CERTIFICATE_HEAD, building, building]), "certificates")
        assert told(repeated) == [(3, None, "repeated_in_file")]
        other = [*building[:2], "另一企业有限公司", *municipal[3:]]
        differs = read(csv_file(tmp_path, [CERTIFICATE_HEAD, building, other]), "certificates")
        assert told(differs) == [(3, None, "differs_in_file")]

    def test_no_problem_repeats_what_the_cell_says(self, tmp_path: Path) -> None:
        rows = [HEAD, ["1", "张伟明", "12345", "9", "不存在的专业", "某日"]]
        for one in read(csv_file(tmp_path, rows)):
            said = str(one.problems)
            assert not any(text in said for text in rows[1][1:])

    def test_a_row_is_what_the_product_takes(self, tmp_path: Path) -> None:
        found = [one.values for one in read(csv_file(tmp_path, [HEAD, ZHANG, LI]))]
        assert [Qualification.model_validate(one).specialty for one in found] == ["building", "municipal"]
        assert found[1] is not None and found[1]["name"] == "李娜"
        (old,) = read(csv_file(tmp_path, [CERTIFICATE_HEAD, CERTIFICATE]), "certificates")
        row = HistoricalCertificate.model_validate(old.values)
        assert row.resident_id == "430102199003071234" and row.attributes == {"resident_id_given": "430102900307123"}
        assert [(one.specialty, one.expires_on) for one in row.scopes] == [
            ("building", None),
            ("municipal", date(2023, 5, 20)),
        ]

    def test_a_long_file_is_read_in_memory_that_does_not_grow(self, tmp_path: Path) -> None:
        import tracemalloc

        def peak(count: int) -> int:
            rows = ([str(n), "张伟明", "430102199003071234", f"2025{n:010d}", "建筑", "2025/3/1"] for n in range(count))
            path = csv_file(tmp_path, [HEAD, *rows])
            tracemalloc.start()
            with Table(path) as table:
                assert sum(1 for _ in Lines(table, "qualifications", "constructor-2")) == count
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return most

        peak(100)
        assert peak(8000) < peak(1000) + 1_500_000


class TestValues:
    @pytest.mark.parametrize(
        "text",
        [
            "2019-05-20",
            "2019/5/20",
            "2019.5.20",
            "2019年5月20日",
            "2019年05月20",
            " 2019 年 5 月 20 日 ",
            "２０１９－０５－２０",
            "20190520",
            "43605",
            "43605.0",
            "2019-05-20 00:00:00",
            "2019/5/20 0:00",
            "2019-05-20T00:00:00",
            "2019.05.20.",
        ],
    )
    def test_one_day_in_every_spelling(self, text: str) -> None:
        assert day(text) == date(2019, 5, 20)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("2019年5月", "date_incomplete"),
            ("2019", "date_incomplete"),
            ("2019-13-01", "date_impossible"),
            ("2023-02-29", "date_impossible"),
            ("长期", "date_unreadable"),
            ("5/20/2019", "date_unreadable"),
            ("0", "date_unreadable"),
        ],
    )
    def test_what_is_no_day(self, text: str, code: str) -> None:
        with pytest.raises(Wrong) as wrong:
            day(text)
        assert wrong.value.code == code

    def test_a_leap_day(self) -> None:
        assert day("2020年2月29日") == date(2020, 2, 29) == day("43890")

    @pytest.mark.parametrize("text", ["2025", "2025年", "2025 年度", "2025-03-01", "２０２５"])
    def test_a_year(self, text: str) -> None:
        assert year(text) == 2025

    @pytest.mark.parametrize(
        "text",
        [
            "湘2432021202125000",
            " 湘 2432021202125000",
            "湘２４３２０２１２０２１２５０００",
            "'湘2432021202125000",
            "\u3000湘2432021202125000\u200b",
        ],
    )
    def test_numbers_with_full_width_characters_and_spaces(self, text: str) -> None:
        assert number(text) == "湘2432021202125000"

    def test_an_old_number_of_13(self) -> None:
        assert number("京２１１２０１０ ０００１２") == "京211201000012"

    @pytest.mark.parametrize(
        ("given", "whole"),
        [
            ("430102900307123", "430102199003071234"),
            ("110105491231002", "11010519491231002X"),
            ("４３０１０２９００３０７１２３", "430102199003071234"),
        ],
    )
    def test_fifteen_digits_become_eighteen(self, given: str, whole: str) -> None:
        assert resident_id(given)[0] == whole
        assert len(resident_id(given)[1] or "") == 15
        assert resident_id(whole.lower()) == (whole, None)

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("张 伟", "张伟"),
            ("张\u3000\u3000伟", "张伟"),
            ("买买提•阿不都", "买买提·阿不都"),
            ("John  Smith", "John Smith"),
            ("次仁 卓玛 ", "次仁卓玛"),
        ],
    )
    def test_names(self, text: str, kept: str) -> None:
        assert name(text) == kept


class TestScopes:
    WORDS = scopes_of("constructor-2")

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("建筑工程", ["building"]),
            ("建筑、市政,机电;水利", ["building", "municipal", "mechanical_and_electrical", "water_resources"]),
            ("建筑工程专业/市政公用工程专业", ["building", "municipal"]),
            ("港口与航道工程\n通信与广电工程", ["port_and_waterway", "communications_and_broadcasting"]),
            ("建筑、建筑工程", ["building"]),
            ("building", ["building"]),
        ],
    )
    def test_several_in_a_cell(self, text: str, codes: list[str]) -> None:
        assert [code for code, _ in scopes(text, self.WORDS)] == codes

    @pytest.mark.parametrize(
        "text",
        ["建筑工程(2021-05-20)", "建筑工程（有效期至：2021年5月20日）", "建筑(2021/5/20止)", "建筑工程 2021.5.20"],
    )
    def test_each_with_its_last_day(self, text: str) -> None:
        assert scopes(text, self.WORDS) == [("building", date(2021, 5, 20))]

    def test_every_specialty_by_its_own_label(self) -> None:
        registry_words = {code: word for word, code in self.WORDS.items()}
        assert len(registry_words) == 10
        for word, code in self.WORDS.items():
            assert scopes(word, self.WORDS) == [(code, None)]

    @pytest.mark.parametrize(
        ("text", "code"), [("园林", "scope_unknown"), ("建筑、园林", "scope_unknown"), ("、", "scope_blank")]
    )
    def test_what_is_none(self, text: str, code: str) -> None:
        with pytest.raises(Wrong) as wrong:
            scopes(text, self.WORDS)
        assert wrong.value.code == code
