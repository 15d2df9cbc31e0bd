"""``zhuce import``: lists of qualified people and historical certificates, as departments export them; looked at, and undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as Grid

from cli.history import CHINA
from cli.importing import report as reports
from cli.importing.reading import Table, Unreadable
from cli.importing.rows import Lines, field_called
from cli.importing.sending import PATH, Sum, bring, check, patiently
from cli.product import Product, api_option
from cli.words import called
from contracts.imports import ImportKind
from contracts.matters.registry import UnknownMatter, default_registry
from services.gateway.words import sentence

AT_ONCE = 200


def _signed_in(function: Callable[..., None]) -> Callable[..., None]:
    password = click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
    user = click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
    signed_in: Callable[..., None] = user(password(api_option(function)))
    return signed_in


def _of_file(function: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--credential", default="constructor-2", show_default=True, help="证书种类"),
        click.option("--dry-run", is_flag=True, help="只检查,不保存"),
        click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="把未导入的各行写入这个 CSV 文件"),
        _signed_in,
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.group("import")
def import_() -> None:
    """导入:合格人员名单和历史证书(CSV 或 XLSX,照各部门导出的原样),随时可整体撤销。

    同一文件中断后再次运行,从停下处继续;已导入的行不会重复。
    """


@import_.command()
@_of_file
def qualifications(file: Path, credential: str, **more: Any) -> None:
    """导入资格证书合格人员名单。"""
    _import("qualifications", file, {"kind": "qualifications"}, credential, **more)


@import_.command()
@_of_file
@click.option("--issuer", help="发证机关的名称;各行自有的除外。默认取该证书事项中写明的机关")
@click.option("--place", help="发证机关所在地的行政区划代码,如 430000;与 --issuer 同用")
def certificates(file: Path, credential: str, issuer: str | None, place: str | None, **more: Any) -> None:
    """导入历史证书。"""
    if (issuer is None) != (place is None):
        raise click.UsageError("--issuer 和 --place 应同时写明")
    listed: dict[str, Any] = {"kind": "certificates", "credential": credential}
    if issuer is not None:
        listed["issuer"] = {"name": issuer, "place": place}
    _import("certificates", file, listed, credential, **more)


def _import(
    kind: ImportKind,
    file: Path,
    listed: dict[str, Any],
    credential: str,
    dry_run: bool,
    report: Path | None,
    user: str,
    password: str | None,
    api: str,
) -> None:
    _known(credential)
    console = Console()
    product = Product(api)
    product.sign_in(user, password)
    total = Sum()
    with _opened(file, kind, credential) as lines:
        if dry_run:
            with _bar("检查", lines.table.lines) as step:
                for answer in check(product, lines, listed, step):
                    total.add(answer)
            _tell(console, "试导入(没有保存)", total, "将新增")
        else:
            about = {"file_name": file.name, "file_sha256": lines.table.sha256, "lines": lines.table.lines}
            begun = patiently(product, "POST", PATH, {**listed, **about})
            if begun["upto"]:
                console.print(f"这个文件已导入至第 {begun['upto']} 行,从下一行继续", highlight=False)
            with _bar("导入", lines.table.lines) as step:
                for answer in bring(product, lines, begun, listed, step):
                    total.add(answer)
            import_id = begun["import_id"]
            if begun["upto"]:  # what was said of the lines before is kept there
                stands, problems = _whole(product, import_id, kind, credential)
                total = Sum(stands["made"], stands["repeated"], problems)
            _tell(console, f"导入 {import_id}", total, "新增")
            console.print(f"撤销:zhuce import undo {import_id} --reason 理由", highlight=False)
    reports.show(console, total.problems)
    if report is not None:
        reports.write(report, total.problems)
        console.print(f"未导入的各行已写入 {report}", highlight=False)


@contextmanager
def _opened(file: Path, kind: ImportKind, credential: str) -> Iterator[Lines]:
    try:
        with Table(file) as table:
            lines = Lines(table, kind, credential)
            if lines.missing:
                raise click.ClickException(sentence("columns_missing", {"columns": "、".join(lines.missing)}))
            yield lines
    except Unreadable as unreadable:
        raise click.ClickException(f"{file.name}:{sentence(unreadable.code)}") from None


def _known(credential: str) -> None:
    try:
        default_registry().credential(credential)
    except UnknownMatter:
        kinds = "、".join(one.credential for one in default_registry().credentials())
        raise click.UsageError(f"没有证书种类 {credential};现有:{kinds}") from None


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """How far it is and how long it will take, in lines of the file."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("还需"), TimeRemainingColumn()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda upto: progress.update(task, completed=upto)


