"""What the document tests share: one face, one sealed certificate, eyes for PDFs."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image

from demo.pictures import make_portrait
from services.certificate.document import CertificateFace, Seal, SpecialtyOnFace, issue_certificate

CHINA = timezone(timedelta(hours=8))
SIGNED_AT = datetime(2026, 11, 20, 9, 30, 15, tzinfo=CHINA)
IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"
URL = f"https://zhuce.example.cn/verify/{IDENTIFIER}"

FACE = CertificateFace(
    holder_name="周明远",
    sex="男",
    birth_date=date(1990, 3, 7),
    resident_id="430102********0019",
    specialties=(
        SpecialtyOnFace(name="建筑工程", valid_until=date(2029, 11, 19)),
        SpecialtyOnFace(name="市政公用工程", valid_until=date(2028, 2, 1)),
    ),
    employer="湖南湘江建设工程有限公司",
    registration_number="湘2432026202600001",
    certificate_identifier=IDENTIFIER,
    authority="湖南省住房和城乡建设厅",
    issued_on=date(2026, 11, 20),
    valid_from=date(2026, 11, 20),
    valid_until=date(2029, 11, 19),
    use_from=date(2026, 11, 20),
    use_until=date(2027, 5, 18),
)


@cache
def seal() -> Seal:
    """One development seal for the whole run."""
    return Seal.load(Path(mkdtemp(prefix="zhuce-seal-")))


@cache
def portrait() -> bytes:
    return make_portrait("周明远")


@cache
def certificate() -> bytes:
    """A sealed certificate."""
    return issue_certificate(FACE, portrait(), URL, seal=seal(), at=SIGNED_AT, location="湖南省长沙市")


def text_of(pdf: bytes) -> str:
    """All text as a reader would copy it, without line ends: where a line breaks is no fact of a document."""
    document = pypdfium2.PdfDocument(pdf)
    return (
        "".join(page.get_textpage().get_text_range() for page in document).replace("\r", "").replace("\n", "")
    )


def picture_of(pdf: bytes, dpi: int = 150) -> Image.Image:
    """The first page as seen."""
    page = pypdfium2.PdfDocument(pdf)[0]
    seen: Image.Image = page.render(scale=dpi / 72, may_draw_forms=True).to_pil().convert("RGB")
    return seen


def codes_in(pdf: bytes) -> list[str]:
    """The QR codes on the first page, read from its pixels."""
    return [code.text for code in zxingcpp.read_barcodes(picture_of(pdf, dpi=200))]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Every font used on any page and whether its program is inside the file."""
    found: dict[str, bool] = {}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for font in page.resources.get("/Font", {}).values():
                for one in font.get("/DescendantFonts", [font]):
                    descriptor: Any = one.get("/FontDescriptor", {})
                    inside = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
                    found[str(one["/BaseFont"])] = inside
    return found


def images_of(document: pikepdf.Pdf) -> list[Any]:
    """The pictures (not drawings) of the first page."""
    drawn: Any = document.pages[0].resources.get("/XObject", {})
    return [one for one in drawn.values() if one["/Subtype"] == "/Image"]
