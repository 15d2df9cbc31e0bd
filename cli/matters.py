"""``zhuce matters``: the matters that can be filed, told for people; files of new ones checked, tried and released."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from cli.trying.story import tell
from contracts.labels import SETTING, matter_directories
from contracts.matters import registry as registries
from contracts.matters.registry import Registry, UnknownMatter, default_registry
from contracts.matters.schema import Matter
from contracts.matters.show import describe
from contracts.yaml_source import MatterFileError
from services.kernel.clock import clock

DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
from_option = click.option(
    "--from", "directory", type=DIRECTORY, help="另加一个事项目录(与环境变量 ZHUCE_MATTERS 同)"
)
version_option = click.option("--version", type=int, help="版本;默认最新")


@click.group()
def matters() -> None:
    """办理事项:谁申报、需要什么、多长时间、得到什么。"""


@matters.command("list")
def list_() -> None:
    """所有可申报的事项。"""
    for matter in _registry().on_offer():
        told = describe(matter)
        click.echo(f"{matter.key:<58} {told['title']} ({told['place']},{told['filed_by']}申报)")


@matters.command()
@click.argument("code")
@version_option
@from_option
def show(code: str, version: int | None, directory: Path | None) -> None:
    """一个事项的全部内容。CODE 如 hunan/constructor-2-initial。"""
    registry = _registry(directory)
    matter = _matter(registry, code, version)
    console = Console()
    told = describe(matter, registry.labels)
    console.print(f"[bold]{told['title']}[/] {told['code']}@{told['version']}", highlight=False, soft_wrap=True)
    for key, value in told.items():
        if key not in ("code", "version", "title"):
            _tell(console, key, value)


@matters.command()
@click.argument("directory", type=DIRECTORY)
def check(directory: Path) -> None:
    """检查一个目录中的事项、选项、证书种类和文字文件。每处错误都说明文件、行、原因和改法;有误时退出码为 1。"""
    registry = _registry(directory)
    own = [matter for matter in registry.all() if matter.code in _codes(directory)]
    for matter in own:
        state = "已发布" if registry.is_released(matter) else "未发布"
        click.echo(f"{matter.key:<58} {registry.labels.label('title', matter=matter.code)} ({state})")
    if not own:
        raise click.ClickException(f"{directory} 中没有事项文件。应放在 <省>/<事项>.v<版本>.yaml,见 docs/adding-a-province.md")
    click.echo("文件无误。用 zhuce matters try 试办,用 zhuce matters release 发布")


@matters.command()
@click.argument("directory", type=DIRECTORY)
def release(directory: Path) -> None:
    """发布一个目录中尚未发布的版本:此后可以申报,文件不得再改,修改须另立新版本。"""
    try:
        added = registries.release(directory)
    except MatterFileError as error:
        raise click.ClickException(f"事项文件有误,没有发布:\n{error}") from None
    for key in added:
        click.echo(f"已发布 {key}")
    if not added:
        click.echo("没有尚未发布的版本")


@matters.command("try")
@click.argument("code")
@version_option
@from_option
def try_(code: str, version: int | None, directory: Path | None) -> None:
    """用虚构的人员和企业把一个事项从草稿办到结果,逐步打印;不需要运行中的产品,也不留下任何数据。"""
    registry = _registry(directory)
    steps = tell(_matter(registry, code, version), registry, clock.now().date())
    console = Console()
    for number, step in enumerate(steps, start=1):
        mark = "[red]✗[/]" if step.failed else "[green]✓[/]"
        console.print(f"{mark} {number:2d}. [bold]{step.who}[/] {step.says}", highlight=False, soft_wrap=True)
        for detail in step.details:
            console.print(f"       {detail}", highlight=False, soft_wrap=True)
        if step.failed:
            raise SystemExit(1)


def _registry(directory: Path | None = None) -> Registry:
    if directory is not None:  # as the product would be told of it: rules find their words in the same place
        named = [str(one) for one in matter_directories()[1:] if one.resolve() != directory.resolve()]
        os.environ[SETTING] = os.pathsep.join([*named, str(directory.absolute())])
    try:
        return default_registry()
    except MatterFileError as error:
        raise click.ClickException(f"事项文件有误:\n{error}") from None


def _matter(registry: Registry, code: str, version: int | None) -> Matter:
    """That version; without one the newest, released or not: whoever writes a matter wants to see it before."""
    newest = [one.version for one in registry.all() if one.code == code]
    try:
        return registry.get(code, version or max(newest, default=0))
    except UnknownMatter:
        raise click.ClickException(f"没有事项 {code}。用 zhuce matters list 查看全部") from None


def _codes(directory: Path) -> set[str]:
    return {f"{path.parent.name}/{path.name.partition('.v')[0]}" for path in directory.glob("*/*.v*.yaml")}


_WORDS = {
    "place": "地区", "credential": "证书", "filed_by": "申报人", "subject": "人员来源", "exclusion": "限制", "rules": "条件",
    "form": "表单", "files": "附件", "commitment": "承诺", "route": "办理流程", "informs": "告知", "correction": "补正期限",
    "granted_by_silence": "逾期效力", "documents": "文书", "working_days": "时限(工作日)", "result": "结果",
}  # fmt: skip


def _tell(console: Console, key: str, value: Any) -> None:
    name = _WORDS.get(key, key)
    if value in (None, [], 0):
        return
    if not isinstance(value, list | tuple):
        console.print(f"[bold]{name}[/]: {value}", highlight=False, soft_wrap=True)
        return
    console.print(f"[bold]{name}[/]:")
    for number, one in enumerate(value, start=1):
        mark = f"{number}." if key == "route" else "-"
        for line in _lines(one):
            console.print(f"  {mark} {line}", highlight=False, soft_wrap=True)
            mark = " " * len(mark)


def _lines(value: Any) -> list[str]:
    """A rule with its basis below it, a section with its fields below it; all else is one line."""
    if not isinstance(value, dict):
        return [str(value)]
    if "fields" in value:
        return [value["section"], "、".join(value["fields"])]
    basis = [f"依据{value['legal_basis']}"] if value["legal_basis"] else []
    about = ",".join([*basis, *([value["in_force"]] if value["in_force"] else [])])
    return [value["needs"], *([about] if about else [])]
