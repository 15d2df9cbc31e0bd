"""Opens a table, CSV or XLSX, and gives its lines as text, one after the other, in memory that does not grow with the file.

CSV: UTF-8 with a byte order mark or without, UTF-16 with one, else GB18030 (of which GBK is a part); separated by comma, tab or
semicolon. XLSX: the first sheet with anything in it; it is read once, into a temporary file, because how many lines it has is not
known before.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from zipfile import BadZipFile

import openpyxl

Cells = tuple[str, ...]
CHUNK = 1024 * 1024
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = (",", "\t", ";")
EXACT = 10**15
"""Excel keeps fifteen digits of a number: what is longer and was not kept as text is lost."""


class Unreadable(Exception):
    """The file is no table that can be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Row:
    """``line`` counts from 1, as a text editor or Excel does: of a record over several lines the first."""

    line: int
    cells: Cells


class Table:
    """``with Table(path) as table: for row in table.rows(): …``; read as often as wished."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = 0
        self.sha256 = ""
        self._spooled: IO[str] | None = None
        self._encoding, self._separator = "utf-8", ","

    def __enter__(self) -> Self:
        self.sha256 = _digest(self.path)
        with self.path.open("rb") as file:
            begin = file.read(4)
        if begin == _OLD_EXCEL:
            raise Unreadable("old_excel")
        if begin == _ZIP:
            self._spool()
        else:
            self._encoding = _encoding(self.path)
            self._separator = self._separated_by()
            for row in self.rows():
                self.lines = row.line
        if not self.lines:
            raise Unreadable("file_empty")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._spooled is not None:
            self._spooled.close()

    def rows(self) -> Iterator[Row]:
        """Every line, blank ones too, from the first."""
        if self._spooled is not None:
            self._spooled.seek(0)
            for text in self._spooled:
                line, cells = json.loads(text)
                yield Row(line, tuple(cells))
            return
        with self.path.open("r", encoding=self._encoding, newline="") as file:
            records = csv.reader(file, delimiter=self._separator)
            before = 0
            try:
                for record in records:
                    yield Row(before + 1, tuple(record))
                    before = records.line_num
            except (csv.Error, UnicodeDecodeError):
                raise Unreadable("csv_broken") from None

    def _separated_by(self) -> str:
        """Whatever the first lines have most of."""
        with self.path.open("r", encoding=self._encoding, newline="") as file:
            begin = [line for line, _ in zip(file, range(20), strict=False)]
        return max(_SEPARATORS, key=lambda one: sum(line.count(one) for line in begin))

    def _spool(self) -> None:
        # Closed with the table, not with this function: it is read again and again.
        spooled = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        file = self.path.open("rb")  # opened here: by its name openpyxl would judge it
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, KeyError, ValueError, OSError):
            file.close()
            raise Unreadable("xlsx_broken") from None
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what writers say of it is often wrong
                for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                    cells = [_text(value) for value in values]
                    while cells and not cells[-1]:
                        cells.pop()
                    if cells:
                        spooled.write(json.dumps((line, cells), ensure_ascii=False) + "\n")
                        self.lines = line
                if self.lines:
                    break
        finally:
            book.close()
            file.close()
        self._spooled = spooled


def _text(value: Any) -> str:
    """A cell as it would be read aloud; a whole number without a point, a long one as Excel has spoilt it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT:
        return f"{value:.14E}"
    return str(value)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        begin = file.read(4)
    for mark, name in _BOMS:
        if begin.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise Unreadable("encoding_unknown")


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
