"""The public verification page in a real browser: what the QR code opens, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.product import Certified
from tests.pages.accessible import accessible, look
from tests.pages.conftest import Visit

Open = Callable[..., Visit]


def _address(certified: Certified) -> str:
    return f"{certified.steps.url}/verify/{certified.row['identifier']}"


def test_a_valid_certificate(certified: Certified, visit: Open) -> None:
    opened = visit(_address(certified))
    text = opened.page.inner_text("main")
    for said in ("证书有效", certified.row["registration_number"], certified.row["identifier"], "张**", "建筑工程"):
        assert said in text
    assert opened.page.get_by_role("status").inner_text().strip() == "证书有效"
    page = opened.page.content()
    assert certified.steps.name not in page and certified.steps.resident_id not in page
    accessible(opened.page, "电子证书查验")
    opened.quiet(certified.steps.url)
    opened.picture("valid")


def test_an_unknown_certificate(certified: Certified, visit: Open) -> None:
    unknown = certified.row["identifier"].replace(".001.", ".002.")
    opened = visit(f"{certified.steps.url}/verify/{unknown}", status=404)
    assert "查无此证书" in opened.page.get_by_role("alert").inner_text()
    assert unknown in opened.page.inner_text("main") and "证书有效" not in opened.page.inner_text("main")
    accessible(opened.page, "电子证书查验")
    opened.quiet(certified.steps.url)
    opened.picture("unknown")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_on_a_phone_nothing_scrolls_sideways(certified: Certified, visit: Open, width: int) -> None:
    opened = visit(_address(certified), width=width)
    assert look(opened.page)["wide"] == 0
    box = opened.page.get_by_role("button", name="查验").bounding_box()
    assert box is not None and box["height"] >= 40, "too small for a finger"
    opened.picture(f"phone-{width}")


def _check(opened: Visit, pdf: bytes, name: str) -> None:
    opened.page.get_by_label("电子证书文件").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": pdf})
    with opened.page.expect_navigation():
        opened.page.get_by_role("button", name="查验").click()


def test_a_genuine_document(certified: Certified, visit: Open) -> None:
    opened = visit(_address(certified))
    _check(opened, certified.pdf, "certificate.pdf")
    result = opened.page.locator("section").first.inner_text()
    assert "文件真实" in result and "湖南省住房和城乡建设厅" in result and "未通过" not in result
    accessible(opened.page, "电子证书查验")
    opened.quiet(certified.steps.url)
    opened.picture("genuine")


def test_a_tampered_document(certified: Certified, visit: Open) -> None:
    tampered = bytearray(certified.pdf)
    tampered[len(tampered) // 3] ^= 1
    opened = visit(f"{certified.steps.url}/verify")
    _check(opened, bytes(tampered), "tampered.pdf")
    assert "未通过" in opened.page.get_by_role("alert").inner_text()
    assert "文件真实" not in opened.page.inner_text("main")
    accessible(opened.page, "电子证书查验")
    opened.quiet(certified.steps.url)
    opened.picture("tampered")


def test_something_that_is_no_certificate(certified: Certified, visit: Open) -> None:
    opened = visit(f"{certified.steps.url}/verify")
    _check(opened, b"this is a text", "certificate.pdf")
    assert "文件无法查验" in opened.page.get_by_role("alert").inner_text()
    assert "只接受" in opened.page.inner_text("main")
    opened.quiet(certified.steps.url)


def test_the_form_can_be_reached_with_the_keyboard_alone(certified: Certified, visit: Open) -> None:
    opened = visit(_address(certified))
    seen = []
    for _ in range(4):
        opened.page.keyboard.press("Tab")
        seen.append(opened.page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert seen[0] == "A" and {"document", "BUTTON"} <= set(seen), "first the link that skips to the result"


def test_what_is_printed_is_the_result_and_not_the_form(certified: Certified, visit: Open) -> None:
    opened = visit(_address(certified))
    opened.page.emulate_media(media="print")
    assert not opened.page.get_by_role("button", name="查验").is_visible()
    assert opened.page.get_by_text("证书有效").is_visible()
