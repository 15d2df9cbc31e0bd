"""The lines that were not taken, for people: on the screen the first few, as a table for the clerk all of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from services.gateway.words import our_code, sentence

SHOWN = 20


def words_of(problem: dict[str, Any]) -> str:
    """What is wrong with the line, and what to do."""
    if said := problem.get("words"):
        return str(said)
    params = {"name": problem.get("column") or "…", **(problem.get("params") or {})}
    return sentence(our_code(problem["code"]), params, in_field=problem.get("column") is not None)


def show(console: Console, problems: list[dict[str, Any]], of: int | None = None) -> None:
    """The first few, and how many there are besides; ``of`` all of them where these are a page."""
    if not problems:
        return
    table = Table("行", Column("列", overflow="fold"), Column("问题和处理办法", overflow="fold"))
    for one in problems[:SHOWN]:
        table.add_row(str(one["line"]), one.get("column") or "—", words_of(one))
    console.print(table)
    if (more := (of or len(problems)) - SHOWN) > 0:
        console.print(f"另有 {more} 处。用 --report 文件.csv 可保存全部", highlight=False)


def write(path: Path, problems: Iterable[dict[str, Any]]) -> None:
    """All of them, as Excel opens it: UTF-8 with a byte order mark. What the cells say is not in it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("行", "列", "代码", "问题和处理办法"))
        for one in problems:
            rows.writerow((one["line"], one.get("column") or "", one["code"], words_of(one)))
