"""Renders a Typst template and JSON data to an archivable PDF (PDF/A-2u), Chinese fonts embedded and subset.

The same template, data and files give the same bytes: the document's date is ``data["dated"]``, never the
machine's. The compiler works without Python's interpreter lock, so ``eventlet.tpool.execute(typeset,…)``
keeps the hub turning (measured: 9 ms longest pause in a compilation of 450 ms); called directly it stops
every green thread.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import typst

from services.kernel.fonts import font_directories, snapshot

JSON: TypeAlias = "str | int | float | bool | Mapping[str, JSON] | Sequence[JSON] | None"

# Text must extract again (the "u"): readers and search rely on it; and no font may be missing.
STANDARD: typst.PDFStandard = "a-2u"
CHINA = timezone(timedelta(hours=8))

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_LACKING = "could not be displayed"
"""What the compiler says of a text for which no font has a letter; it names the first one only."""
DRAWINGS = Path(__file__).with_name("drawings")
"""What templates of several services draw, such as a seal: importable beside a template's own siblings."""
_PROBE = "#for letter in sys.inputs.letters.codepoints() [#letter #parbreak()]"
MOST = 20
"""So many missing letters are named: more are no name but a nuisance, and each costs the compiler's time."""

_fonts: dict[tuple[tuple[str, int], ...], typst.Fonts] = {}


class TypesetError(RuntimeError):
    """No document: the template is wrong, an image does not open, or no font has a character."""


class CharactersMissing(TypesetError):
    """No font has these characters (``U+20BB6``): another font mends it. The message has no word of the text."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        super().__init__(f"no font has {len(characters)} of the characters")
        self.characters = characters


def typeset(template: Path, data: Mapping[str, JSON], files: Mapping[str, bytes] = {}) -> bytes:
    """The PDF. The template reads ``json("data.json")``, each file by its name, and may import its siblings.

    ``data["dated"]`` (an ISO date or date-time) is the document's date. Text in ``data`` is only ever text:
    Typst does not read it as markup.
    """
    return typeset_with_marks(template, data, files, None)[0]


def typeset_with_marks(
    template: Path, data: Mapping[str, JSON], files: Mapping[str, bytes] = {}, label: str | None = "mark"
) -> tuple[bytes, list[Any]]:
    """The PDF, and what the template says of itself in ``metadata`` under that label: where something came to lie."""
    dated = _moment(data.get("dated"))
    for name in files:
        if not _PLAIN_NAME.fullmatch(name) or name == "data.json" or name.endswith(".typ"):
            raise TypesetError(f"a file for a template needs a plain name with an ending, not {name!r}")
    # the directory is also the compiler's root: a template cannot read anything that was not put there
    with tempfile.TemporaryDirectory(prefix="typeset-") as place:
        root = Path(place)
        for source in (*DRAWINGS.glob("*.typ"), *template.parent.glob("*.typ")):
            shutil.copyfile(source, root / source.name)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, content in files.items():
            (root / name).write_bytes(content)
        try:
            pdf = typst.compile(
                root / template.name,
                root=root,
                font_paths=_load_fonts(),
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=STANDARD,
                timestamp=dated,
            )
            marks = json.loads(_query(root / template.name, root, label)) if label is not None else []
        except typst.TypstError as error:
            if _LACKING in error.message and (missing := _missing(root, _letters(data))):
                raise CharactersMissing(tuple(f"U+{ord(one):04X}" for one in missing)) from None
            hints = "".join(f" ({hint})" for hint in error.hints)
            raise TypesetError(f"{template.name}: {error.message}{hints}") from error
    if not isinstance(pdf, bytes):  # only page-image formats answer otherwise
        raise TypesetError(f"{template.name}: the compiler gave no PDF")
    return pdf, marks


def _query(template: Path, root: Path, label: str) -> str:
    return typst.query(
        template, f"<{label}>", field="value", root=root, font_paths=_load_fonts(), ignore_system_fonts=True
    )


def _letters(data: JSON) -> str:
    """Every letter of the data once, in the order of the text."""
    if isinstance(data, str):
        return "".join(dict.fromkeys(data))
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, Sequence):
        return "".join(dict.fromkeys("".join(map(_letters, data))))
    return ""


def _missing(root: Path, letters: str) -> list[str]:
    """The letters that no font has: halves are tried until single ones are left."""
    probe, found, waiting = root / "probe.typ", list[str](), [letters]
    probe.write_text(_PROBE, encoding="utf-8")
    while waiting and len(found) < MOST:
        some = waiting.pop()
        try:
            typst.compile(
                probe,
                root=root,
                font_paths=_load_fonts(),
                ignore_system_fonts=True,
                pdf_standards=STANDARD,
                sys_inputs={"letters": some},
            )
        except typst.TypstError:
            if len(some) == 1:
                found.append(some)
            else:
                waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return found


def _load_fonts() -> typst.Fonts:
    """The fonts are searched once (12 ms), and again when a file came: a missing letter is mended without a restart.

    Without a lock: eventlet's green locks break between real threads, so two first documents may both search.
    """
    directories = font_directories()
    seen = snapshot(directories)
    if (known := _fonts.get(seen)) is not None:
        return known
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=list(directories)
    )
    _fonts.clear()
    _fonts[seen] = found
    return found


def _moment(dated: object) -> datetime:
    if not isinstance(dated, str):
        raise TypesetError('a document needs its date: data["dated"], an ISO date or date-time')
    try:
        if len(dated) == len("2026-01-31"):
            return datetime.combine(date.fromisoformat(dated), time(), CHINA)
        moment = datetime.fromisoformat(dated).replace(microsecond=0)  # a PDF's date has none
    except ValueError as error:
        raise TypesetError(f'data["dated"] is not an ISO date: {dated!r}') from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
