"""The shape serves matters of every kind that the manuals know: one sketch of each, written as a province
would.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.labels import MATTERS
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from contracts.yaml_source import MatterFileError

# 个人注销: filed by the person, confirmed by the enterprise (removed when it does not act for 90 days), no
# review.
CANCELLATION = """
code: sketch/cancellation
version: 1
province: "430000"
credential: constructor-2
registration_type: cancellation
filed_by: person
subject: {kind: person, picked_from: own_certificates}
exclusion: constructor-2
preconditions:
  - code: certificate_valid
    at: start
    when: {equals: [certificate.status, valid]}
form:
  sections:
    - name: person
      fields:
        - {name: name, type: text, required: true, prefill: subject.name, fixed: true, personal: true}
confirmations:
  - {by: enterprise, time_out: {days: 90, means: removed}}
review: none
effect: {kind: cancel, credential: constructor-2}
list_columns: [name, state]
printed_form: {sections: [person], commitment: false}
"""

# 延续申报: opens 90 days before expiry, each chosen specialty for three more years.
RENEWAL = """
code: sketch/renewal
version: 1
province: "430000"
credential: constructor-2
registration_type: renewal
filed_by: enterprise
subject: {kind: person, picked_from: certificate_holders, found_by: [name, resident_id]}
exclusion: constructor-2
preconditions:
  - code: renewal_window
    at: start
    when:
      all:
        - {not_after: [certificate.valid_until, today, {days: 90}]}
        - {not_before: [certificate.valid_until, today, {days: 30}]}
form:
  sections:
    - name: registration
      fields:
        - name: specialty
          type: multi_choice
          required: true
          options_from: hunan/constructor-2-specialties@1
review:
  - {name: acceptance, level: city, working_days: 5}
  - {name: second, level: province, working_days: 20}
publicity: {working_days: 10}
announcement: true
effect:
  kind: renew
  credential: constructor-2
  validity: {years: 3}
  scope: form.specialty
list_columns: [name, form.specialty, state]
printed_form: {sections: [registration], commitment: false}
"""

# 首次信息报送: an enterprise's own credential, approved by rules at submission.
ENTRY = """
code: sketch/entry
version: 1
province: "650000"
credential: xinjiang-entry
filed_by: enterprise
subject: {kind: enterprise, picked_from: self}
form:
  sections:
    - name: employer
      fields:
        - {name: employer_name, type: text, required: true, prefill: filer.name, fixed: true}
attachments:
  - {name: commitment_letter, formats: [pdf], max_size: 5 MB}
commitment: {attachment: commitment_letter}
review: auto
effect:
  kind: grant
  credential: xinjiang-entry
  holder: enterprise
  validity: {years: 1}
  number: {pattern: "{province_abbreviation}{registered_year}{serial:06d}", series: "entry-{registered_year}"}
list_columns: [enterprise, state]
printed_form: {sections: [employer]}
"""

# National: the province accepts, the ministry reviews.
NATIONAL = (
    RENEWAL.replace("sketch/renewal", "sketch/national")
    .replace('"430000"', '"000000"')
    .replace(
        "{name: second, level: province, working_days: 20}",
        "{name: review, level: ministry, working_days: 20}",
    )
)

WORDS = """
title: 事项
commitment: {text: 承诺}
printed_form: {title: 申请表}
credentials: {xinjiang-entry: 进疆企业}
certificate_titles: {xinjiang-entry: 进疆企业信息报送证明}
stages: {review: 审查}
rules:
  renewal_window: {needs: 在延续期内, says: 不在延续期内, remedy: 请在有效期届满前三个月内申报}
