"""``zhuce matters``: the matters that can be filed, told for people."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from contracts.matters.registry import Registry, default_registry
from contracts.matters.show import describe
from contracts.yaml_source import MatterFileError


@click.group()
def matters() -> None:
    """办理事项:谁申报、需要什么、多长时间、得到什么。"""


@matters.command("list")
def list_() -> None:
    """所有可申报的事项。"""
    table = Table("事项", "版本", "名称", "地区", "申报人")
    for matter in _registry().on_offer():
        told = describe(matter)
        table.add_row(matter.code, str(matter.version), told["title"], told["place"], told["filed_by"])
    Console().print(table)


@matters.command()
@click.argument("code")
@click.option("--version", type=int, help="版本;默认最新")
def show(code: str, version: int | None) -> None:
    """一个事项的全部内容。CODE 如 hunan/constructor-2-initial。"""
    try:
        matter = _registry().get(code, version)
    except LookupError:
        raise click.ClickException(f"没有事项 {code}。用 zhuce matters list 查看全部") from None
    console = Console()
    told = describe(matter)
    console.rule(f"[bold]{told['title']}[/] {told['code']}@{told['version']}", align="left")
    for key, value in told.items():
        if key not in ("code", "version", "title"):
            _tell(console, key, value)


def _registry() -> Registry:
    try:
        return default_registry()
    except MatterFileError as error:
        raise click.ClickException(f"事项文件有误:\n{error}") from None


_WORDS = {
    "place": "地区", "credential": "证书", "filed_by": "申报人", "subject": "人员来源", "rules": "条件", "form": "表单",
    "files": "附件", "commitment": "承诺", "route": "办理流程", "correction": "补正期限",
    "granted_by_silence": "逾期效力", "documents": "文书", "working_days": "时限(工作日)", "result": "结果",
}  # fmt: skip


def _tell(console: Console, key: str, value: Any) -> None:
    name = _WORDS.get(key, key)
    if value is None or value == []:
        return
    if not isinstance(value, list | tuple):
        console.print(f"[bold]{name}[/]: {_line(value)}", highlight=False, soft_wrap=True)
        return
    console.print(f"[bold]{name}[/]:")
    for one in value:
        console.print(f"  - {_line(one)}", highlight=False, soft_wrap=True)


def _line(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(_line(one) for one in value.values() if one not in (None, "", []))
    if isinstance(value, list | tuple):
        return "、".join(_line(one) for one in value)
    return str(value)
