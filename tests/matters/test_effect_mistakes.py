"""What does not belong together is told with file, line and remedy: effects, certificates, confirmations, rules' days."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.matters.registry import Registry
from contracts.yaml_source import FileProblem, MatterFileError
from tests.matters.conftest import copied

RENEWAL, ADDED, TRANSFER = "constructor-2-renewal", "constructor-2-added-specialty", "constructor-2-temp-transfer"
CANCEL, AMEND, REPLACE = "constructor-2-cancellation", "constructor-2-id-number-change", "constructor-2-replacement"
ALONE = "constructor-2-person-cancellation"
USED = (RENEWAL, ADDED, TRANSFER, CANCEL, AMEND, REPLACE, ALONE)
HOLDERS, QUALIFIED = "  picked_from: certificate_holders\n", "  picked_from: qualified_people\n"
CONFIRMED = """confirmations:
  # ~ 90 days are one city's practice.
  - {by: person, time_out: {days: 90, means: removed, remind_before: 10}}
"""


def mistake(
    name: str, passage: str, becomes: str, at: str, message: str, remedy: str, *, id: str
) -> object:
    """A passage of a matter's file, what it becomes, a piece of the line told, words of the message and of the remedy."""
    return pytest.param(name, passage, becomes, at, message, remedy, id=id)


