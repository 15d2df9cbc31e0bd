"""Decision documents: what the law asks for is in the letter, its seal lies over its date, its signature is valid."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from contracts.filing import CorrectionItem
from contracts.labels import label
from contracts.review import CaseRejected, CorrectionLimit
from contracts.working_days import WorkingDays
from services.certificate.document import Seal, verify
from services.kernel.seal import FIELD
from services.kernel.typeset import CharactersMissing
from services.review.documents.letter import in_words, render_letter, sign_letter
from services.review.documents.telling import telling
from tests.documents.letters import (
    BUREAU,
    DEEMED,
    DEPARTMENT,
    ITEMS,
    STORIES,
    by_law,
    case,
    letter,
    letter_of,
    recorded,
    signed,
    told,
)
from tests.documents.sample import fonts_of, picture_of, seal, text_of
from tests.domain.review.samples import CITY, CLERK, MONDAY, PROVINCE, opened, passed, rejected, resubmitted, returned

ALWAYS = ("长沙某建设有限公司：", "430000-2026-000001", "二〇二六年三月二日", "— 1 —", "开发测试")
SAYS = {
    "acceptance": (
        "长沙市住房和城乡建设局",
        "行政许可申请受理通知书",
        "湘建许受〔2026〕00012号",
        "第三十二条第一款第五项",
        "自2026年3月2日起予以受理",
        "初审20个工作日、复审20个工作日",
    ),
    "acceptance_deemed": (
        "湖南省长沙市住房和城乡建设主管部门",
        "2026年3月9日",
        "第三十二条第一款第四项",
        "自2026年3月2日起视为受理",
    ),
    "correction": (
        "行政许可申请材料补正告知书",
        "湘建许补〔2026〕00012号",
        "一次告知",
        "1．填报项“毕业院校”：与毕业证书上的学校名称一致",
        "2．材料“聘用劳动合同”：补上有双方签字盖章的末页",
        "3．承诺书：由法定代表人重新确认",
        "2026年3月30日前（含当日）",
        "补正期间不计入办理期限",
    ),
    "refusal": (
        "湖南省住房和城乡建设厅",
        "不予行政许可决定书",
        "湘建许不予〔2026〕00012号",
        "申请人同时在另一单位注册。",
        "两份劳动合同的期限重叠。",
        "第三十八条第二款",
        "六十日内，依法向湖南省人民政府申请行政复议",
        "六个月内，依法直接向有管辖权的人民法院提起行政诉讼",
    ),
    "refusal_at_acceptance": ("行政许可申请不予受理决定书", "决定不予受理", "向湖南省长沙市人民政府申请行政复议"),
    "approval": ("准予行政许可决定书", "湘建许准〔2026〕00012号", "第三十八条第一款", "自2026年3月17日起准予行政许可"),
    "approval_deemed": (
        "湖南省住房和城乡建设主管部门",
        "2026年3月9日",
        "第五十条第二款",
        "自2026年3月10日起视为准予行政许可",
    ),
    "approval_automatic": ("准予行政许可决定书", "经按照公布的规则自动审核", "自2026年3月2日起准予行政许可"),
}


@pytest.mark.parametrize("story", STORIES)
def test_every_kind_says_what_the_law_asks_for_and_reads_back(story: str) -> None:
    text = text_of(signed(story))
    for word in (*ALWAYS, *SAYS[story]):
        assert word in text, word


@pytest.mark.parametrize("story", STORIES)
def test_every_kind_is_signed_whole_and_by_us(story: str) -> None:
    found = verify(signed(story), seal().roots)
    assert (found.intact, found.trusted, found.covers_whole_document) == (True, True, True)
    assert found.signed_at == MONDAY
    assert found.problems == ("no_certificate_identifier",), "it is no certificate, and says so"
    assert not verify(signed(story), ()).trusted


def test_one_letter_changed_after_signing_is_seen() -> None:
    pdf = signed("refusal")
    at = pdf.index(b"stream") + 40
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
    assert verify(changed, seal().roots).problems == ("content_changed",)
    longer = pdf + b"\n" + pdf[pdf.rindex(b"startxref") :]
    assert "changed_after_signing" in verify(longer, seal().roots).problems


def test_it_is_a4_archivable_with_embedded_fonts_and_no_name_outside_its_text() -> None:
    pdf = signed("acceptance")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert [round(float(edge)) for edge in document.pages[0].mediabox] == [0, 0, 595, 842]
        assert document.open_metadata().pdfa_status == "2U"
        assert "李晓明" not in "".join(str(value) for value in document.docinfo.values())
    found = fonts_of(pdf)
    assert found
    assert all(found.values())


def test_the_seal_lies_over_the_date_and_the_field_over_the_seal() -> None:
    with pikepdf.open(io.BytesIO(signed("approval"))) as document:
        (field,) = document.Root.AcroForm.Fields
        assert str(field.T) == FIELD
        left, low, right, high = (float(edge) for edge in field.Rect)
    assert right - left == pytest.approx(119, abs=1)
    picture, scale = picture_of(signed("approval")), 150 / 72
    height = picture.height
    box = (left * scale, height - high * scale, right * scale, height - low * scale)
    seen = picture.crop(box).tobytes()
    pixels = list(zip(seen[::3], seen[1::3], seen[2::3], strict=True))
    red = sum(r > 180 and g < 90 and b < 90 for r, g, b in pixels)
    black = sum(max(pixel) < 60 for pixel in pixels)
    assert red > 3000
    assert black > 300, "the authority's name and the date stay legible under the seal"


def test_long_reasons_run_over_several_pages_and_the_seal_is_on_the_last() -> None:
    reason = "\n".join(f"第{n}项事实：" + "申请人提交的劳动合同与社会保险缴纳记录不一致，" * 6 for n in range(1, 25))
    events = [case(), rejected("acceptance", CLERK, reason=reason)]
    one = letter_of(events, BUREAU)
    unsigned, page, box = render_letter(one, development=False)
    pdf = sign_letter(one, seal(), at=MONDAY, location="长沙")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) >= 3
        assert page == len(document.pages) - 1
        (field,) = document.Root.AcroForm.Fields
        assert field.P.objgen == document.pages[page].objgen
        assert [round(float(edge)) for edge in field.Rect] == list(box)
    text = text_of(pdf)
    assert "第1项事实" in text
    assert "第24项事实" in text
    assert f"— {page + 1} —" in text
    assert verify(pdf, seal().roots).intact
    assert "具有同等法律效力" in text_of(unsigned)


def test_what_an_officer_types_is_never_markup() -> None:
    reason = '#panic("x") *粗* $1+1$ {name} <label> \\ 《条例》'
    one = letter_of([case(), rejected("acceptance", CLERK, reason=reason)], BUREAU)
    text = text_of(sign_letter(one, seal(), at=MONDAY, location="长沙"))
    assert '#panic("x") *粗* $1+1$ {name} <label> \\ 《条例》' in text


def test_a_letter_with_a_character_of_no_font_is_not_made() -> None:
    one = letter_of([case(), rejected("acceptance", CLERK, reason="\U000f1234")], BUREAU)
    with pytest.raises(CharactersMissing):
        render_letter(one, development=True)


class TestCorrection:
    def test_it_names_everything_whatever_its_length(self) -> None:
        items = tuple(CorrectionItem(part="attachment", name="portrait", needs=f"第{n}处") for n in range(1, 201))
        said = letter_of([case(), returned("acceptance", CLERK, items=items)], BUREAU)
        assert len(said.items) == 200
        text = text_of(sign_letter(said, seal(), at=MONDAY, location="长沙"))
        assert f"200．材料“{label('attachments.portrait')}”：第200处" in text

    def test_beyond_the_calendar_it_tells_the_count_of_days_and_no_day(self) -> None:
        late = returned("acceptance", CLERK, items=ITEMS, returned_on=date(2030, 3, 4))
        said = letter_of([case(), late], BUREAU, WorkingDays())
        assert any("自2030年3月4日的次日起20个工作日内" in one for one in said.after)

    def test_without_a_limit_there_is_none(self) -> None:
        said = letter_of([case(correction=None), returned("acceptance", CLERK, items=ITEMS)], BUREAU)
        assert said.after[0] == "请按上述内容补正后重新上报。"

    def test_a_later_stage_does_not_claim_to_tell_it_at_the_acceptance(self) -> None:
        events = [case(), passed("acceptance", CLERK), returned("preliminary", CITY, items=ITEMS)]
        assert not any("第三十二条" in one for one in letter_of(events, BUREAU).before)

    def test_the_days_count_from_the_return_over_a_holiday(self) -> None:
        late = returned("acceptance", CLERK, items=ITEMS, returned_on=date(2026, 9, 28))
        said = letter_of([case(correction=CorrectionLimit(working_days=5)), late], BUREAU)
        # 29, 30 September; 1 to 7 October are free; 8, 9 and the make-up Saturday 10 are worked
        assert "2026年10月10日前" in said.after[0]


class TestWhichEvents:
    def test_a_stage_that_is_no_acceptance_is_told_nobody(self) -> None:
        history = recorded([case(), passed("acceptance", CLERK), passed("preliminary", CITY)])
        assert telling(history[-1], history) is None

    def test_a_matter_that_issues_none_has_none(self) -> None:
        history = recorded([opened(), passed("acceptance", CLERK)])
        assert telling(history[-1], history) is None

    def test_it_is_told_as_it_stood_then_whatever_happened_since(self) -> None:
        history = recorded([case(), returned("acceptance", CLERK, items=ITEMS), resubmitted()])
        one = telling(history[1], history)
        assert one is not None
        assert (one.kind, one.case.round, one.cause) == ("correction", 1, 2)

    def test_a_person_who_filed_is_addressed_themselves(self) -> None:
        applicant = opened().applicant.model_copy(update={"enterprise_id": None, "enterprise_name": None})
        said = letter_of([case(applicant=applicant), passed("acceptance", CLERK)], BUREAU)
        assert said.addressee == "李晓明"
        assert said.before[0].startswith("你于2026年3月2日提交的“")

    def test_an_officers_own_articles_are_cited(self) -> None:
        cited = rejected("second", PROVINCE, legal_basis="《注册建造师管理规定》第十五条")
        assert isinstance(cited, CaseRejected)
        said = letter_of([case(), passed("acceptance", CLERK), passed("preliminary", CITY), cited], DEPARTMENT)
        assert "依据《注册建造师管理规定》第十五条的规定，本机关决定不予行政许可。" in said.before

    def test_who_speaks_for_the_law(self) -> None:
        assert letter_of([case(), DEEMED], None).authority == "湖南省长沙市住房和城乡建设主管部门"
        assert told([case(), by_law()]).kind == "approval"


def test_dates_as_letters_bear_them() -> None:
    days = {
        date(2026, 3, 2): "二〇二六年三月二日",
        date(2030, 10, 10): "二〇三〇年十月十日",
        date(2027, 12, 31): "二〇二七年十二月三十一日",
        date(2026, 11, 20): "二〇二六年十一月二十日",
    }
    assert {day: in_words(day) for day in days} == days


def test_another_seal_is_not_ours(tmp_path: Path) -> None:
    stranger = Seal.load(tmp_path, environment={})
    pdf = sign_letter(letter("acceptance"), stranger, at=MONDAY, location="长沙")
    assert not verify(pdf, seal().roots).trusted