def _tell(console: Console, what: str, total: Sum, new: str) -> None:
    refused = len({one["line"] for one in total.problems})
    said = f"{what}:{new} {total.made} 行,原已有 {total.repeated} 行,未导入 {refused} 行"
    console.print(said, highlight=False, soft_wrap=True)


# -- looking and undoing -----------------------------------------------------------------------------------------


def _id(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """An import's id; whatever else somebody typed is no address to be asked for."""
    try:
        return str(UUID(value))
    except ValueError:
        raise click.BadParameter("应为导入的编号,用 zhuce import list 查看") from None


@import_.command("list")
@_signed_in
def list_(user: str, password: str | None, api: str) -> None:
    """各次导入,最近的在前。"""
    product = Product(api)
    product.sign_in(user, password)
    found = product.json("GET", PATH)["imports"]
    console = Console()
    if not found:
        console.print("没有导入过")
        return
    grid = Grid("编号", "内容", "文件", "状态", "新增", "问题", "开始时间", title=product.api, title_justify="left")
    for one in found:
        began = f"{datetime.fromisoformat(one['begun_at']).astimezone(CHINA):%Y-%m-%d %H:%M}"
        counts = (str(one["made"]), str(one["refused"]))
        grid.add_row(one["import_id"], _what(one), one["file_name"], _status(one), *counts, began)
    console.print(grid)


@import_.command()
@click.argument("import_id", metavar="ID", callback=_id)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="把未导入的各行写入这个 CSV 文件")
@_signed_in
def show(import_id: str, report: Path | None, user: str, password: str | None, api: str) -> None:
    """一次导入的进度、未导入的各行、撤销时保留的各行。"""
    product = Product(api)
    product.sign_in(user, password)
    view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
    console = Console()
    _show(console, view)
    problems: list[dict[str, Any]] = view["problems"]
    if view["refused"] > len(problems) and report is not None:
        problems = _whole(product, import_id, view["kind"], view["credential"])[1]
    reports.show(console, [_named(one, view["kind"], view["credential"]) for one in problems])
    if report is not None:
        reports.write(report, problems)
        console.print(f"未导入的各行已写入 {report}", highlight=False)


@import_.command()
@click.argument("import_id", metavar="ID", callback=_id)
@click.option("--reason", required=True, help="撤销的理由,记入历史")
@_signed_in
def undo(import_id: str, reason: str, user: str, password: str | None, api: str) -> None:
    """整体撤销一次导入。导入之后又有变化的予以保留并列出。可以中断:撤销在后台继续。"""
    product = Product(api)
    product.sign_in(user, password)
    patiently(product, "POST", f"{PATH}/{import_id}/undo", {"reason": reason})
    view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
    with _bar("撤销", view["lines"]) as step:
        while view["status"] == "undoing":
            time.sleep(0.5)
            view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE})
            step(view["undone_upto"])
    _show(Console(), view)


def _show(console: Console, view: dict[str, Any]) -> None:
    lines = [
        f"{_what(view)}:{view['file_name']}",
        f"状态:{_status(view)};共 {view['lines']} 行,已至第 {view['upto']} 行",
        f"新增 {view['made']} 行,原已有 {view['repeated']} 行,有问题 {view['refused']} 处",
    ]
    if view["undo_reason"] is not None:
        lines.append(f"撤销理由:{view['undo_reason']};已撤回 {view['withdrawn']} 行,保留 {view['kept']} 行")
    for one in lines:
        console.print(one, highlight=False, markup=False, soft_wrap=True)
    if view["conflicts"]:
        grid = Grid("行", "保留的原因")
        for one in view["conflicts"]:
            grid.add_row(str(one["line"]), one["words"])
        console.print(grid)


def _whole(
    product: Product, import_id: str, kind: ImportKind, credential: str | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The import with all of its problems."""
    problems: list[dict[str, Any]] = []
    page = 1
    while True:
        view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE, "page": page})
        problems += [_named(one, kind, credential) for one in view["problems"]]
        if len(view["problems"]) < AT_ONCE:
            return view, problems
        page += 1


def _named(problem: dict[str, Any], kind: ImportKind, credential: str | None) -> dict[str, Any]:
    column = problem.get("column")
    return {**problem, "column": field_called(kind, credential, column) if column else None}


def _what(view: dict[str, Any]) -> str:
    said = called("import_kinds", view["kind"])
    return f"{said}({view['credential']})" if view["credential"] else said


def _status(view: dict[str, Any]) -> str:
    return called("import_status", view["status"])
