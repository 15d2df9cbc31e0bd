"""How a decision document looks: an official letter on A4 (GB/T 9704), with the seal over its date, as a signed PDF."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.labels import label
from contracts.personal import PERSONAL
from services.kernel.seal import Box, Seal
from services.kernel.typeset import typeset_with_marks

TEMPLATE = Path(__file__).with_name("letter.typ")
SEAL_MM = 42.0
"""As departments cut theirs."""
PAGE_HEIGHT_MM = 297.0
POINTS_PER_MM = 72 / 25.4
_DIGITS = "〇一二三四五六七八九"

Paragraphs = Annotated[tuple[str, ...], PERSONAL]


class Letter(BaseModel):
    """Words only; nothing to decide here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    authority: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(min_length=1)]
    number: Annotated[str, Field(min_length=1)]
    addressee: Annotated[str, Field(min_length=1), PERSONAL]
    before: Paragraphs
    items: Paragraphs = ()
    after: Paragraphs = ()
    dated: date


def render_letter(letter: Letter, *, development: bool) -> tuple[bytes, int, Box]:
    """The unsigned PDF, and where its seal lies: the page, counted from 0, and the square on it."""
    words = {
        "seal": label("letters.development_seal" if development else "letters.seal"),
        "note": label("letters.development_note" if development else "letters.note"),
        "page": label("letters.page"),
    }
    data = {
        **letter.model_dump(mode="json", exclude={"dated"}),
        "dated": letter.dated.isoformat(),
        "dated_in_words": in_words(letter.dated),
        "seal_mm": SEAL_MM,
        "words": words,
    }
    pdf, (mark,) = typeset_with_marks(TEMPLATE, data, label="seal")
    return pdf, mark["page"] - 1, _box(mark["x"], mark["y"])


def sign_letter(letter: Letter, seal: Seal, *, at: datetime, location: str) -> bytes:
    """The signed PDF; the signature's field lies exactly over the seal."""
    pdf, page, box = render_letter(letter, development=seal.is_development)
    return seal.sign(pdf, at=at, reason=letter.title, location=location, box=box, page=page)


def in_words(day: date) -> str:
    """The date as letters bear it.

    >>> in_words(date(2026, 3, 12))
    '二〇二六年三月十二日'
    """
    year = "".join(_DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{_count(day.month)}月{_count(day.day)}日"


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones else "")


def _box(x: float, y: float) -> Box:
    """As PDF counts: points from the bottom left."""
    bottom = PAGE_HEIGHT_MM - y - SEAL_MM
    left, low, right, high = (v * POINTS_PER_MM for v in (x, bottom, x + SEAL_MM, bottom + SEAL_MM))
    return round(left), round(low), round(right), round(high)
