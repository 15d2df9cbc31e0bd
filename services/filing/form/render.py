"""Prints an application form as a PDF: a grid as departments print it, on as many pages as it needs."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import segno

from contracts.errors import Refused
from services.filing.form.print import ApplicationPrint, AttachmentLine, Opinion, Row
from services.kernel.photo import PortraitUnreadable, fit_portrait
from services.kernel.typeset import CHINA, JSON, CharactersMissing, typeset

TEMPLATE = Path(__file__).with_name("application.typ")
PORTRAIT_FILE, CODE_FILE = "portrait.jpg", "number.svg"
PORTRAIT_SIZE = (413, 579)
PORTRAIT_ROWS = 5
# Wider than this (in half-width columns; of a label: two lines), a label or a value takes the whole row.
NARROW_LABEL, NARROW_VALUE = 32, 26
NARROW_VALUE_BY_PORTRAIT = 18


def render_application(form: ApplicationPrint, files: Mapping[str, bytes]) -> bytes:
    """The form as of ``printed_at``. ``files`` holds the portrait under the name ``form.portrait``.

    Refused when no font has a character that somebody has typed: they can change it, or have a font added.
    """
    pictures = _pictures(form.portrait, files)
    if form.filing_number.strip("—"):
        pictures[CODE_FILE] = _code(form.filing_number)
    words = form.labels
    photo = bool(form.portrait) or form.portrait_box
    beside_portrait = _section_beside_portrait(form) if photo else None
    data: dict[str, JSON] = {
        "dated": form.printed_at.isoformat(),
        "title": form.title,
        "filing_number": form.filing_number,
        "status": form.status,
        "draft": form.draft,
        "printed_at": _moment(form.printed_at),
        "submitted_at": _moment(form.submitted_at) if form.submitted_at else "",
        "code": CODE_FILE in pictures,
        "portrait": photo,
        "pictured": bool(form.portrait),
        "portrait_section": beside_portrait,
        "portrait_rows": PORTRAIT_ROWS,
        "sections": [
            {
                "title": title,
                "rows": lay_out(rows, beside=PORTRAIT_ROWS if index == beside_portrait else 0),
            }
            for index, (title, rows) in enumerate(form.sections)
        ],
        "attachments": [_attachment(index, line) for index, line in enumerate(form.attachments, start=1)],
        "lists_attachments": form.lists_attachments,
        "commitment": form.commitment,
        "acceptance": words.accepted.format(at=_moment(form.commitment_accepted_at))
        if form.commitment_accepted_at
        else words.not_accepted,
        "accepted": form.commitment_accepted_at is not None,
        "signatories": list(form.signatories),
        "opinions": [_opinion(one) for one in form.opinions],
        "authorities": [_opinion(one) for one in form.authorities],
        "words": words.model_dump(mode="json"),
    }
    try:
        return typeset(TEMPLATE, data, pictures)
    except CharactersMissing as missing:
        characters = ", ".join(missing.characters)
        raise Refused("character_not_printable", params={"characters": characters}) from None


def lay_out(rows: Sequence[Row], *, beside: int = 0) -> list[list[list[str]]]:
    """Pairs in lines of one or two: two short neighbours share a line, the order is never changed.

    The first ``beside`` lines stand beside a portrait and have less room.
    """
    lines: list[list[list[str]]] = []
    waiting: list[str] | None = None
    for label, value in rows:
        room = NARROW_VALUE_BY_PORTRAIT if len(lines) < beside else NARROW_VALUE
        short = _width(label) <= NARROW_LABEL and _width(value) <= room and "\n" not in value
        if not short:
            if waiting:
                lines.append([waiting])
            lines.append([[label, value]])
            waiting = None
        elif waiting:
            lines.append([waiting, [label, value]])
            waiting = None
        else:
            waiting = [label, value]
    if waiting:
        lines.append([waiting])
    return lines


def _section_beside_portrait(form: ApplicationPrint) -> int:
    """The section that was said, or the first that is tall enough to stand beside a portrait, or else the first."""
    if form.portrait_section is not None:
        return form.portrait_section
    tall = (i for i, (_, rows) in enumerate(form.sections) if len(lay_out(rows)) >= PORTRAIT_ROWS)
    return next(tall, 0)


def _width(text: str) -> float:
    # a digit of these fonts is a little wider than half a Chinese character
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.15 for letter in text)


def _opinion(one: Opinion) -> JSON:
    return {"heading": one.heading, "says": one.says, "signatures": list(one.signatures)}


def _code(number: str) -> bytes:
    """The filing number for a scanner at the counter."""
    out = io.BytesIO()
    segno.make(number, error="m", micro=False).save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue()


def _attachment(index: int, line: AttachmentLine) -> list[JSON]:
    return [str(index), line.label, line.file_name, _size(line.size), line.sha256]


def _size(count: int) -> str:
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.2f} MB"


def _moment(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y年%m月%d日 %H:%M")


def _pictures(portrait: str | None, files: Mapping[str, bytes]) -> dict[str, bytes]:
    if portrait is None:
        return {}
    if portrait not in files:
        raise PortraitUnreadable("the portrait is not among the files")
    return {PORTRAIT_FILE: fit_portrait(files[portrait], PORTRAIT_SIZE)}
