"""Cells of lists: days, years, numbers, names and specialties in every spelling that departments use."""

from __future__ import annotations

from datetime import date

import pytest

from cli.importing.columns import scopes_of
from cli.importing.scopes import scopes
from cli.importing.values import Wrong, day, name, number, resident_id, year


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
            ("建 筑", ["building"]),
            ("建筑工程 市政公用工程", ["building", "municipal"]),
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
        ("text", "code"), [("园林", "scope_unknown"), ("建筑 园林", "scope_unknown"), ("、", "scope_blank")]
    )
    def test_what_is_none(self, text: str, code: str) -> None:
        with pytest.raises(Wrong) as wrong:
            scopes(text, self.WORDS)
        assert wrong.value.code == code
