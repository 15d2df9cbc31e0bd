"""A workbook of one sheet, written row by row: however many rows there are, only what was handed over last is in memory.

SpreadsheetML as far as a list needs it: a frozen, bold first row, texts as texts (an ID number stays whole, nothing is taken for
a formula), dates as dates. Written by hand because a list of 100,000 rows then takes seconds where a library takes a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_EPOCH = date(1899, 12, 30)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST = 32_767
"""Characters that a cell holds."""
_HEAD, _DATE, _MOMENT, _TEXT = 1, 2, 3, 4
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFE7EEF7"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""",
}
_PANE = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'


class Workbook:
    """``with Workbook(path, "证书", [("姓名", 12), …]) as book: book.add(rows)``. Headings have their widths in characters."""

    def __init__(self, path: Path, title: str, headings: Sequence[tuple[str, float]]) -> None:
        self.rows = 0
        self._columns = [_letters(n) for n in range(len(headings))]
        self._zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=4)
        sheet = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
        book = f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>
<sheet name="{_quoted(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>"""
        for name, text in {**_PARTS, "xl/workbook.xml": book}.items():
            self._zip.writestr(name, _XML + text)
        self._sheet: IO[bytes] = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, (_, width) in enumerate(headings, 1)
        )
        self._write(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{_PANE}</sheetView></sheetViews>'
            f"<cols>{widths}</cols><sheetData>"
        )
        self._write(self._row(1, [_text(heading, _HEAD) for heading, _ in headings]))

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """More rows: texts, dates, moments (as China's clocks show them), numbers, and None for an empty cell."""
        written = []
        for row in rows:
            self.rows += 1
            written.append(self._row(self.rows + 1, [_cell(value) for value in row]))
        self._write("".join(written))

    def close(self) -> None:
        """Nothing can be read before."""
        whole = f"A1:{self._columns[-1]}{self.rows + 1}"
        self._write(f'</sheetData><autoFilter ref="{whole}"/></worksheet>')
        self._sheet.close()
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _row(self, number: int, cells: Sequence[str | None]) -> str:
        filled = [
            f'<c r="{column}{number}"{cell}' for column, cell in zip(self._columns, cells, strict=True) if cell is not None
        ]
        return f'<row r="{number}">{"".join(filled)}</row>'

    def _write(self, text: str) -> None:
        self._sheet.write(text.encode())


def _cell(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        here = value.astimezone(CHINA)
        serial = (here.date() - _EPOCH).days + (here.hour * 3600 + here.minute * 60 + here.second) / 86400
        return f' s="{_MOMENT}"><v>{serial:.10f}</v></c>'
    if isinstance(value, date):
        return f' s="{_DATE}"><v>{(value - _EPOCH).days}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"><v>{value}</v></c>"
    return _text(str(value), _TEXT)


def _text(text: str, style: int) -> str:
    held = escape(_NOT_IN_XML.sub("", text)[:_MOST])
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{held}</t></is></c>'


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _letters(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)
