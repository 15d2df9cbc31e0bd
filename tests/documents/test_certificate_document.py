"""The certificate: its face reads back, its QR code leads to its verification, its signature is valid."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pytest
from asn1crypto import pem, x509
from PIL import Image
from pydantic import ValidationError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from services.certificate.document import (
    CertificateFace,
    PortraitUnreadable,
    SpecialtyOnFace,
    render_certificate,
    seal_box,
    verify,
)
from services.kernel.seal import FIELD
from tests.documents.sample import (
    FACE,
    IDENTIFIER,
    SIGNED_AT,
    URL,
    certificate,
    codes_in,
    fonts_of,
    images_of,
    picture_of,
    portrait,
    seal,
    text_of,
)


def test_everything_on_the_face_reads_back() -> None:
    text = text_of(certificate()).replace(
        " ", ""
    )  # letters stand apart: in a title, in a label over its width
    for word in (
        "中华人民共和国",
        "二级建造师注册证书",
        "出生日期：1990年03月07日",
        "身份证号：430102********0019",
        "湘2432026202600001",
        "湖南湘江建设工程有限公司",
        "建筑工程",
        "有效期至：2029年11月19日",
        "市政公用工程",
        "有效期至：2028年02月01日",
        "注册有效期：2026年11月20日至2029年11月19日",
        "使用有效期：2026年11月20日至2027年05月18日",
        "签发日期：2026年11月20日",
        "湖南省住房和城乡建设厅",
        IDENTIFIER,
        "姓名：周明远",
        "性别：男",
        "个人签名",
        "签名日期",
    ):
        assert word in text, word


def test_it_is_one_a4_page_with_embedded_subset_fonts() -> None:
    with pikepdf.open(io.BytesIO(certificate())) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(edge)) for edge in pdf.pages[0].mediabox] == [0, 0, 595, 842]
        assert pdf.open_metadata().pdfa_status == "2U"
    found = fonts_of(certificate())
    assert found
    assert all(found.values())
    assert all(name[7] == "+" for name in found)
    assert len(certificate()) < 500_000


def test_the_qr_code_leads_to_the_verification() -> None:
    assert codes_in(certificate()) == [URL]


def test_the_identifier_is_in_the_metadata_and_the_name_is_not() -> None:
    with pikepdf.open(io.BytesIO(certificate())) as pdf:
        said = " ".join(str(value) for value in pdf.docinfo.values())
        with pdf.open_metadata() as metadata:
            assert IDENTIFIER in str(metadata["pdf:Keywords"])
    assert IDENTIFIER in said
    assert FACE.registration_number in said
    assert FACE.holder_name not in said


def test_no_date_in_the_file_comes_from_the_machine() -> None:
    with pikepdf.open(io.BytesIO(certificate())) as pdf:
        dates = {str(pdf.docinfo["/CreationDate"])[:10], str(pdf.docinfo["/ModDate"])[:10]}
        signed = str(pdf.Root.AcroForm.Fields[0].V.M)
    assert dates == {"D:20261119"}  # midnight in China is still the day before in the PDF's UTC
    assert signed.startswith("D:20261120093015+08")


def test_the_portrait_is_on_it_without_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010E] = "TAKEN-IN-CHANGSHA"
    out = io.BytesIO()
    Image.open(io.BytesIO(portrait())).save(out, "JPEG", exif=exif)
    assert b"TAKEN-IN-CHANGSHA" in out.getvalue()
    pdf = render_certificate(FACE, out.getvalue(), URL)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        raw = [image.read_raw_bytes() for image in images_of(document)]
    assert len(raw) == 1
    assert b"TAKEN-IN-CHANGSHA" not in raw[0]
    with Image.open(io.BytesIO(raw[0])) as shown, Image.open(io.BytesIO(portrait())) as given:
        spot = (0.5, 0.05)
        near = [
            image.convert("RGB").getpixel((int(image.width * spot[0]), int(image.height * spot[1])))
            for image in (shown, given)
        ]
    assert all(abs(a - b) < 12 for a, b in zip(*near, strict=True))


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7", portrait()[:200]])
def test_no_portrait_no_certificate(broken: bytes) -> None:
    with pytest.raises(PortraitUnreadable):
        render_certificate(FACE, broken, URL)


def test_a_transparent_or_sideways_portrait_is_accepted() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (826, 400), (10, 120, 200, 128)).save(out, "PNG")
    assert render_certificate(FACE, out.getvalue(), URL).startswith(b"%PDF-")


def test_the_seal_is_red_where_the_signature_field_lies() -> None:
    page = picture_of(certificate(), dpi=72)
    left, low, right, high = seal_box()
    square = page.crop((left, page.height - high, right, page.height - low))
    bands = square.tobytes()
    red = sum(
        r > 170 and g < 110 and b < 110 for r, g, b in zip(bands[::3], bands[1::3], bands[2::3], strict=True)
    )
    assert red > 0.1 * square.width * square.height
    # the ring touches all four sides of the field and nothing of it is outside
    mask = square.split()[1].point(lambda v: 255 if v < 110 else 0)
    box = mask.getbbox()
    assert box is not None
    assert box[0] <= 4 and box[1] <= 4 and box[2] >= square.width - 4 and box[3] >= square.height - 4


def test_a_development_seal_says_so_and_a_real_one_claims_legal_effect() -> None:
    trial, real = (text_of(render_certificate(FACE, portrait(), URL, development=d)) for d in (True, False))
    assert "电子印章（开发测试）" in trial
    assert "不具有法律效力" in trial
    assert "同等法律效力" not in trial
    assert "开发测试" not in real
    assert "同等法律效力" in real


def test_the_fullest_face_stays_on_one_page_and_an_impossible_one_is_refused() -> None:
    names = "建筑工程 铁路工程 港口与航道工程 公路工程 市政公用工程 "
    names += "通信与广电工程 机电工程 民航机场工程 水利水电工程 矿业工程"
    full = FACE.model_copy(
        update={
            "title": "中华人民共和国建筑施工企业特种作业人员操作资格证书（建筑起重机械）",
            "specialties": tuple(
                SpecialtyOnFace(name=n, valid_until=date(2029, 1, 1)) for n in names.split()
            ),
            "employer": "湖南" + "某" * 40 + "建设工程有限公司",
            "authority": "新疆维吾尔自治区住房和城乡建设厅",
            "use_note": "仅限用于某某工程投标，复印无效，他用无效。",
        }
    )
    pdf = render_certificate(full, portrait(), URL)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
    assert all(name in text_of(pdf) for name in names.split())
    assert codes_in(pdf) == [URL]
    with pytest.raises(RuntimeError, match="do not fit"):
        render_certificate(full.model_copy(update={"employer": "某" * 700}), portrait(), URL)


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": date(2026, 1, 1)},
        {"use_until": None},
        {"use_until": date(2030, 1, 1)},
        {"specialties": ()},
        {"holder_name": ""},
        {"surprise": 1},
    ],
)
def test_a_face_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CertificateFace.model_validate({**FACE.model_dump(), **change})


def test_the_signature_is_pades_certifies_and_is_valid_by_the_library_itself() -> None:
    found = PdfFileReader(io.BytesIO(certificate())).embedded_regular_signatures
    assert [one.field_name for one in found] == [FIELD]
    assert found[0].sig_object["/SubFilter"] == SigSeedSubFilter.PADES.value
    assert found[0].sig_object["/Reason"] == "签发电子证照"
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(pem.unarmor(root)[2]) for root in seal().roots],
        moment=SIGNED_AT + timedelta(days=1),
        allow_fetching=False,
    )
    status = validate_pdf_signature(found[0], context)
    assert status.bottom_line
    assert status.pkcs7_signature_mechanism == seal().algorithm == "sha256_ecdsa"
    assert status.docmdp_ok


def test_a_genuine_certificate_is_genuine() -> None:
    answer = verify(certificate(), seal().roots)
    assert answer.genuine
    assert answer.problems == ()
    assert answer.intact and answer.trusted and answer.covers_whole_document
    assert answer.signed_at == SIGNED_AT
    assert answer.algorithm == "sha256_ecdsa"
    assert answer.certificate_identifier == IDENTIFIER
    assert answer.signer is not None
    assert "开发测试" in answer.signer
