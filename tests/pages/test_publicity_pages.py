"""Publicity, the objection form and the gazette in a real browser: on a desk, on a phone, without any script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from demo import pictures
from tests.journeys.product import Certified, employee, submitted
from tests.pages.accessible import accessible, look
from tests.pages.conftest import Visit

if TYPE_CHECKING:
    from demo.steps import Steps

Open = Callable[..., Visit]
REASONS = "该人员已受聘于其他单位,不符合注册条件。"


@pytest.fixture(scope="module")
def shown(world: Steps) -> Steps:
    """A case that is shown from today."""
    steps = submitted(employee(world))
    for stage in ("acceptance", "preliminary", "second"):
        steps.passed(stage)
    steps.province.post(f"/cases/{steps.case_id}/publicity")
    steps.anyone.seen = dict(steps.province.seen)
    assert steps.case_id in [row["case_id"] for row in steps.anyone.get("/publicity", per_page=200)["rows"]]
    return steps


def _page_of(steps: Steps) -> str:
    return f"{steps.url}/publicity/{steps.case_id}"


def test_the_list_leads_to_the_form_and_the_form_to_the_receipt(shown: Steps, visit: Open) -> None:
    opened = visit(f"{shown.url}/publicity")
    accessible(opened.page, "公示")
    opened.picture("publicity")
    number = shown.province.get(f"/cases/{shown.case_id}")["number"]
    opened.page.get_by_role("link", name=number).click()
    accessible(opened.page, "提出异议")
    opened.page.get_by_label("理由").fill(REASONS)
    opened.page.get_by_label("匿名提出").check()
    letter = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": pictures.make_letter_pdf("证明", ["样本"])}
    opened.page.get_by_label("证据材料").set_input_files([letter])
    opened.picture("objection-form")
    with opened.page.expect_navigation():
        opened.page.get_by_role("button", name="提出异议").click()
    assert "/objections/" in opened.page.url
    assert "异议已收到" in opened.page.get_by_role("status").inner_text()
    text = opened.page.inner_text("main")
    assert f"{number}-Y1" in text and REASONS not in text and shown.name not in text
    accessible(opened.page, "异议办理情况")
    opened.picture("objection-receipt")
    opened.quiet(shown.url)
    (objection,) = shown.province.get(f"/cases/{shown.case_id}")["objections"]
    assert objection["reasons"] == REASONS and objection["objector"] is None
    assert [one["name"] for one in objection["files"]] == ["证明.pdf"]


def test_what_is_refused_stays_typed(shown: Steps, visit: Open) -> None:
    opened = visit(_page_of(shown))
    opened.page.get_by_label("理由").fill(REASONS)
    opened.page.get_by_label("您的姓名").fill("王建国")
    with opened.page.expect_navigation():
        opened.page.get_by_role("button", name="提出异议").click()
    assert "请填写姓名和手机号码" in opened.page.get_by_role("alert").inner_text()
    assert opened.page.get_by_label("理由").input_value() == REASONS
    assert opened.page.get_by_label("您的姓名").input_value() == "王建国"
    accessible(opened.page, "提出异议")
    opened.quiet(shown.url)


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_scrolls_sideways(shown: Steps, visit: Open, width: int) -> None:
    for address in (f"{shown.url}/publicity", _page_of(shown), f"{shown.url}/gazette"):
        opened = visit(address, width=width)
        assert look(opened.page)["wide"] == 0, address
    opened = visit(_page_of(shown), width=width)
    box = opened.page.get_by_role("button", name="提出异议").bounding_box()
    assert box is not None and box["height"] >= 40, "too small for a finger"
    opened.picture(f"objection-phone-{width}")


def test_the_form_can_be_filled_with_the_keyboard_alone(shown: Steps, visit: Open) -> None:
    opened = visit(_page_of(shown))
    seen = []
    for _ in range(8):
        opened.page.keyboard.press("Tab")
        seen.append(opened.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert seen[0] == "A", "first the link that skips to the content"
    order = [one for one in seen if one in ("reasons", "name", "phone", "anonymous", "files", "BUTTON")]
    assert order[:6] == ["reasons", "name", "phone", "anonymous", "files", "BUTTON"]


def test_the_gazette_leads_to_what_was_announced(certified: Certified, visit: Open) -> None:
    number = f"湘建建公告〔2026〕{certified.steps.tag}号"
    opened = visit(f"{certified.steps.url}/gazette")
    accessible(opened.page, "公告")
    opened.picture("gazette")
    opened.page.get_by_role("link", name=number).click()
    text = opened.page.inner_text("main")
    assert number in text and "张**" in text and certified.steps.enterprise_name in text
    assert certified.steps.name not in opened.page.content() and certified.steps.resident_id not in opened.page.content()
    assert opened.page.url == f"{certified.steps.url}/gazette/{quote(number)}"
    accessible(opened.page, "公告")
    opened.picture("announcement")
    opened.quiet(certified.steps.url)


def test_an_unknown_document(certified: Certified, visit: Open) -> None:
    opened = visit(f"{certified.steps.url}/gazette/{quote('没有〔2026〕0号')}", status=404)
    assert "没有这个文号的公告" in opened.page.get_by_role("alert").inner_text()
    accessible(opened.page, "公告")
