"""Looks into the issued PDF with other eyes than those that made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp

from demo.client import StepFailed


@dataclass(frozen=True)
class PdfFacts:
    """What was found."""

    pages: int
    fonts: tuple[str, ...]


def look_into(pdf: bytes, *, expect: Sequence[str]) -> PdfFacts:
    """The text can be read back, and every font is embedded. StepFailed says what is not so."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    flat = "".join(text.split())
    for wanted in expect:
        if "".join(wanted.split()) not in flat:
            raise StepFailed(f"证书文字中读不到「{wanted}」")
    with pikepdf.open(BytesIO(pdf)) as opened:
        fonts = tuple(sorted(set(_fonts(opened))))
    return PdfFacts(len(document), fonts)


def _fonts(pdf: pikepdf.Pdf) -> Iterable[str]:
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor":
            if not any(key in found for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                raise StepFailed(f"字体未嵌入: {found.FontName}")
            yield str(found.FontName).rpartition("+")[2]


def address_in_qr_code(pdf: bytes) -> str:
    """What a phone's camera would read from the page."""
    page: Any = pypdfium2.PdfDocument(pdf)[0]
    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    addresses = [one.text for one in found if "/verify/" in one.text]
    if not addresses:
        raise StepFailed("证书上的二维码读不出来")
    return addresses[0]
