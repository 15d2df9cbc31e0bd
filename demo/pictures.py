"""Synthetic files for stories and tests: a portrait, an ID card marked 样本, a letter. Nobody is real."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from services.kernel.fonts import font_directories
from services.kernel.typeset import typeset

PORTRAIT = (295, 413)
ID_CARD = (1011, 638)
LETTER = Path(__file__).with_name("letter.typ")
Side = Literal["front", "back", "held"]


@lru_cache(maxsize=100)
def make_portrait(name: str) -> bytes:
    """A one-inch JPEG of a drawn silhouette; the same name gives the same picture."""
    shade = hashlib.sha256(name.encode()).digest()
    scale = 4
    w, h = PORTRAIT[0] * scale, PORTRAIT[1] * scale
    image = Image.new("RGB", (w, h))
    draw = ImageDraw.Draw(image)
    for y in range(h):  # the light blue ground of an official photo
        t = y / h
        draw.line([(0, y), (w, y)], fill=(int(118 + 40 * t), int(168 + 30 * t), int(222 + 14 * t)))
    skin = (222 - shade[0] % 14, 186 - shade[0] % 14, 160 - shade[0] % 14)
    coat, hair = (44 + shade[1] % 20, 52 + shade[1] % 16, 70 + shade[2] % 22), (38, 34, 34)
    cx = w // 2

    def oval(x: float, y: float, rx: float, ry: float, fill: tuple[int, int, int]) -> None:
        draw.ellipse([cx + x - rx, y - ry, cx + x + rx, y + ry], fill=fill)

    draw.rounded_rectangle([cx - 0.46 * w, 0.76 * h, cx + 0.46 * w, 1.3 * h], radius=0.2 * w, fill=coat)
    draw.polygon([(cx - 0.13 * w, 0.75 * h), (cx + 0.13 * w, 0.75 * h), (cx, 0.93 * h)], fill=(244, 245, 247))
    draw.polygon(
        [(cx - 0.035 * w, 0.83 * h), (cx + 0.035 * w, 0.83 * h), (cx + 0.05 * w, h), (cx - 0.05 * w, h)],
        fill=(96, 28, 36),
    )
    for sign in (-1, 1):
        draw.polygon(
            [
                (cx + sign * 0.12 * w, 0.73 * h),
                (cx + sign * 0.19 * w, 0.77 * h),
                (cx + sign * 0.03 * w, h),
                (cx, 0.94 * h),
            ],
            fill=tuple(c - 12 for c in coat),
        )
    draw.rounded_rectangle(
        [cx - 0.1 * w, 0.58 * h, cx + 0.1 * w, 0.79 * h], radius=0.06 * w, fill=tuple(c - 18 for c in skin)
    )
    oval(0, 0.40 * h, 0.225 * w, 0.205 * h, hair)
    oval(-0.20 * w, 0.46 * h, 0.032 * w, 0.042 * h, skin)
    oval(0.20 * w, 0.46 * h, 0.032 * w, 0.042 * h, skin)
    oval(0, 0.46 * h, 0.192 * w, 0.196 * h, skin)
    draw.pieslice([cx - 0.20 * w, 0.22 * h, cx + 0.20 * w, 0.52 * h], 188, 352, fill=hair)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(2)).resize(PORTRAIT, Image.Resampling.LANCZOS).save(
        out, "JPEG", quality=92, dpi=(300, 300)
    )
    return out.getvalue()


@lru_cache(maxsize=100)
def make_id_card(side: Side, name: str = "样本", resident_id: str = "") -> bytes:
    """A PNG in an ID card's proportions, marked 样本 across so that nobody can take it for a card."""
    image = Image.new("RGB", ID_CARD, (236, 243, 246))
    draw = ImageDraw.Draw(image)
    for x in range(-ID_CARD[1], ID_CARD[0], 14):
        draw.line([(x, ID_CARD[1]), (x + ID_CARD[1], 0)], fill=(222, 234, 239), width=2)
    ink, label = (40, 44, 52), (58, 110, 160)
    if side == "back":
        draw.text((ID_CARD[0] / 2, 170), "居民身份证", font=_font(76), fill=ink, anchor="mm")
        draw.text((ID_CARD[0] / 2, 280), "（系统演示样本，非证件）", font=_font(40), fill=ink, anchor="mm")
        for y, (word, value) in zip(
            (430, 510), (("签发机关", "样本公安局"), ("有效期限", "样本")), strict=True
        ):
            draw.text((220, y), word, font=_font(34), fill=label)
            draw.text((400, y), value, font=_font(36), fill=ink)
    else:
        for y, (word, value) in zip(
            (80, 190), (("姓名", name), ("住址", "样本省样本市样本路 1 号")), strict=True
        ):
            draw.text((70, y), word, font=_font(34), fill=label)
            draw.text((180, y), value, font=_font(40), fill=ink)
        draw.text((70, 520), "公民身份号码", font=_font(34), fill=label)
        draw.text((320, 516), resident_id or "样本无号码", font=_font(42), fill=ink)
        photo = Image.open(io.BytesIO(make_portrait(name))).resize((236, 330))
        image.paste(photo, (700, 90))
        if side == "held":  # the third picture that a real-name check asks for
            draw.text((70, 330), "手持证件照（样本）", font=_font(44), fill=ink)
    mark = _mark()
    image.paste(mark, (0, 0), mark)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@lru_cache
def _mark() -> Image.Image:
    mark = Image.new("RGBA", ID_CARD, (0, 0, 0, 0))
    ImageDraw.Draw(mark).text(
        (ID_CARD[0] / 2, ID_CARD[1] / 2),
        "样 本 SAMPLE",
        font=_font(150),
        fill=(200, 30, 30, 110),
        anchor="mm",
    )
    return mark.rotate(18, Image.Resampling.BICUBIC)


def make_letter_pdf(title: str, lines: Sequence[str], dated: str = "2026-01-05") -> bytes:
    """A one-page letter as a real PDF: a commitment letter, an employment contract."""
    return _letter(title, tuple(lines), dated)


@lru_cache(maxsize=100)
def _letter(title: str, lines: tuple[str, ...], dated: str) -> bytes:
    return typeset(LETTER, {"title": title, "lines": list(lines), "dated": dated})


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    for directory in font_directories():
        for path in sorted(directory.rglob("NotoSansCJK*Regular*")):
            return ImageFont.truetype(str(path), size)
    raise FileNotFoundError("no regular weight of Noto Sans CJK among the fonts")
