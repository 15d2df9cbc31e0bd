"""``zhuce import list``, ``show`` and ``undo``: how imports stand, and all of one taken back."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.table import Column
from rich.table import Table as Grid

from cli.history import CHINA
from cli.importing import report as reports
from cli.importing.common import AT_ONCE, bar, named, signed_in, whole
from cli.importing.sending import PATH, patiently
from cli.product import Product
from cli.words import called


def _id(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """An import's id; whatever else somebody typed is no address to be asked for."""
    try:
        return str(UUID(value))
    except ValueError:
        raise click.BadParameter("应为导入的编号,用 zhuce import list 查看") from None


_reported = click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把未导入的各行和撤销时保留的各行写入这个 CSV 文件",
)


@click.command("list")
@signed_in
def list_(user: str, password: str | None, api: str) -> None:
    """各次导入,最近的在前。"""
    product = Product(api)
    product.sign_in(user, password)
    found = product.json("GET", PATH)["imports"]
    console = Console()
    if not found:
        console.print("没有导入过")
        return
    # Two lines each: an id that a narrow terminal has cut cannot be copied.
    for one in found:
        began = f"{datetime.fromisoformat(one['begun_at']).astimezone(CHINA):%Y-%m-%d %H:%M}"
        counts = f"新增 {one['made']} 行,原已有 {one['repeated']} 行,有问题 {one['refused']} 处"
        _say(console, f"{one['import_id']}  {began}  {_status(one)}", f"  {_what(one)}:{one['file_name']};{counts}")


@click.command()
@click.argument("import_id", metavar="ID", callback=_id)
@_reported
@signed_in
def show(import_id: str, report: Path | None, user: str, password: str | None, api: str) -> None:
    """一次导入的进度、未导入的各行、撤销时保留的各行。"""
    product = Product(api)
    product.sign_in(user, password)
    view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
    console = Console()
    _show(console, view)
    reports.show(console, [named(one, view["kind"], view["credential"]) for one in view["problems"]], view["refused"])
    _report(product, view, report, console)


@click.command()
@click.argument("import_id", metavar="ID", callback=_id)
@click.option("--reason", required=True, help="撤销的理由,记入历史")
@_reported
@signed_in
def undo(import_id: str, reason: str, report: Path | None, user: str, password: str | None, api: str) -> None:
    """整体撤销一次导入。导入之后又有变化的予以保留并列出。可以中断:撤销在后台继续。"""
    product = Product(api)
    product.sign_in(user, password)
    patiently(product, "POST", f"{PATH}/{import_id}/undo", {"reason": reason})
    view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
    with bar("撤销", view["lines"]) as step:
        step(view["undone_upto"])
        while view["status"] == "undoing":
            time.sleep(0.5)
            view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
            step(view["undone_upto"])
    console = Console()
    _show(console, view)
    _report(product, view, report, console)


def _report(product: Product, view: dict[str, Any], report: Path | None, console: Console) -> None:
    if report is None:
        return
    all_of_it, problems = whole(product, view["import_id"], view["kind"], view["credential"])
    reports.write(report, sorted((*problems, *all_of_it["conflicts"]), key=lambda one: int(one["line"])))
    console.print(f"未导入和予以保留的各行已写入 {report}", highlight=False)


def _show(console: Console, view: dict[str, Any]) -> None:
    lines = [
        f"{_what(view)}:{view['file_name']}",
        f"状态:{_status(view)};共 {view['lines']} 行,已至第 {view['upto']} 行",
        f"新增 {view['made']} 行,原已有 {view['repeated']} 行,有问题 {view['refused']} 处",
    ]
    if view["undo_reason"] is not None:
        lines.append(f"撤销理由:{view['undo_reason']};已撤回 {view['withdrawn']} 行,保留 {view['kept']} 行")
    _say(console, *lines)
    if view["conflicts"]:
        grid = Grid("行", Column("保留的原因", overflow="fold"))
        for one in view["conflicts"][: reports.SHOWN]:
            grid.add_row(str(one["line"]), one["words"])
        console.print(grid)
    if (more := view["kept"] - reports.SHOWN) > 0:
        console.print(f"另有保留的 {more} 行。用 --report 文件.csv 可保存全部", highlight=False)


def _say(console: Console, *lines: str) -> None:
    for one in lines:
        console.print(one, highlight=False, markup=False, soft_wrap=True)


def _what(view: dict[str, Any]) -> str:
    said = called("import_kinds", view["kind"])
    return f"{said}({called('certificate_titles', view['credential'])})" if view["credential"] else said


def _status(view: dict[str, Any]) -> str:
    return called("import_status", view["status"])
