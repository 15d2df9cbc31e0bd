"""``zhuce rebuild VIEW``: a read model made anew from the logs beside the live one; a bar says how far it is."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.history import CHINA
from cli.product import Product, api_option
from contracts.query import ViewName

PATH = "/api/v1/views"
VIEWS = get_args(ViewName)
PAUSE = 0.3
STATES = {"idle": "—", "running": "重建中", "done": "已重建", "failed": "重建失败"}


@click.command()
@click.argument("view", required=False, type=click.Choice(VIEWS), metavar="[VIEW]")
@click.option("--list", "listing", is_flag=True, help="列出全部视图,以及最近一次重建的结果")
@click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
@click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
@api_option
def rebuild(view: str | None, listing: bool, user: str, password: str | None, api: str) -> None:
    """从日志重建一个查询视图。重建期间原视图照常使用,完成后一次切换。失败时退出码为 1。

    视图:filing_progress、officer_queue、certificate_register、qualification_list、employment_list、publicity_list、
    timeline、parties。
    """
    if listing == (view is not None):
        raise click.UsageError("请写明一个视图,或用 --list 列出全部(二者择一)")
    product = Product(api)
    product.sign_in(user, password)
    if view is None:
        _list(product)
    else:
        _rebuild(product, view)


def _list(product: Product) -> None:
    table = Table("视图", "状态", "事件", "每秒", "时间", title=product.api, title_justify="left")
    for one in product.json("GET", PATH)["views"]:
        table.add_row(one["view"], _state(one), _events(one), _number(one["per_second"]), _when(one["changed_at"]))
    Console().print(table)


def _rebuild(product: Product, view: str) -> None:
    found = product.json("POST", f"{PATH}/{view}/rebuild")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    console = Console()
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(view, total=None, rate="")
        while True:
            progress.update(task, completed=found["done"], total=found["total"], rate=_rate(found))
            if found["state"] != "running":
                break
            time.sleep(PAUSE)
            found = product.json("GET", f"{PATH}/{view}/rebuild")
    if found["state"] != "done":
        raise click.ClickException(f"{view} 重建失败({found['error'] or found['state']})。原视图未受影响,排除故障后可再次重建")
    took = (datetime.fromisoformat(found["changed_at"]) - datetime.fromisoformat(found["began_at"])).total_seconds()
    console.print(f"{view} 已重建:{found['done']} 个事件,{took:.1f} 秒", highlight=False)


def _rate(one: dict[str, Any]) -> str:
    if one["per_second"] is None:
        return ""
    left = one["seconds_left"]
    return f"{one['per_second']:,.0f} 个/秒" + ("" if left is None else f",约剩 {left:.0f} 秒")


def _state(one: dict[str, Any]) -> str:
    return STATES[one["state"]] + (f"({one['error']})" if one["error"] else "")


def _events(one: dict[str, Any]) -> str:
    if one["state"] == "idle":
        return "—"
    return f"{one['done']:,}" if one["state"] != "running" or one["total"] is None else f"{one['done']:,} / {one['total']:,}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


def _when(moment: str | None) -> str:
    return "—" if moment is None else f"{datetime.fromisoformat(moment).astimezone(CHINA):%Y-%m-%d %H:%M}"
