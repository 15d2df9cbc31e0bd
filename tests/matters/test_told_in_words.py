"""``describe`` tells a person everything: who confirms and until when, since when rules hold, what becomes of a certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.labels import label
from contracts.matters.effect import EffectKind, PersonAmendment, Validity, Writes
from contracts.matters.registry import default_registry
from contracts.matters.route import Confirmation, TimeOut
from contracts.matters.schema import Matter
from contracts.matters.show import describe

REGISTRY = default_registry()
EVERY = {one.code: one for one in REGISTRY.all()}
CANCEL = EVERY["hunan/constructor-2-cancellation"]


def changed(matter: Matter, **parts: Any) -> Matter:
    return matter.model_copy(update=parts)


def test_a_cancellation_is_told_from_the_person_s_word_to_the_end() -> None:
    told = describe(CANCEL)
    assert told["route"] == ["个人确认;90日内未确认的,申报自动撤下;到期前10日提醒", "最后一方确认后即生效,不需主管部门审查"]
    assert told["result"] == "注销二级注册建造师;证书自生效之日起失效"
    assert told["subject"] == "持证人员;证书状态:有效"
    assert told["exclusion"] == "同一人员、同一证书同时只能有一件未办结的“二级注册建造师”申报"
    assert told["working_days"] == 0


@pytest.mark.parametrize(
    ("time_out", "says"),
    [
        (TimeOut(days=30, means="agreed"), "个人确认;30日内未确认的,视为同意"),
        (TimeOut(days=5, means="declined", remind_before=2), "个人确认;5日内未确认的,视为不同意;到期前2日提醒"),
        (TimeOut(days=90, means="removed", legal_basis="第三条"), "个人确认;90日内未确认的,申报自动撤下;依据第三条"),
        (None, "个人确认"),
    ],
)
def test_what_silence_means(time_out: TimeOut | None, says: str) -> None:
    matter = changed(CANCEL, confirmations=(Confirmation(by="person", time_out=time_out),))
    assert describe(matter)["route"][0] == says


def test_a_commitment_and_who_is_told() -> None:
    matter = changed(CANCEL, confirmations=(Confirmation(by="person", commitment=True),), informs=("former_enterprise",))
    said = label("confirmation_commitment.person").rstrip("。")
    assert describe(matter)["route"][0] == f"个人确认;确认时须接受承诺“{said}”"
    assert describe(matter)["informs"] == ["原聘用企业"]


def test_the_group_of_which_only_one_filing_can_be_open_is_told_by_its_own_name_or_the_credential_s() -> None:
    assert "“二级注册建造师”申报" in str(describe(CANCEL)["exclusion"])
    assert "“moving-house”申报" in str(describe(changed(CANCEL, exclusion="moving-house"))["exclusion"])


def test_who_files_for_themselves_is_told_so() -> None:
    initial = EVERY["national/constructor-1-initial"]
    assert describe(initial)["subject"] == "本人"
    assert describe(changed(initial, filed_by="enterprise"))["subject"] == "申报方自身"


def test_a_person_alone_is_in_effect_at_once() -> None:
    assert describe(changed(CANCEL, confirmations=()))["route"] == ["上报后即生效"]


def test_since_when_a_rule_holds_and_until_when() -> None:
    rule = CANCEL.preconditions[0]
    ended = rule.model_copy(update={"effective_until": date(2030, 1, 1)})
    told = describe(changed(CANCEL, preconditions=(rule, ended, rule.model_copy(update={"effective_from": None}))))
    assert [one["in_force"] for one in told["rules"]] == ["自2019-05-01起施行", "自2019-05-01起施行,至2030-01-01止", None]


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("constructor-2-initial", "颁发二级注册建造师,有效期3年;范围为所填“注册专业”"),
        ("constructor-2-re-registration", "颁发二级注册建造师,有效期3年;重新编号,与原证书关联;范围为所填“注册专业”"),
        (
            "constructor-2-added-specialty",
            "增项二级注册建造师;增加所填“增项专业”;增加的部分至证书原有效期届满之日;签发新的电子证书,原电子证书作废",
        ),
        (
            "constructor-2-renewal",
            "延续二级注册建造师,有效期3年;只延续所选“延续专业”;自原有效期届满次日起计算;签发新的电子证书,原电子证书作废",
        ),
        ("constructor-2-replacement", "补办二级注册建造师;有效期不变;签发新的电子证书,原电子证书作废"),
        (
            "constructor-2-id-number-change",
            "变更二级注册建造师;有效期不变;改写:持证人姓名、持证人身份证号码;签发新的电子证书,原电子证书作废",
        ),
        ("constructor-2-temp-transfer", "转移二级注册临时建造师;有效期不变;改写:聘用企业;签发新的电子证书,原电子证书作废"),
        ("constructor-2-temp-cancellation", "注销二级注册临时建造师;证书自生效之日起失效"),
    ],
)
def test_each_effect_of_hunan_in_words(code: str, result: str) -> None:
    assert describe(EVERY[f"hunan/{code}"])["result"] == result


@pytest.mark.parametrize(
    ("kind", "parts", "says"),
    [
        ("force_cancel", {}, "强制注销二级注册建造师;证书自生效之日起失效"),
        ("correct", {"writes": Writes(valid_until="form.until")}, "有效期按所填改写;改写:有效期至"),
        (
            "supplement",
            {"writes": Writes(registration_number="form.number", employer="none")},
            "补录二级注册建造师;登记:证书编号、聘用企业",
        ),
        ("amend", {"person": PersonAmendment(name="form.name")}, "同时更新人员的登记信息"),
        ("renew", {"validity": Validity(months=6)}, "延续二级注册建造师,有效期6个月;签发新的电子证书"),
    ],
)
def test_the_other_effects_in_words(kind: EffectKind, parts: dict[str, Any], says: str) -> None:
    effect = CANCEL.effect.model_copy(update={"kind": kind, **parts})
    assert says in describe(changed(CANCEL, effect=effect))["result"]


def test_a_certificate_found_by_its_number_and_former_ones() -> None:
    assert describe(EVERY["hunan/constructor-2-id-number-change"])["subject"] == "持证人员;证书状态:有效;按证书编号查找"
    assert describe(EVERY["hunan/constructor-2-re-registration"])["subject"] == "持证人员;证书状态:过期、注销、失效"


@pytest.mark.parametrize("matter", REGISTRY.all(), ids=lambda matter: matter.key)
def test_nothing_is_told_as_code(matter: Matter) -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for one in value.values() for text in texts(one)]
        if isinstance(value, list | tuple):
            return [text for one in value for text in texts(one)]
        return [str(value)] if value is not None else []

    told = describe(matter)
    for text in texts({key: value for key, value in told.items() if key != "code"}):
        assert "None" not in text and "{" not in text and "_" not in text, text
