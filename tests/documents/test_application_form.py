"""The application form: everything reads back, long ones go on over pages, a draft says so."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pydantic import ValidationError

from contracts.errors import Refused
from services.filing.form import ApplicationPrint, AttachmentLine, render_application
from services.filing.form.render import lay_out
from services.kernel.photo import PortraitUnreadable
from tests.documents.sample import CHINA, fonts_of, images_of, portrait, text_of

PRINTED = datetime(2026, 11, 20, 10, 5, tzinfo=CHINA)
DIGEST = "0123456789abcdef" * 4
FORM: dict[str, Any] = {
    "title": "二级建造师初始注册申报表",
    "filing_number": "HN-2026-430100-000123",
    "status": "已上报",
    "draft": False,
    "sections": [
        ("申请人信息", [("姓名", "周明远"), ("性别", "男"), ("身份证号码", "430102199003070011")]),
        (
            "聘用企业",
            [("企业名称", "湖南湘江建设工程有限公司"), ("通信地址", "湖南省长沙市岳麓区" + "某" * 60 + "号")],
        ),
    ],
    "attachments": [
        AttachmentLine("承诺书", "承诺书_周明远.pdf", 1_382_110, DIGEST),
        ("证件照", "portrait.jpg", 900, DIGEST[::-1]),
    ],
    "commitment": "本人承诺所提交的材料真实有效。\n如有虚假，愿承担法律责任。",
    "commitment_accepted_at": datetime(2026, 11, 20, 9, 58, tzinfo=CHINA),
    "printed_at": PRINTED,
    "portrait": "face.jpg",
}
FILES = {"face.jpg": portrait()}


def form(**change: Any) -> ApplicationPrint:
    return ApplicationPrint.model_validate({**FORM, **change})


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_everything_filed_reads_back() -> None:
    text = text_of(render_application(form(), FILES))
    for word in (
        "二级建造师初始注册申报表",
        "申报编号：HN-2026-430100-000123",
        "办理状态：已上报",
        "申请人信息",
        "周明远",
        "430102199003070011",
        "湖南湘江建设工程有限公司",
        "某" * 60,
        "承诺书_周明远.pdf",
        "1.32 MB",
        "900 B",
        DIGEST,
        DIGEST[::-1],
        "如有虚假，愿承担法律责任。",
        "已于 2026年11月20日 09:58 阅读并接受以上承诺。",
        "申报单位（盖章）",
        "申请人（签字）",
        "打印时间：2026年11月20日 10:05",
        "第 1 页",
    ):
        assert word in text, word
    assert "草" not in text


def test_fonts_are_embedded_and_the_portrait_is_on_it() -> None:
    pdf = render_application(form(), FILES)
    assert fonts_of(pdf)
    assert all(fonts_of(pdf).values())
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(images_of(document)) == 1


def test_a_long_filing_goes_on_over_numbered_pages_that_name_it() -> None:
    many = [(f"第{n}项材料", f"file-{n}.pdf", n, DIGEST) for n in range(120)]
    long_text = "\n".join(f"第{n}段履历：" + "从事施工管理工作" * 9 for n in range(60))
    pages = pages_of(
        render_application(
            form(attachments=many, sections=[("履历", [("工作简历", long_text)])], portrait=None), {}
        )
    )
    assert len(pages) > 4
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 页" in page
        assert f"共 {len(pages)} 页" in page
        assert "HN-2026-430100-000123" in page
    whole = "".join(pages)
    assert all(f"file-{n}.pdf" in whole for n in range(120))
    assert "第59段履历" in whole
    # the columns are named again on every page of the list
    assert sum("SHA-256" in page for page in pages) >= 3


def test_a_draft_says_so_on_every_page_and_shows_no_acceptance() -> None:
    pdf = render_application(
        form(
            draft=True,
            status="草稿",
            commitment_accepted_at=None,
            attachments=[(f"材料{n}", "a.pdf", n, DIGEST) for n in range(60)],
        ),
        FILES,
    )
    pages = pages_of(pdf)
    assert len(pages) > 1
    assert all(page.count("草　稿") + page.count("草 稿") == 3 for page in pages)
    assert "尚未接受以上承诺" in "".join(pages)
    assert "已于" not in "".join(pages)


def test_values_are_text_and_never_markup() -> None:
    sly = '#import "x" $a$ *b* \\ <b>&amp;'
    text = text_of(render_application(form(sections=[("节", [("备注", sly)])]), FILES))
    assert sly.replace(" ", "") in text.replace(" ", "")


def test_an_empty_form_still_prints() -> None:
    text = text_of(render_application(form(sections=[("节", [])], attachments=[], commitment=""), FILES))
    assert "未上传附件" in text
    assert render_application(form(sections=[], attachments=[], portrait=None), {}).startswith(b"%PDF-")


def test_a_long_word_stays_in_its_cell() -> None:
    address = "https://example.cn/" + "a" * 180
    pdf = render_application(form(sections=[("节", [("网址", address), ("姓名", "周")])], portrait=None), {})
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
    assert max(rights) <= 595 - 56, "nothing is printed in the right margin of 20 mm"


def test_the_same_filing_printed_at_the_same_moment_is_the_same_file() -> None:
    assert render_application(form(), FILES) == render_application(form(), FILES)
    later = form(printed_at=PRINTED.replace(minute=6))
    assert render_application(later, FILES) != render_application(form(), FILES)


@pytest.mark.parametrize("files", [{}, {"face.jpg": b"no picture"}, {"face.jpg": portrait()[:300]}])
def test_a_portrait_that_is_missing_or_broken_is_an_error(files: dict[str, bytes]) -> None:
    with pytest.raises(PortraitUnreadable):
        render_application(form(), files)


@pytest.mark.parametrize(
    "change",
    [{"printed_at": datetime(2026, 11, 20)}, {"title": ""}, {"attachments": [("a", "b")]}, {"more": 1}],
)
def test_a_form_with_a_field_missing_or_too_many_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        form(**change)


def test_two_short_neighbours_share_a_line_and_the_order_stays() -> None:
    wide = "很长的值" * 8
    assert lay_out([("甲", "1"), ("乙", "2"), ("丙", wide), ("丁", "4"), ("戊", "a\nb")]) == [
        [["甲", "1"], ["乙", "2"]],
        [["丙", wide]],
        [["丁", "4"]],
        [["戊", "a\nb"]],
    ]
    # the same value has room on a full line's half, not beside the portrait
    half = "九个汉字的值十个啊啊"
    assert lay_out([("甲", "1"), ("乙", half)]) == [[["甲", "1"], ["乙", half]]]
    assert lay_out([("甲", "1"), ("乙", half)], beside=5) == [[["甲", "1"]], [["乙", half]]]


def test_a_character_that_no_font_has_is_named_to_whoever_typed_it() -> None:
    with pytest.raises(Refused) as refused:
        render_application(form(sections=[("申请人信息", [("姓名", "周\ufffe"), ("学校", "\uffff")])]), FILES)
    assert (refused.value.code, refused.value.params) == (
        "character_not_printable",
        {"characters": "U+FFFE, U+FFFF"},
    )