CASES = [
    # -- the certificate it is about
    mistake(RENEWAL, HOLDERS, QUALIFIED, "kind: renew", "“renew”要有一张已有的证书", "certificate_holders",
            id="renewing no certificate"),
    mistake(CANCEL, HOLDERS, QUALIFIED, "kind: cancel", "“cancel”要有一张已有的证书", "own_certificates",
            id="cancelling no certificate"),
    mistake(CANCEL, HOLDERS, QUALIFIED, "[certificate.status, valid]",
            "“certificate.status”:本事项不以已有的证书为对象", "certificate_holders", id="a rule about no certificate"),
    mistake(CANCEL, HOLDERS, QUALIFIED, "prefill: certificate.number",
            "“certificate.number”:本事项不以已有的证书为对象", "own_certificates", id="prefilled from no certificate"),
    mistake(AMEND, HOLDERS, QUALIFIED, "certificate: {by_number", "却写了certificate", "picked_from",
            id="a certificate's states, but none is picked"),
    mistake(RENEWAL, HOLDERS, QUALIFIED, "validity:", "不能接着原有效期", "from: decision", id="going on from no expiry"),
    mistake(TRANSFER, HOLDERS, QUALIFIED, "by: former_enterprise", "原聘用企业是证书上登记的企业", "picked_from",
            id="the former employer of no certificate"),
    # -- effects and their parts
    mistake(RENEWAL, "  validity: {years: 3, from: expiry}\n", "", "effect:", "延续没有写新的有效期", "effect.validity",
            id="renewed for no time"),
    mistake(ADDED, "  scope: form.specialty\n", "", "effect:", "增项没有写增加哪些专业", "effect.scope", id="extended by nothing"),
    mistake(ADDED, "kind: extend", "kind: enlarge", "kind: enlarge", "不能是“enlarge”", "'extend'", id="unknown effect"),
    mistake(TRANSFER, "  writes: {employer: filer}\n", "", "effect:", "转移没有写新的聘用企业", "employer: filer",
            id="transferred to nobody"),
    mistake(AMEND, "  writes: {name: subject.name, resident_id: subject.resident_id}\n", "", "effect:",
            "“amend”没有写改写证书的哪些内容", "effect.writes", id="amended in nothing"),
    mistake(AMEND, "resident_id: subject.resident_id}\n", "resident_id: subject.resident_idd}\n", "resident_idd",
            "“subject.resident_idd”不是已知的事实", "“subject.resident_id”", id="written from an unknown fact"),
    mistake(AMEND, "resident_id: subject.resident_id}\n", "valid_until: subject.name}\n", "valid_until: subject",
            "“subject.name”不是一个日期", "“subject.died_on”", id="a day written from a name"),
    mistake(REPLACE, "effect:\n  kind: replace\n", "effect:\n  kind: replace\n  writes: {name: subject.name}\n", "writes:",
            "“replace”不应有“writes”:不改写证书内容", "删除", id="replaced by another"),
    mistake(REPLACE, "effect:\n  kind: replace\n", "effect:\n  kind: replace\n  validity: {years: 3}\n", "validity:",
            "“replace”不应有“validity”", "删除", id="replaced for longer"),
    mistake(TRANSFER, "effect:\n  kind: transfer\n", "effect:\n  kind: transfer\n  scope: subject.name\n", "  scope:",
            "“transfer”不应有“scope”", "删除", id="transferred with another scope"),
    mistake(RENEWAL, "  scope: form.specialties\n",
            "  scope: form.specialties\n  number: {pattern: \"{serial}\", series: x}\n", "  number:",
            "“renew”不应有“number”:编号沿用原证书", "删除", id="renewed under another number"),
    mistake(RENEWAL, "  scope: form.specialties\n", "  scope: form.specialties\n  person: {name: subject.name}\n",
            "  person: {", "“renew”不应有“person”:不改动人员信息", "删除", id="renewed with the person"),
    mistake(CANCEL, "effect:\n  kind: cancel\n", "effect:\n  kind: cancel\n  writes: {employer: none}\n", "writes:",
            "注销证书不应有“writes”", "删除", id="cancelled and written"),
    mistake(CANCEL, "effect:\n  kind: cancel\n", "effect:\n  kind: supplement\n", "effect:", "补录的证书没有“registration_number”",
            "effect.writes.registration_number", id="supplemented without a number"),
    mistake(CANCEL, "effect:\n  kind: cancel\n", "effect:\n  kind: supplement\n", "kind: supplement",
            "补录的是历史中没有的证书", "self", id="supplementing what is there"),
    # -- the kind of credential
    mistake(CANCEL, "credential: constructor-2\nregistration", "credential: constructor-9\nregistration", "credential: constructor-9",
            "没有“constructor-9”这种证书的文件", "constructor-9.v1.credential.yaml", id="unknown kind of credential"),
    mistake(CANCEL, "  holder: person\n", "  holder: enterprise\n", "holder: enterprise", "的持有人是person", "同一种",
            id="another kind of holder"),
    mistake(ADDED, "{name: specialty, type: choice, required: true, options_from: hunan/constructor-2-specialties@1}",
            "{name: specialty, type: choice, required: true, options: [male]}", "scope: form.specialty",
            "选项“male”不在证书“constructor-2”的范围之内", "选项文件", id="a scope that the credential does not know"),
    # -- confirmations
    mistake(CANCEL, CONFIRMED, "", "review: none", "企业一上报就生效", "confirmations",
            id="in effect without anybody"),
    mistake(ALONE, "{by: enterprise, time_out", "{by: person, time_out", "by: person", "“person”就是申报方", "filed_by",
            id="confirmed by the filer"),
    mistake(CANCEL, "{days: 90, ", "{days: 10, ", "remind_before: 10", "确认的提醒(10日前)", "小于10",
            id="reminded on the first day"),
    mistake(CANCEL, "means: removed", "means: forgotten", "means: forgotten", "“means”不能是“forgotten”", "'removed'",
            id="a time-out of no meaning"),
    mistake(CANCEL, "means: removed", "means: agreed", "by: person", "逾期不答复视为同意,却没有依据", "legal_basis",
            id="silence that agrees by no law"),
    mistake(CANCEL, "{by: person, time_out: {days: 90, means: removed, ",
            "{by: person, commitment: true, time_out: {days: 90, legal_basis: 某办法第三条, means: agreed, ", "by: person",
            "“person”须作出承诺,逾期不答复不能视为同意", "removed", id="standing by words in silence"),
    mistake(CANCEL, "{by: person, ", "{by: neighbour, ", "by: neighbour", "“by”不能是“neighbour”", "'person'",
            id="confirmed by nobody known"),
    mistake(CANCEL, "review: none\n", "informs: [person, person]\nreview: none\n", "informs:", "告知方“person”重复", "删除",
            id="told twice"),
    # -- rules' days
    mistake(REPLACE, "    effective_from: 2019-05-01  # ~\n  - code: verified\n",
            "    effective_from: 2019-13-01\n  - code: verified\n", "effective_from: 2019-13-01",
            "“effective_from”的“2019-13-01”不是日期", "2026-01-31", id="no such day"),
    mistake(REPLACE, "    effective_from: 2019-05-01  # ~\n  - code: verified\n",
            "    effective_from: 2019-05-01  # ~\n    effective_until: 2019-04-30\n  - code: verified\n", "effective_until: 2019-04-30",
            "规则“filer_authenticated”的失效日期(2019-04-30)早于生效日期(2019-05-01)", "核对", id="over before it begins"),
    mistake(REPLACE, "    effective_from: 2019-05-01  # ~\n  - code: verified\n",
            "    effective_from: 1 May 2019\n  - code: verified\n", "1 May 2019", "effective_from", "", id="no day"),
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copied(tmp_path / "matters", *(f"{name}.v1.yaml" for name in USED))


def problems_of(root: Path) -> list[FileProblem]:
    try:
        Registry.load(root)
    except MatterFileError as error:
        return error.problems
    return []


@pytest.mark.parametrize(("name", "passage", "becomes", "at", "message", "remedy"), CASES)
def test_a_mistake_is_shown_where_it_is_with_its_remedy(
    root: Path, name: str, passage: str, becomes: str, at: str, message: str, remedy: str
) -> None:
    path = root / "hunan" / f"{name}.v1.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(passage) == 1, f"{passage!r} is there {text.count(passage)} times"
    path.write_text(text.replace(passage, becomes), encoding="utf-8")
    problems = problems_of(root)
    told = [one for one in problems if message in one.message and remedy in one.remedy]
    assert told, "\n".join(str(one) for one in problems)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert {one.file for one in told} == {str(path)}
    assert any(at in lines[one.line - 1] for one in told), [(one.line, lines[one.line - 1]) for one in told]


def test_the_files_are_good_before(root: Path) -> None:
    assert problems_of(root) == []


def test_the_words_of_a_commitment_are_asked_for(root: Path) -> None:
    path = root / "hunan" / f"{CANCEL}.v1.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("{by: person, ", "{by: person, commitment: true, "), encoding="utf-8")
    assert problems_of(root) == []
    words = root / "labels" / "zh.yaml"
    shared = words.read_text(encoding="utf-8")
    assert "\n  person: 本人承诺" in shared
    words.write_text(shared.replace("\n  person: 本人承诺", "\n  somebody: 本人承诺"), encoding="utf-8")
    (problem,) = problems_of(root)
    assert "confirmation_commitment.person" in problem.message
    assert problem.file == str(path)


def test_a_kind_of_credential_with_a_mistake_is_told_once_not_by_every_matter(root: Path) -> None:
    path = root / "common" / "constructor-2.v1.credential.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("one_per: specialty", "one_per: village"), encoding="utf-8")
    (problem,) = problems_of(root)
    assert problem.file == str(path) and "village" in problem.message
