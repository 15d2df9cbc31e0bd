"""Prints a certificate's face as one A4 PDF, with portrait, QR code to its verification and drawn seal."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import segno

from services.certificate.document.face import CertificateFace, Extension, SpecialtyOnFace
from services.kernel.photo import fit_portrait
from services.kernel.typeset import JSON, typeset

TEMPLATE = Path(__file__).with_name("certificate.typ")
STATE = "中华人民共和国"
# One-inch photo at 300 dpi, kept at twice that so that print stays sharp.
PORTRAIT_SIZE = (590, 826)
# The seal's square on the page in mm from the top left; the signature field lies over it. A seal of 42 mm, as
# departments cut theirs.
SEAL_MM = (130.0, 205.0, 42.0)
PAGE_HEIGHT_MM = 297.0
POINTS_PER_MM = 72 / 25.4

NARROWEST = 5.2
"""Characters: headings are spread over the width of the longest one, and never over less than this."""

EXTENSIONS = 4
"""As many of the last ones as there is room for, as on the paper certificate; all of them are in the register."""

IDENTIFIER_KEYWORD = "certificate-identifier:"
NOTES = ("本证书由签发机关以电子签名签署，改动任何内容都会使签名失效。",)
LEGAL_NOTES = (
    "依据《国务院关于在线政务服务的若干规定》（国务院令第716号），加盖电子印章的电子证照与纸质证照具有同等法律效力。",
)
DEVELOPMENT_NOTES = ("本件以开发测试密钥签署，仅供系统演示，不具有法律效力。",)


def render_certificate(
    face: CertificateFace, portrait: bytes, verification_url: str, *, development: bool = True
) -> bytes:
    """The unsigned PDF. ``development`` is ``Seal.is_development``: the paper then says so."""
    return typeset(
        TEMPLATE,
        _data(face, development=development),
        {"portrait.jpg": fit_portrait(portrait, PORTRAIT_SIZE), "qr.svg": _qr(verification_url)},
    )


def seal_box() -> tuple[int, int, int, int]:
    """Where the seal is, as PDF counts: points from the bottom left."""
    x, y, size = SEAL_MM
    bottom = PAGE_HEIGHT_MM - y - size
    left, low, right, high = (v * POINTS_PER_MM for v in (x, bottom, x + size, bottom + size))
    return round(left), round(low), round(right), round(high)


def _data(face: CertificateFace, *, development: bool) -> dict[str, JSON]:
    x, y, size = SEAL_MM
    return {
        "dated": face.issued_on.isoformat(),
        "title": face.title,
        "title_lines": _title_lines(face.title),
        "subject": f"{face.title} {face.certificate_identifier}",
        # no name among the keywords: they are what search engines and file indexers take first
        "keywords": [IDENTIFIER_KEYWORD + face.certificate_identifier, face.registration_number],
        "holder_name": face.holder_name,
        "sex": face.sex,
        "birth_date": _day(face.birth_date),
        "resident_id": face.resident_id,
        "registration_number": face.registration_number,
        "employer": face.employer,
        "specialties": [{"name": s.name, "until": _until(face, s)} for s in face.specialties],
        "first_granted_on": _day(face.first_granted_on or face.valid_from),
        "validity": f"{_day(face.valid_from)} 至 {_day(face.valid_until)}",
        "extensions": [_extension(face, one) for one in face.extensions[-EXTENSIONS:]],
        "use_window": f"{_day(face.use_from)} 至 {_day(face.use_until)}" if face.use_from and face.use_until else None,
        "certificate_identifier": face.certificate_identifier,
        "authority": face.authority,
        "issued_on": _day(face.issued_on),
        "words": face.words.model_dump(),
        "heading_width": max(face.words.widest, NARROWEST),
        "issue_note": _issue_note(face),
        "notes": [
            *([face.use_note] if face.use_note else []),
            *NOTES,
            *(DEVELOPMENT_NOTES if development else LEGAL_NOTES),
        ],
        "seal_words": "电子印章（开发测试）" if development else "电子印章",
        "seal_mm": {"x": x, "y": y, "size": size},
    }


def _until(face: CertificateFace, one: SpecialtyOnFace) -> str | None:
    words = face.words.scope_until
    return words.format(day=_day(one.valid_until)) if words else None


def _extension(face: CertificateFace, one: Extension) -> str:
    return face.words.extension.format(day=_day(one.decided_on), until=_day(one.valid_until))


def _issue_note(face: CertificateFace) -> str | None:
    """Which issue it is, and what became of the one before; none of the first of all."""
    if face.predecessor is None:
        return None
    words = face.words.reissued if face.issue > 1 else face.words.continues
    return words.format(issue=face.issue, predecessor=face.predecessor)


def _title_lines(title: str) -> list[str]:
    rest = title.removeprefix(STATE)
    return [STATE, rest] if rest and rest != title else [title]


def _day(day: date) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _qr(url: str) -> bytes:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=1, dark="#1c1a17", xmldecl=False)
    return out.getvalue()
