"""The application form of every matter: an official form with everything on it, nothing beyond its cells, on one to four pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from contracts.labels import label
from contracts.matters.conditions import holds
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from services.filing.domain.filing import Filing
from services.filing.form import render_application
from services.filing.form.labels import FormLabels
from tests.documents.every_form import ANSWERED, NUMBER, PORTRAIT, agreed_to, filing_of, known, print_of, shown
from tests.documents.sample import codes_in, portrait, text_of

CODES = {one.code: one for one in default_registry().all()}
NEWEST = tuple(CODES.values())
WORDS = FormLabels()
Box = tuple[float, float, float, float]
A4 = (595, 842)
MARGIN = 56
"""20 mm in points, rounded down."""


def printed(matter: Matter, state: Filing) -> bytes:
    form = print_of(matter, state)
    return render_application(form, {PORTRAIT: portrait()} if form.portrait else {})


def plain(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "").replace("\ufffe", "")


def letters(page: pypdfium2.PdfPage) -> Iterator[Box]:
    """The box of every letter of a page: left, bottom, right, top."""
    text = page.get_textpage()
    for index in range(text.count_chars()):
        box = text.get_charbox(index)
        if box[2] > box[0] and box[3] > box[1]:
            yield box


def stays_inside(pdf: bytes) -> None:
    """No letter is in a margin, and none is printed over another, as it would be where a text leaves its cell."""
    for page in pypdfium2.PdfDocument(pdf):
        centres: dict[tuple[int, int], list[tuple[float, float]]] = {}
        boxes = list(letters(page))
        for left, bottom, right, top in boxes:
            assert left >= MARGIN - 1 and right <= A4[0] - MARGIN + 1
            assert bottom >= 15 and top <= A4[1] - 15
            centre = ((left + right) / 2, (bottom + top) / 2)
            centres.setdefault((int(centre[0] // 20), int(centre[1] // 20)), []).append(centre)
        for box in boxes:
            assert inside(box, centres) == 1, "letters over letters"


def inside(box: Box, centres: dict[tuple[int, int], list[tuple[float, float]]]) -> int:
    """How many letters have their centre in the box: its own."""
    left, bottom, right, top = box
    columns = range(int(left // 20), int(right // 20) + 1)
    rows = range(int(bottom // 20), int(top // 20) + 1)
    near = (one for x in columns for y in rows for one in centres.get((x, y), ()))
    return sum(left <= x <= right and bottom <= y <= top for x, y in near)


@pytest.mark.parametrize("matter", NEWEST, ids=lambda matter: matter.key)
def test_everything_is_on_it_and_nothing_runs_over(matter: Matter) -> None:
    state = agreed_to(filing_of(matter))
    pdf = printed(matter, state)
    text, facts = plain(text_of(pdf)), known(matter, state)
    expected = [label("printed_form.title", matter=matter.code), NUMBER, "上报时间：2026年11月20日"]
    for section in matter.form.sections:
        if section.name in matter.printed_form.sections:
            expected.append(label(f"sections.{section.name}", matter=matter.code))
            for field in section.fields:
                if field.visible_when is None or holds(field.visible_when, facts):
                    expected.append(label(f"fields.{field.name}", matter=matter.code))
                    expected.append(shown(field, state.form[field.name], matter) if field.name in state.form else "")
    if matter.printed_form.attachments:
        expected += [label(f"attachments.{one.name}", matter=matter.code) for one in matter.attachments]
    if matter.printed_form.commitment:
        expected += [label("commitment.text", matter=matter.code), "阅读并接受以上承诺"]
    expected += [WORDS.opinion_of[one.by] for one in matter.confirmations]
    expected += [f"{label(f'stages.{one.name}', matter=matter.code)}意见" for one in matter.stages]
    missing = [one for one in expected if plain(one) not in text]
    assert not missing
    assert text.count("已于2026年11月20日14:30在线确认") == len(matter.confirmations)
    assert text.count("单位（公章）") == len(matter.stages)
    assert len(pypdfium2.PdfDocument(pdf)) <= 4
    stays_inside(pdf)


@pytest.mark.parametrize("matter", NEWEST, ids=lambda matter: matter.key)
def test_the_longest_values_stay_in_their_cells(matter: Matter) -> None:
    state = filing_of(matter)
    texts = {one.name: ("长沙市岳麓区Aa1" * 400)[: one.max_length] for one in matter.form.fields if one.type == "text"}
    pdf = printed(matter, replace(state, form={**state.form, **texts}))
    stays_inside(pdf)
    text = plain(text_of(pdf)).replace("-", "")
    # a page's end may stand between, and its head and foot
    assert all(plain(value)[:30] in text for value in texts.values())


def test_a_draft_has_a_place_for_the_photo_and_for_every_hand() -> None:
    matter = CODES["hunan/constructor-2-temp-transfer"]
    draft = filing_of(matter, status="draft", attachments=(), number=None, submissions=(), asking=None, commitment_sha256=None)
    text = plain(text_of(printed(matter, draft)))
    for one in ("一寸照片", "（未上传附件）", "尚未接受以上承诺", "原聘用企业意见", "负责人（签字）", "复审意见", "申报编号：—"):
        assert plain(one) in text, one
    assert "在线确认" not in text and "上报时间" not in text


@pytest.mark.parametrize(
    ("status", "account", "at", "says"),
    [
        ("confirmed", "account", ANSWERED, "同意。长沙岳麓建筑有限公司已于2026年11月20日14:30在线确认。"),
        ("confirmed", None, ANSWERED, "长沙岳麓建筑有限公司逾期未答复，按规定视为同意。"),
        ("declined", "account", ANSWERED, "不同意。长沙岳麓建筑有限公司已于2026年11月20日14:30在线答复，理由：尚有工程未完工"),
        ("declined", None, ANSWERED, "长沙岳麓建筑有限公司逾期未答复，按规定视为不同意。"),
        ("timed_out", None, ANSWERED, "长沙岳麓建筑有限公司逾期未答复，申报已撤下。"),
    ],
)
def test_a_party_s_answer_is_in_its_box(status: str, account: str | None, at: object, says: str) -> None:
    matter = CODES["hunan/constructor-2-temp-transfer"]
    state = filing_of(matter)
    assert state.asking is not None
    asking = state.asking.answered(status, account, at, "尚有工程未完工")  # type: ignore[arg-type]
    assert plain(says) in plain(text_of(printed(matter, replace(state, asking=asking))))


def test_what_was_taken_back_shows_no_answers() -> None:
    matter = CODES["hunan/constructor-2-temp-transfer"]
    state = agreed_to(filing_of(matter))
    assert state.asking is not None
    taken_back = replace(state, status="draft", asking=replace(state.asking, withdrawn=True))
    assert "在线确认" not in text_of(printed(matter, taken_back))


@pytest.mark.parametrize(
    ("code", "signs"),
    [
        ("hunan/constructor-2-person-cancellation", {"申请人（签字）"}),
        ("hunan/constructor-2-initial", {"申报单位（盖章）", "申请人（签字）"}),
        ("hunan/constructor-2-cancellation", {"申报单位（盖章）"}),
        ("jiangxi/constructor-2-temp-enterprise-forced-cancellation", {"申报单位（盖章）"}),
    ],
)
def test_who_files_signs_and_whoever_has_a_box_or_no_say_does_not(code: str, signs: set[str]) -> None:
    text = text_of(printed(CODES[code], filing_of(CODES[code])))
    assert {one for one in ("申报单位（盖章）", "申请人（签字）") if one in text} == signs


def test_the_number_can_be_scanned() -> None:
    matter = CODES["hunan/constructor-2-id-number-change"]
    assert zxingcpp.BarcodeFormat.QRCode
    assert codes_in(printed(matter, filing_of(matter))) == [NUMBER]


def test_a_long_label_is_broken_so_that_no_character_stands_alone() -> None:
    matter = CODES["jiangxi/special-operation-renewal"]
    page = pypdfium2.PdfDocument(printed(matter, filing_of(matter)))[0]
    lines = page.get_textpage().get_text_range().replace("\r", "").split("\n")
    for upper, lower in (("第一年安全", "教育学时"), ("两年内违章操", "作记录（次）")):
        assert any(upper in one and lower not in one for one in lines), upper
        assert any(lower in one for one in lines), lower


def test_the_commitment_and_who_signs_it_are_on_one_page() -> None:
    matter = CODES["jiangxi/special-operation-renewal"]
    pages = [plain(one.get_textpage().get_text_range()) for one in pypdfium2.PdfDocument(printed(matter, filing_of(matter)))]
    (signed,) = [one for one in pages if "申请人（签字）" in one]
    assert "阅读并接受以上承诺" in signed and "本人承诺" in signed


@pytest.mark.parametrize("matter", [one for one in NEWEST if one.commitment is not None], ids=lambda matter: matter.code)
def test_what_is_promised_is_punctuated_as_on_paper(matter: Matter) -> None:
    assert not re.search("[一-鿿》][,;:()]", label("commitment.text", matter=matter.code))