"""


ENTRY_CREDENTIAL = """
credential: xinjiang-entry
version: 1
holder: enterprise
status_codes: {valid: "01", expired: "05", cancelled: "04", replaced: "04", lapsed: "05", withdrawn: "99"}
numbers: ["新\\\\d{10}"]
source: 新疆工程建设云
"""


@pytest.fixture
def sketches(tmp_path: Path) -> Path:
    folder = tmp_path / "sketch"
    folder.mkdir()
    for name, text in {
        "cancellation": CANCELLATION,
        "renewal": RENEWAL,
        "entry": ENTRY,
        "national": NATIONAL,
    }.items():
        (folder / f"{name}.v1.yaml").write_text(text.lstrip(), encoding="utf-8")
    (folder / "xinjiang-entry.v1.credential.yaml").write_text(ENTRY_CREDENTIAL.lstrip(), encoding="utf-8")
    (folder / "labels.zh.yaml").write_text(WORDS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def matters(sketches: Path) -> dict[str, Matter]:
    registry = Registry.load(MATTERS, sketches)
    return {
        matter.code.partition("/")[2]: matter
        for matter in registry.all()
        if matter.code.startswith("sketch/")
    }


def test_a_cancellation_needs_the_other_side_and_no_authority(matters: dict[str, Matter]) -> None:
    matter = matters["cancellation"]
    assert matter.review == "none"
    assert matter.stages == ()
    (confirmation,) = matter.confirmations
    assert confirmation.time_out is not None
    assert (confirmation.by, confirmation.time_out.days, confirmation.time_out.means) == (
        "enterprise",
        90,
        "removed",
    )


def test_a_renewal_asks_for_the_specialties_to_renew(matters: dict[str, Matter]) -> None:
    assert matters["renewal"].effect.scope_from({"form": {"specialty": ["building", "mining"]}}) == (
        "building",
        "mining",
    )


def test_an_enterprises_own_credential_can_be_granted_by_rules(matters: dict[str, Matter]) -> None:
    matter = matters["entry"]
    assert (matter.review, matter.effect.holder, matter.registration_type) == ("auto", "enterprise", None)


def test_a_national_matter_ends_at_the_ministry(matters: dict[str, Matter]) -> None:
    assert [stage.level for stage in matters["national"].stages] == ["city", "ministry"]


def test_each_can_be_told(matters: dict[str, Matter], sketches: Path) -> None:
    labels = Registry.load(MATTERS, sketches).labels
    told = {name: describe(matter, labels) for name, matter in matters.items()}
    assert told["cancellation"]["route"] == ["企业确认;90日内未确认的,申报自动撤下", "最后一方确认后即生效,不需主管部门审查"]
    assert told["cancellation"]["result"] == "注销二级注册建造师;证书自生效之日起失效"
    assert told["entry"]["route"] == ["上报后按规则自动审批"]
    assert told["entry"]["result"] == "颁发进疆企业,有效期1年"
    assert told["national"]["place"] == "全国"


@pytest.mark.parametrize(
    ("name", "passage", "becomes", "message"),
    [
        (
            "cancellation",
            "review: none",
            "review: none\npublicity: {working_days: 10}",
            "没有审查环节,却要公示",
        ),
        ("cancellation", "review: none", "review: []", "审查环节为空"),
        ("renewal", "  validity: {years: 3}\n", "", "没有写新的有效期"),
        ("entry", "effect:\n  kind: grant", "effect:\n  kind: extend", "“extend”不应有“number”:编号沿用原证书"),
        ("entry", "{serial:06d}", "{serial:06d}{city}", "“city”没有取值来源"),
        ("cancellation", "kind: cancel", "kind: grant", "没有编号规则"),
        (
            "cancellation",
            "certificate.status",
            "qualification.number",
            "“qualification.number”不是已知的事实",
        ),
    ],
)
def test_what_does_not_belong_together_is_told(
    sketches: Path, name: str, passage: str, becomes: str, message: str
) -> None:
    path = sketches / "sketch" / f"{name}.v1.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(passage) == 1
    path.write_text(text.replace(passage, becomes), encoding="utf-8")
    with pytest.raises(MatterFileError, match=message) as refused:
        Registry.load(MATTERS, sketches)
    assert {one.file for one in refused.value.problems} == {str(path)}
