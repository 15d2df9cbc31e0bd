"""Each kind of certificate in its own words; a later issue says which it is and which one is void."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from uuid import UUID

import pikepdf
import pypdfium2
import pytest
from pydantic import ValidationError

from contracts.certificate import Holder, Issuer, Scope
from contracts.labels import label
from contracts.matters.registry import default_registry
from services.certificate.document import CertificateFace, Extension, FaceWords, SpecialtyOnFace, render_certificate
from services.certificate.documents import face_of
from services.certificate.domain.state import Face, Issue
from tests.documents.sample import FACE, IDENTIFIER, URL, codes_in, portrait, text_of

SECOND = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S"
CATEGORIES = default_registry().credential("special-operation").options
OPERATOR = Issue(
    change="renewed",
    face=Face(
        title=label("certificate_titles.special-operation"),
        registration_number="赣A092020000939",
        holder=Holder(
            person_id=UUID(int=1),
            name="周明远",
            resident_id="430102199003070019",
            sex="male",
            birth_date=date(1990, 3, 7),
            enterprise_id=UUID(int=2),
            enterprise_name="江西赣江建设工程有限公司",
        ),
        scopes=(Scope(specialty="09", label=label("options.category.09"), expires_on=date(2028, 5, 5)),),
        issuer=Issuer(name="江西省住房和城乡建设厅", uscc="11360000014500248Q", place="360000"),
        portrait=None,
        granted_on=date(2020, 5, 6),
        valid_from=date(2024, 5, 6),
        valid_until=date(2028, 5, 5),
    ),
    identifier=SECOND,
    issued_on=date(2026, 4, 20),
    filing_id=UUID(int=3),
    predecessor=IDENTIFIER,
)


def said(face: CertificateFace) -> str:
    """All words; letters stand apart in headings."""
    return text_of(render_certificate(face, portrait(), URL)).replace(" ", "")


def test_a_special_operators_certificate_reads_back_in_its_own_words() -> None:
    before = replace(
        OPERATOR, issued_on=date(2022, 4, 20), face=replace(OPERATOR.face, valid_until=date(2024, 5, 5))
    )
    corrected = replace(OPERATOR, change="corrected", issued_on=date(2023, 1, 1))
    text = said(face_of("special-operation", OPERATOR, (before, corrected)))
    for words in (
        "建筑施工特种作业操作资格证书",
        "证书编号：赣A092020000939",
        "工作单位：江西赣江建设工程有限公司",
        "操作类别：建筑起重机械安装拆卸工（施工升降机）",
        "初次领证日期：2020年05月06日",
        "有效期：2024年05月06日至2028年05月05日",
        "延期复核：2022年04月20日复核，有效期延至2024年05月05日2026年04月20日复核，有效期延至2028年05月05日",
        "签发日期：2026年04月20日",
        "身份证号：430***********0019",
        f"本证书为第2次签发，原标识{IDENTIFIER}作废。",
    ):
        assert words in text, words
    for words in ("注册专业", "注册编号", "聘用企业", "（有效期至", "2023年"):
        assert words not in text, words


def test_a_constructors_certificate_says_what_it_always_said() -> None:
    issue = replace(OPERATOR, identifier=IDENTIFIER, predecessor=None)
    text = said(face_of("constructor-2", issue))
    for words in ("注册专业：", "注册编号：", "聘用企业：", "注册有效期：", "（有效期至：2028年05月05日）"):
        assert words in text, words
    for words in ("初次领证日期", "延期复核", "次签发", "承接"):
        assert words not in text, words


def test_an_unknown_kind_has_the_default_words() -> None:
    assert FaceWords.of("of-another-province") == FaceWords.of() == FaceWords.of("constructor-2")


@pytest.mark.parametrize("kind", [one.credential for one in default_registry().credentials()])
def test_every_kind_has_words_that_can_be_filled_in(kind: str) -> None:
    words = FaceWords.of(kind)
    assert "7" in words.reissued.format(issue=7, predecessor=IDENTIFIER)
    assert IDENTIFIER in words.continues.format(predecessor=IDENTIFIER)
    assert "{day}" in words.scope_until or not words.scope_until


def test_a_re_registration_names_the_certificate_whose_place_it_takes() -> None:
    first = replace(OPERATOR, identifier=IDENTIFIER, predecessor=SECOND)
    text = said(face_of("constructor-2", first))
    assert f"本证书承接标识为{SECOND}的证书。" in text
    assert "次签发" not in text


def test_the_fullest_note_takes_one_line_and_everything_stays_on_one_page() -> None:
    face = face_of("special-operation", OPERATOR).model_copy(
        update={
            "issue": 999,
            "extensions": (Extension(decided_on=date(2026, 4, 20), valid_until=date(2028, 5, 5)),) * 9,
            "specialties": tuple(
                SpecialtyOnFace(name=label(f"options.category.{one}"), valid_until=date(2028, 5, 5))
                for one in CATEGORIES
            ),
            "use_from": date(2026, 5, 1),
            "use_until": date(2027, 5, 1),
            "use_note": "仅限用于某某工程投标，复印无效，他用无效。",
        }
    )
    pdf = render_certificate(face, portrait(), URL, development=False)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
    assert codes_in(pdf) == [URL]
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    lines = page.get_text_range().replace("\r\n", "\n").split("\n")
    assert f"本证书为第999次签发，原标识{IDENTIFIER}作废。" in [line.strip() for line in lines]
    # the lowest words begin below the QR code's note: nothing runs into it
    assert _top_of(page, "电子证照标识") < _bottom_of(page, "登记为准")


def test_a_later_issue_names_the_one_before() -> None:
    with pytest.raises(ValidationError, match="names the one before"):
        CertificateFace.model_validate({**FACE.model_dump(), "issue": 2})


def _box(page: pypdfium2.PdfTextPage, words: str) -> tuple[float, float]:
    index, _ = page.search(words).get_next()
    _, bottom, _, top = page.get_charbox(index)
    return bottom, top


def _top_of(page: pypdfium2.PdfTextPage, words: str) -> float:
    return _box(page, words)[1]


def _bottom_of(page: pypdfium2.PdfTextPage, words: str) -> float:
    return _box(page, words)[0]
