"""What does not belong together along a route is told with file, line and remedy: times, silence, correction, documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.matters.registry import Registry
from contracts.yaml_source import FileProblem, MatterFileError
from tests.matters.conftest import CODE
from tests.matters.samples import DIRECTORY

SECOND = f"{CODE}.v2.yaml"
ACCEPTANCE = "    working_days: 5\n"
PRELIMINARY = "    legal_basis: 《中华人民共和国行政许可法》第四十三条\n"
LAST = "    separate_from: [preliminary]\n"
GRANTED = "    silence: {means: granted, legal_basis: 第五十条}\n"
CORRECTION = "correction: {working_days: 20, remind_before: 3}\n"
PUBLICITY = "publicity: {working_days: 10, objections: true, anonymous_objections: true, objection_working_days: 15}\n"
ACCEPTED = "  acceptance: 湘建许受〔{year}〕{serial:05d}号\n"
AT_EXPIRY = "granted_by_silence: {{on: {}, legal_basis: 第五十条}}\n"


def mistake(passage: str, becomes: str, at: str, message: str, remedy: str, *, id: str) -> object:
    """A passage of version 2, what it becomes, a piece of the line told, words of the message and of the remedy."""
    return pytest.param(passage, becomes, at, message, remedy, id=id)


CASES = [
    mistake(
        "    remind_before: 1  # ~\n", "    remind_before: 5\n", "remind_before: 5", "环节“acceptance”的提醒(5日前)", "小于5",
        id="reminded on the first day",
    ),
    mistake(
        "      working_days: 10\n      legal_basis", "      working_days: 31\n      legal_basis", "working_days: 31",
        "环节“second”的延长(31个工作日)过长", "最多30个工作日", id="extended for long",
    ),
    mistake(
        PRELIMINARY, f"{PRELIMINARY}    separate_from: [second]\n", "separate_from: [second]",
        "“second”不是“preliminary”之前的环节", "acceptance", id="apart from a later stage",
    ),
    mistake(
        LAST, "    separate_from: [second]\n", "separate_from: [second]", "“second”不是“second”之前的环节", "acceptance",
        id="apart from itself",
    ),
    mistake(
        LAST, "    separate_from: [preliminry]\n", "preliminry", "“preliminry”不是", "是否要写“preliminary”",
        id="apart from a stage that there is not",
    ),
    mistake(
        LAST, "    separate_from: [preliminary, preliminary]\n", "separate_from:", "环节“preliminary”写了两次", "删除",
        id="apart twice",
    ),
    mistake(
        "      means: passed\n      as_of: receipt\n", "      means: granted\n", "means: granted",
        "其后的环节“preliminary”永远到不了", "最后一个环节", id="granted before the last stage",
    ),
    mistake(
        LAST, f"{LAST}{GRANTED}", "means: granted", "公示、公告永远到不了", "passed",
        id="granted past the publicity",
    ),
    mistake(
        LAST, f"{LAST}    silence: {{means: passed, as_of: receipt, legal_basis: 第五十条}}\n", "means: passed, as_of",
        "环节“second”不能追溯到收件之日", "第一个环节", id="dated back to the receipt of another stage",
    ),
    mistake(
        "      means: passed\n", "      means: failed\n", "means: failed", "“means”不能是“failed”", "'passed'",
        id="silence of no meaning",
    ),
    mistake(
        "      as_of: receipt\n      legal_basis: 《中华人民共和国行政许可法》第三十二条第一款第四项\n", "      as_of: receipt\n",
        "silence:", "缺少“legal_basis”", "加上legal_basis", id="silence without an article",
    ),
    mistake(
        CORRECTION, "correction: {working_days: 3, remind_before: 3}\n", "correction:", "补正的提醒(3日前)", "小于3",
        id="correction reminded on the first day",
    ),
    mistake(
        CORRECTION, CORRECTION + "decision: {working_days: 2, remind_before: 2}\n", "decision:", "作出决定的提醒(2日前)", "小于2",
        id="decision reminded on the first day",
    ),
    mistake(
        CORRECTION, CORRECTION + AT_EXPIRY.format("certificate.valid_until"), "granted_by_silence", "不以已有的证书为对象",
        "certificate_holders", id="granted at the expiry of no certificate",
    ),
    mistake(
        CORRECTION, CORRECTION + AT_EXPIRY.format("subject.employment.end_on"), "end_on",
        "“subject.employment.end_on”不是已知的事实", "subject.employment.ends_on", id="granted on an unknown day",
    ),
    mistake(
        CORRECTION, CORRECTION + AT_EXPIRY.format("form.school"), "form.school", "“form.school”不是一个届满日期", "可用的有",
        id="granted on what is no day",
    ),
    mistake(
        CORRECTION, CORRECTION + AT_EXPIRY.format("subject.birth_date"), "{on: subject.birth_date", "没有“days.subject.birth_date”的文字",
        "labels", id="granted on a day that ends nothing",
    ),
    mistake(
        "objections: true, anonymous_objections", "objections: false, anonymous_objections", "publicity:",
        "不接受异议,却有“anonymous_objections”", "objections: true", id="no objections, but anonymous ones",
    ),
    mistake(
        ACCEPTED, "  acceptance: 湘建许补〔{year}〕{serial:05d}号\n", "correction: 湘建许补", "与“acceptance”的文号相同", "不同的文号",
        id="two documents of one number",
    ),
    mistake(
        ACCEPTED, "  acceptance: 湘建许受{serial:05d}号\n", "acceptance: 湘建许受", "“acceptance”的写法", "年份和流水号",
        id="number without a year",
    ),
    mistake(
        ACCEPTED, "  acceptance: 湘建许受〔{year}〕{number}号\n", "acceptance: 湘建许受", "“acceptance”的写法", "{serial:05d}",
        id="number without a serial",
    ),
    mistake(
        "  approval: 湘建许准", "  aproval: 湘建许准", "aproval", "不认识的键“aproval”", "“approval”", id="unknown document",
    ),
]  # fmt: skip


def problems_of(*roots: Path) -> list[FileProblem]:
    with pytest.raises(MatterFileError) as refused:
        Registry.load(*roots)
    return refused.value.problems


def spoiled(path: Path, passage: str, becomes: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(passage) == 1, f"{passage!r} is there {text.count(passage)} times"
    path.write_text(text.replace(passage, becomes), encoding="utf-8")


def line_of(path: Path, passage: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if passage in line)


@pytest.mark.parametrize(("passage", "becomes", "at", "message", "remedy"), CASES)
def test_a_mistake_is_shown_where_it_is_with_its_remedy(
    province: Path, passage: str, becomes: str, at: str, message: str, remedy: str
) -> None:
    path = province / SECOND
    spoiled(path, passage, becomes)
    problems = problems_of(province)
    told = [one for one in problems if message in one.message]
    assert told, "\n".join(str(one) for one in problems)
    assert (told[0].file, told[0].line) == (str(path), line_of(path, at))
    assert remedy in told[0].remedy


@pytest.fixture
def trial(tmp_path: Path, province: Path) -> Path:
    """The matter that the rules approve, where it may be spoiled."""
    folder = tmp_path / "own" / "trial"
    folder.mkdir(parents=True)
    for name in ("automatic.v1.yaml", "labels.zh.yaml"):
        (folder / name).write_text((DIRECTORY / "trial" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder / "automatic.v1.yaml"


@pytest.mark.parametrize(
    ("becomes", "message"),
    [
        ("review: auto\nannouncement: true\n", "没有审查环节,却要公告"),
        ("review: auto\npublicity: {working_days: 10}\n", "没有审查环节,却要公示"),
        ("review: auto\ncorrection: {working_days: 20}\n", "没有可以退回补正的环节,却有补正期限"),
        ("review: auto\ngranted_by_silence: {on: subject.employment.ends_on, legal_basis: 第五十条}\n", "谈不上逾期未决"),
        ("review: none\n", "本事项不经审查,这种文书永远不会出具"),
        (
            "review:\n  - {name: second, level: province, working_days: 20, outcomes: [pass], told_once: true}\n",
            "环节“second”要求一次告知,却不能退回补正",
        ),
        ("review: []\n", "审查环节为空"),
    ],
)
def test_without_authority_there_is_nothing_for_one_to_do(
    province: Path, trial: Path, becomes: str, message: str
) -> None:
    spoiled(trial, "review: auto\n", becomes)
    problems = problems_of(province, trial.parent.parent)
    assert [one.message for one in problems if one.file == str(trial) and message in one.message]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("acceptance", "没有名为acceptance的环节"),
        ("correction", "没有可以退回补正的环节"),
        ("refusal", "没有可以不予通过的环节"),
    ],
)
def test_a_document_that_never_comes_is_told(province: Path, trial: Path, kind: str, why: str) -> None:
    spoiled(trial, "documents:\n", f"documents:\n  {kind}: 湘建试〔{{year}}〕{{serial:05d}}号\n")
    (problem,) = problems_of(province, trial.parent.parent)
    assert why in problem.message and problem.line == line_of(trial, f"  {kind}:")
