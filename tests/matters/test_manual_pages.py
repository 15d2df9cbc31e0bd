"""What each page of Hunan's manual (3.2.3) shows is in the form, starred fields are required, and the list has its columns."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from contracts.labels import label
from contracts.matters.checks import check_form
from contracts.matters.facts import gathered
from contracts.matters.form import Field
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from tests.matters.scenes import fitting

EVERY = default_registry().all()
NEWEST = {one.code: one for one in EVERY}

KIND = ("注册类型", "申报类型")
PERSON = ("姓名", "性别", "证件类型", "证件号码", "出生日期", "民族", "手机号码", "联系电话", "毕业院校", "所学专业")
DEGREE, EMPLOYED = ("学位",), ("聘用开始时间", "聘用结束时间")
SCHOOL = ("毕业时间", "学历")
EMPLOYER = ("企业名称", "法定代表人", "所在市州（县区）", "企业性质", "通讯地址", "企业资质证书编号", "企业资质等级", "企业资质范围")
LISTED = ("申报主管部门", "姓名", "身份证号", "企业名称", "注册类型")
SENT = ("上报时间", "状态")


@dataclass(frozen=True)
class Page:
    """One page of the manual: fields with a star, the others, and the columns of its list."""

    number: str
    starred: tuple[str, ...]
    others: tuple[str, ...]
    columns: tuple[str, ...]


STARRED = (*PERSON, *SCHOOL, *DEGREE, *EMPLOYED, "企业类型")
OTHERS = (*KIND, "申报主管部门", "处罚或不良情形", "是否长期", *EMPLOYER)
CANCELLATION = tuple(one for one in OTHERS if one != "申报主管部门")
CANCELLED = ("姓名", "身份证号", "企业名称", "注册类型", *SENT)

PAGES = {
    "hunan/constructor-2-initial": Page(
        "3.2.3.1",
        (*PERSON, *DEGREE, *EMPLOYED, "企业类型"),
        (*OTHERS, *SCHOOL),
        (*LISTED, "注册专业", *SENT),
    ),
    "hunan/constructor-2-re-registration": Page("3.2.3.2", STARRED, OTHERS, (*LISTED, "注册专业", *SENT)),
    "hunan/constructor-2-added-specialty": Page("3.2.3.3", STARRED, OTHERS, (*LISTED, "增项专业", *SENT)),
    "hunan/constructor-2-renewal": Page("3.2.3.10", STARRED, OTHERS, (*LISTED, "延续专业", *SENT)),
    "hunan/constructor-2-replacement": Page("3.2.3.4", STARRED, OTHERS, (*LISTED, *SENT)),
    "hunan/constructor-2-cancellation": Page("3.2.3.5", (*STARRED, "经办人", "经办人手机号"), CANCELLATION, CANCELLED),
    "hunan/constructor-2-id-number-change": Page(
        "3.2.3.6",
        ("申报类型", "身份证姓名", "身份证号", "原身份证姓名", "原身份证号"),
        (),
        ("身份证姓名", "身份证号", "原身份证姓名", "原身份证号", "申报类型", *SENT),
    ),
    "hunan/constructor-2-person-cancellation": Page(
        "3.2.3.7", (), (), ("姓名", "身份证号", "企业名称", "注册类型", "证书类型", *SENT)
    ),
    "hunan/constructor-2-temp-transfer": Page(
        "3.2.3.8",
        STARRED,
        (*(one for one in OTHERS if one != "处罚或不良情形"), "经办人", "经办人电话"),
        ("申报主管部门", "姓名", "身份证号", "转入企业名称", "转出企业名称", "注册类型", *SENT),
    ),
    "hunan/constructor-2-temp-extension": Page("3.2.3.10", STARRED, OTHERS, (*LISTED, "延续专业", *SENT)),
    "hunan/constructor-2-temp-cancellation": Page(
        "3.2.3.11", (*STARRED, "经办人", "经办人手机号"), CANCELLATION, CANCELLED
    ),
    "hunan/constructor-2-temp-person-cancellation": Page("3.2.3.11", (), (), (*CANCELLED[:4], "证书类型", *SENT)),
}


def called(matter: Matter, field: Field) -> str:
    return label(f"fields.{field.name}", matter=matter.code)


@pytest.mark.parametrize("code", PAGES)
class TestPage:
    def test_every_field_of_the_page_is_in_the_form(self, code: str) -> None:
        page, matter = PAGES[code], NEWEST[code]
        names = {called(matter, one) for one in matter.form.fields}
        assert {*page.starred, *page.others} <= names, page.number

    def test_every_starred_field_is_required(self, code: str) -> None:
        page, matter = PAGES[code], NEWEST[code]
        required = {called(matter, one) for one in matter.form.fields if one.required}
        assert set(page.starred) <= required, page.number
        assert not set(page.others) & required - {"企业名称", "是否长期"}, "what has no star may be left out"

    def test_the_list_has_its_columns_in_order(self, code: str) -> None:
        page, matter = PAGES[code], NEWEST[code]
        columns = (
            label(f"fields.{one.removeprefix('form.')}" if one.startswith("form.") else f"columns.{one}", matter=code)
            for one in matter.list_columns
        )
        assert tuple(columns) == page.columns


def test_every_page_has_its_matter_and_every_matter_of_hunan_its_page() -> None:
    assert set(PAGES) == {code for code in NEWEST if code.startswith("hunan/")}


@pytest.mark.parametrize("matter", NEWEST.values(), ids=lambda matter: matter.key)
def test_each_required_field_that_is_missing_is_told(matter: Matter) -> None:
    facts = fitting(matter)
    asked = [one.name for one in matter.form.fields if one.required is True]
    assert asked
    for name in asked:
        form = {field: value for field, value in facts.form.items() if field != name}
        found = check_form(matter, form, gathered(matter, facts.model_copy(update={"form": form})))
        assert ("required", name) in [(one.code, one.field) for one in found]
