"""``zhuce import``: lists of qualified people and historical certificates, as departments export them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.importing import looking
from cli.importing import report as reports
from cli.importing.common import bar, signed_in, whole
from cli.importing.reading import Table, Unreadable
from cli.importing.rows import Lines
from cli.importing.sending import PATH, Sum, bring, check, patiently
from cli.product import Product
from contracts.imports import ImportKind
from contracts.matters.registry import UnknownMatter, default_registry
from services.gateway.words import sentence


def _of_file(function: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--credential", default="constructor-2", show_default=True, help="证书种类"),
        click.option("--dry-run", is_flag=True, help="只检查,不保存"),
        click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="把未导入的各行写入这个 CSV 文件"),
        signed_in,
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
            with bar("检查", lines.table.lines) as step:
                for answer in check(product, lines, listed, step):
                    total.add(answer)
            _tell(console, "试导入(没有保存)", total, "将新增")
        else:
            about = {"file_name": file.name, "file_sha256": lines.table.sha256, "lines": lines.table.lines}
            begun = patiently(product, "POST", PATH, {**listed, **about})
            if begun["upto"]:
                console.print(f"这个文件已导入至第 {begun['upto']} 行,从下一行继续", highlight=False)
            with bar("导入", lines.table.lines) as step:
                for answer in bring(product, lines, begun, listed, step):
                    total.add(answer)
            import_id = begun["import_id"]
            if begun["upto"]:  # what was said of the lines before is kept there
                stands, problems = whole(product, import_id, kind, credential)
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
                unknown = "、".join(lines.header.unknown) or "无"
                raise click.ClickException(
                    sentence("columns_missing", {"columns": "、".join(lines.missing), "unknown": unknown})
                )
            yield lines
    except Unreadable as unreadable:
        raise click.ClickException(f"{file.name}:{sentence(unreadable.code)}") from None


def _known(credential: str) -> None:
    try:
        default_registry().credential(credential)
    except UnknownMatter:
        kinds = "、".join(one.credential for one in default_registry().credentials())
        raise click.UsageError(f"没有证书种类 {credential};现有:{kinds}") from None


def _tell(console: Console, what: str, total: Sum, new: str) -> None:
    refused = len({one["line"] for one in total.problems})
    said = f"{what}:{new} {total.made} 行,原已有 {total.repeated} 行,未导入 {refused} 行"
    console.print(said, highlight=False, soft_wrap=True)


for one in (looking.list_, looking.show, looking.undo):
    import_.add_command(one)
