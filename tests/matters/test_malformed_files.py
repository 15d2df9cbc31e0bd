"""A matter file with a mistake is refused with file, line and remedy, and all mistakes are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.matters.registry import Registry
from contracts.yaml_source import FileProblem, MatterFileError

Spoil = Callable[[str, str], Path]


def problems_of(root: Path) -> list[FileProblem]:
    with pytest.raises(MatterFileError) as refused:
        Registry.load(root)
    return refused.value.problems


def line_of(path: Path, passage: str) -> int:
    return next(
        n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if passage in line
    )


CASES = [
    # (passage of the good file, what it becomes, a piece of the line told, words of the message, words of the
    # remedy)
    pytest.param(
        "version: 1\n", "version: [1\n", "province:", "YAML语法错误", "缩进、冒号、引号", id="yaml syntax"
    ),
    pytest.param(
        "filed_by: enterprise\n", "filed_by: enterprise\n\tx: 1\n", "\tx: 1", "YAML", "缩进", id="tab"
    ),
    pytest.param(
        "announcement: true\n", "announcement: true\nannouncement: false\n", "announcement: false",
        "“announcement”重复", "合并或删除", id="duplicate key",
    ),
    pytest.param(
        "exclusion:", "exclusive:", "exclusive:", "不认识的键“exclusive”", "“exclusion”", id="unknown key"
    ),
    pytest.param(
        "found_by: [name", "fnd_by: [name", "fnd_by", "不认识的键“fnd_by”",
        "“found_by”", id="unknown key below"
    ),
    pytest.param("filed_by: enterprise\n", "", "code:", "缺少“filed_by”", "加上filed_by", id="missing key"),
    pytest.param("version: 1\n", "version: one\n", "version: one", "应是整数", "整数", id="wrong type"),
    pytest.param(
        "name: acceptance, level: city, working_days: 5", "name: acceptance, level: city, working_days: true",
        "working_days: true", "“working_days”应是整数", "整数", id="true is no number of days",
    ),
    pytest.param(
        "filed_by: enterprise", "filed_by: company", "filed_by: company", "不能是“company”", "'enterprise'",
        id="not one of the choices",
    ),
    pytest.param(
        "province: \"430000\"", "province: 430000", "province: 430000", "应是文字",
        "文字", id="code without quotes"
    ),
    pytest.param(
        "province: \"430000\"", "province: \"430100\"", "province:", "不是省级代码",
        "430000", id="a city as province"
    ),
    pytest.param(
        "max_size: 2 MB", "max_size: 2 megabytes", "2 megabytes", "“max_size”的写法",
        "KB或MB", id="unreadable size"
    ),
    pytest.param(
        "{equals: [filer.authenticated, true]}", "{equal: [filer.authenticated, true]}", "{equal:",
        "没有“equal”这种写法", "“equals”", id="unknown condition",
    ),
    pytest.param(
        "{equals: [subject.verified, true]}", "{equals: [subject.verified, true], present: subject.name}", "present:",
        "只有一个键", "at_least", id="two conditions in one",
    ),
    pytest.param(
        "{equals: [subject.verified, true]}", "{equals: [subject.verifid, true]}", "subject.verifid",
        "“subject.verifid”不是已知的事实", "“subject.verified”", id="unknown fact in a condition",
    ),
    pytest.param(
        "{equals: [it.valid, true]}", "{equals: [it.vald, true]}", "it.vald",
        "“subject.qualifications[].vald”",
        "“subject.qualifications[].valid”", id="unknown fact of a list's item",
    ),
    pytest.param(
        "{at_least: [form.elective_hours, 60]}", "{at_least: [form.electiv_hours, 60]}", "electiv_hours",
        "“form.electiv_hours”", "“form.elective_hours”", id="unknown field in a condition",
    ),
    pytest.param(
        "prefill: subject.school", "prefill: subject.schol", "subject.schol", "“subject.schol”",
        "“subject.school”",
        id="unknown fact to prefill",
    ),
    pytest.param(
        "form.specialty, submitted_at", "form.specialties, submitted_at", "list_columns",
        "“form.specialties”",
        "“form.specialty”", id="unknown field as column",
    ),
    pytest.param(
        "    employer: filer.name", "    employer: filer.nam", "employer: filer.nam", "“filer.nam”",
        "“filer.name”",
        id="unknown fact on the certificate",
    ),
    pytest.param(
        "sections: [registration, person, employer]", "sections: [registration, persons, employer]",
        "persons",
        "栏目“persons”不存在", "“person”", id="unknown section in print",
    ),
    pytest.param(
        "commitment: {attachment: commitment_letter}", "commitment: {attachment: commitment_leter}",
        "leter}",
        "附件“commitment_leter”不存在", "“commitment_letter”", id="unknown attachment",
    ),
    pytest.param(
        "taken_from: subject.files.portrait", "taken_from: subject.files.photo", "files.photo",
        "“subject.files.photo”不是已登记的文件", "“subject.files.portrait”", id="unknown own file",
    ),
    pytest.param(
        "options: [male, female]", "max_length: 5", "- name: sex", "没有选项",
        "options_from", id="choice without options"
    ),
    pytest.param(
        "options_from: common/ethnicities@1", "options_from: common/ethnicities@2", "ethnicities@2",
        "“common/ethnicities@2”不存在", "名称与版本", id="unknown option file",
    ),
    pytest.param(
        "- {name: major,", "- {name: school,",
        "{name: school, type: text, required: true, prefill: subject.major",
        "字段“school”重复", "改名", id="duplicate field",
    ),
    pytest.param(
        "- code: of_age", "- code: verified  # again", "# again", "规则“verified”重复",
        "改名", id="duplicate rule"
    ),
    pytest.param(
        "{name: second, level: province, working_days: 20, outcomes: [pass, return, refuse]}",
        "{name: second, level: county, working_days: 20, outcomes: [pass, return, refuse]}",
        "level: county", "低于上一环节", "由低到高", id="levels fall",
    ),
    pytest.param(
        "{name: acceptance, level: city, working_days: 5, outcomes: [pass, return, refuse]}",
        "{name: acceptance, level: city, working_days: 5, outcomes: [return, refuse]}",
        "[return, refuse]", "环节“preliminary”永远到不了", "加上pass", id="stage not reached",
    ),
    pytest.param(
        "{name: second, level: province, working_days: 20, outcomes: [pass, return, refuse]}",
        "{name: second, level: ministry, working_days: 20, outcomes: [pass, return, refuse]}",
        "level: ministry", "省级事项", "000000", id="ministry in a province's matter",
    ),
    pytest.param(
        "working_days: 10, objections", "working_days: 0, objections", "working_days: 0", "超出范围",
        "最小为1",
        id="no days at all",
    ),
    pytest.param(
        "values: {qualified_year: qualification.passed_year}", "values: {}", "number:",
        "“qualified_year”没有取值来源",
        "values", id="number of nothing",
    ),
    pytest.param(
        "{registered_year}{serial:05d}\"", "{registered_year}\"", "pattern:", "没有流水号", "{serial:05d}",
        id="number without serial",
    ),
    pytest.param(
        "{registered_year}{serial:05d}\"", "{registered_year}{serial:05d\"", "pattern:", "花括号", "成对",
        id="number with an open brace",
    ),
    pytest.param(
        "{registered_year}{serial:05d}\"", "{registered_year}{serial:5x5}\"", "pattern:", "格式不对",
        "serial:05d",
        id="number with an impossible format",
    ),
    pytest.param(
        "  validity: {years: 3}", "  validity: {years: 0}", "validity:", "有效期为零",
        "years", id="valid for no time"
    ),
    pytest.param(
        "kind: grant", "kind: cancel", "validity:", "注销证书不应有“validity”", "删除",
        id="cancel with validity",
    ),
    pytest.param(
        "issuer: 11430000006122244L", "issuer: 11430000006122244M", "issuer: 1143", "校验位", "同目录",
        id="issuer's check digit",
    ),
    pytest.param(
        "- {name: school,", "- {name: alma_mater,", "alma_mater", "没有“fields.alma_mater”的文字", "labels",
        id="field without words",
    ),
    pytest.param(
        "- code: not_over_65", "- code: too_old", "too_old", "没有“rules.too_old.remedy”的文字", "labels",
        id="rule without remedy",
    ),
    pytest.param(
        "version: 1\n", "version: 2\n", "code:", "文件名与编号、版本不符", "改文件名", id="file name"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("passage", "becomes", "at", "message", "remedy"), CASES)
def test_a_mistake_is_shown_where_it_is_with_its_remedy(
    province: Path, spoil: Spoil, passage: str, becomes: str, at: str, message: str, remedy: str
) -> None:
    path = spoil(passage, becomes)
    told = [one for one in problems_of(province) if message in one.message]
    assert told, "\n".join(str(one) for one in problems_of(province))
    assert told[0].file == str(path)
    assert remedy in told[0].remedy
    assert told[0].line == line_of(path, at)
    assert told[0].column >= 1


def test_every_mistake_of_every_file_is_told_at_once(province: Path, spoil: Spoil) -> None:
    spoil("taken_from: subject.files.portrait", "taken_from: subject.files.photo")
    spoil("prefill: subject.school", "prefill: subject.schol")
    other = province / "hunan" / "constructor-2-renewal.v1.yaml"
    other.write_text("code: hunan/constructor-2-renewal\n", encoding="utf-8")
    words = province / "hunan" / "labels.zh.yaml"
    without = re.sub(r"(?m)^( +title): 二级建造师初始申报$", r"\1:", words.read_text(encoding="utf-8"), count=1)
    words.write_text(without, encoding="utf-8")
    problems = problems_of(province)
    assert [Path(one.file).name for one in problems if "title" in one.message] == ["labels.zh.yaml"], "told once"
    assert {Path(one.file).name for one in problems} == {
        "constructor-2-initial.v1.yaml",
        "constructor-2-renewal.v1.yaml",
        "labels.zh.yaml",
    }
    assert sum("constructor-2-initial" in one.file for one in problems) == 2
    assert sum("缺少" in one.message for one in problems) > 5


def test_the_error_reads_as_a_list_of_places(province: Path, spoil: Spoil) -> None:
    path = spoil("prefill: subject.school", "prefill: subject.schol")
    with pytest.raises(MatterFileError, match=r"constructor-2-initial\.v1\.yaml:\d+:\d+: .+ → .+") as refused:
        Registry.load(province)
    assert str(refused.value).startswith(str(path))


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list\n", "\x00", "? {a: b}\n: c\n"])
def test_what_is_no_matter_at_all_is_refused(province: Path, text: str) -> None:
    path = province / "hunan" / "nothing.v1.yaml"
    path.write_text(text, encoding="utf-8")
    assert all(one.file == str(path) and one.line >= 1 and one.remedy for one in problems_of(province))


def test_a_file_that_is_not_utf8_is_refused_at_its_line(province: Path) -> None:
    path = province / "hunan" / "nothing.v1.yaml"
    path.write_bytes("code: x\ntitle: 二级".encode("gbk"))
    (problem,) = problems_of(province)
    assert (problem.file, problem.line) == (str(path), 2)
    assert "UTF-8" in problem.remedy


def test_a_file_that_nothing_would_read_is_refused(province: Path) -> None:
    path = province / "hunan" / "constructor-2-renewal.yaml"
    path.write_text("code: x\n", encoding="utf-8")
    (problem,) = problems_of(province)
    assert problem.file == str(path)
    assert ".v<版本>.yaml" in problem.remedy


def test_words_that_are_written_in_two_files_are_refused(province: Path) -> None:
    (province / "own").mkdir()
    (province / "own" / "labels.zh.yaml").write_text("fields:\n  school: 学校\n", encoding="utf-8")
    told = problems_of(province)
    assert any("fields.school" in one.message for one in told)


def test_a_second_language_must_have_every_word(province: Path) -> None:
    (province / "labels" / "en.yaml").write_text("title: Registration\n", encoding="utf-8")
    told = problems_of(province)
    assert any("fields.school" in one.message and "en" in one.message for one in told)
    assert not any("“title”" in one.message for one in told)
