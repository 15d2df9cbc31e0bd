"""Lines of lists: what is no data is left out, every bad line is told, nothing of it repeated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cli.importing.reading import Table
from cli.importing.rows import Lines
from contracts.certificate.imports import HistoricalCertificate
from contracts.identity import Qualification
from tests.cli.import_files import CERTIFICATE, CERTIFICATE_HEAD, HEAD, LI, ZHANG, csv_file, read, told


class TestLines:
    def test_what_is_no_data_is_left_out(self, tmp_path: Path) -> None:
        page = ["第 1 页,共 3 页"]
        below = [["合计", "", "", "2 人"], ["", "制表人:李某", "", ""], ["", "", "", ""], [], ["以上共2人"], page]
        below += [["", "本页小计", "", "", "", "2"], ["", "合 计", "2026年共2人"]]
        found = read(csv_file(tmp_path, [HEAD, ZHANG, ["", " ", "\u3000"], page, HEAD, LI, *below]))
        assert [one.line for one in found] == [2, 6] and told(found) == []

    def test_a_line_of_nobody_is_told_once(self, tmp_path: Path) -> None:
        merged = ["", "", "", "", "市政", "2025/3/1"]
        found = read(csv_file(tmp_path, [HEAD, ["一、长沙市"], ZHANG, merged, LI]))
        assert told(found) == [(2, None, "nobody_in_line"), (4, None, "nobody_in_line")]
        assert [one.line for one in found if one.values] == [3, 5]

    def test_somebody_without_an_id_number_is_no_remark(self, tmp_path: Path) -> None:
        of_a_remark = ["备注", "张伟明", "", *ZHANG[3:]]
        assert told(read(csv_file(tmp_path, [HEAD, of_a_remark]))) == [(2, "身份证号码(必填)", "cell_blank")]

    @pytest.mark.parametrize(
        ("said", "status"),
        [
            *(("在册", "valid"), ("已 过期", "expired"), ("注销", "cancelled")),
            *(("已撤销", "revoked"), ("吊销", "taken_away"), ("失效", "lapsed")),
        ],
    )
    def test_how_a_certificate_stands(self, tmp_path: Path, said: str, status: str) -> None:
        (found,) = read(csv_file(tmp_path, [CERTIFICATE_HEAD, [*CERTIFICATE[:-1], said]]), "certificates")
        assert found.values is not None and found.values["status"] == status
        assert HistoricalCertificate.model_validate(found.values).status == status

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

    def test_each_class_is_a_list_of_its_own(self, tmp_path: Path) -> None:
        rows = [[*HEAD, "级别"], [*ZHANG, "二级"], [*LI, "注册建造师(一级)"]]
        second, first = (read(csv_file(tmp_path, rows), "qualifications", f"constructor-{n}") for n in "21")
        assert (told(second), told(first)) == ([(3, "级别", "level_differs")], [(2, "级别", "level_differs")])
        assert [one.values["level"] for one in (*second, *first) if one.values] == ["second-class", "first-class"]

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
