"""Tables as departments export them, for the tests of reading them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from cli.importing.reading import Table
from cli.importing.rows import Lines, Read
from contracts.imports import ImportKind

HEAD = ["序号", "姓 名", "身份证号码(必填)", "资格证书管理号", "专业", "批准日期"]
ZHANG = ["1", "张伟明", "430102199003071234", "20254300000001", "建筑工程", "2025/3/1"]
LI = ["2", "李 娜", "430102199003071250", "20254300000002", "市政", "2025年3月1日"]
CERTIFICATE_HEAD = [
    "姓名",
    "身份证号",
    "企业名称",
    "统一社会信用代码",
    "注册编号",
    "注册专业",
    "发证日期",
    "有效期至",
    "证书状态",
]
CERTIFICATE = [
    "王芳",
    "430102900307123",
    "湖南湘江建设有限公司",
    "",
    "湘2432019202000001",
    "建筑、市政(2023.5.20)",
    "2020-05-20",
    "2026-05-19",
    "有效",
]


def text_of(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue()


def csv_file(tmp_path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text_of(rows, separator).encode(encoding))
    return path


def xlsx_file(tmp_path: Path, rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for span in merged:
        book.active.merge_cells(span)
    path = tmp_path / "list.xlsx"
    book.save(path)
    return path


def read(path: Path, kind: ImportKind = "qualifications", credential: str = "constructor-2") -> list[Read]:
    with Table(path) as table:
        return list(Lines(table, kind, credential))


def told(found: Sequence[Read]) -> list[tuple[int, str | None, str]]:
    return [(one.line, one.column, one.code) for line in found for one in line.problems]
