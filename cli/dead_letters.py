"""``zhuce dead-letters``: the jobs that services tried for the last time and laid aside; looked at, and given a new start."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cli.history import CHINA
from cli.product import Product, api_option
from cli.words import called
from services.gateway.words import sentence

PATH = "/api/v1/dead-letters"
AT_ONCE = 1000
"""As many as the API shows or replays in one request."""
SERVICES = ("identity", "filing", "review", "certificate")


def _signed_in(function: Callable[..., None]) -> Callable[..., None]:
    password = click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
    user = click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
    signed_in: Callable[..., None] = user(password(api_option(function)))
    return signed_in


_of_service = click.option("--service", type=click.Choice(SERVICES), help="只看一个服务的")
_of_name = click.option("--name", help="只看一种任务的,如 notices")


@click.group("dead-letters")
def dead_letters() -> None:
    """多次未能完成而搁置的任务(死信):查看,排除故障后重新投递。"""


@dead_letters.command("list")
@_of_service
@_of_name
@_signed_in
def list_(service: str | None, name: str | None, user: str, password: str | None, api: str) -> None:
    """搁置的任务,最早的在前。有服务未应答时退出码为 1。"""
    product = Product(api)
    product.sign_in(user, password)
    found = _letters(product, service, name)
    console = Console()
    if found["letters"]:
        table = Table("编号", "服务", "任务", "次数", "最后一次的问题", "搁置时间", title=api, title_justify="left")
        for letter in found["letters"]:
            table.add_row(letter["job"], letter["service"], _kind(letter), str(letter["attempts"]), _why(letter), _when(letter))
        console.print(table)
        console.print(f"共 {found['total']} 个。查看:zhuce dead-letters show 编号", highlight=False)
    elif not found["unreachable"]:
        console.print("没有搁置的任务")
    _complain(found["unreachable"])


@dead_letters.command()
@click.argument("job", metavar="ID")
@_signed_in
def show(job: str, user: str, password: str | None, api: str) -> None:
    """一个搁置的任务的全部内容。ID 见 zhuce dead-letters list。"""
    product = Product(api)
    product.sign_in(user, password)
    # Asked one by one: a list of all ends before the newest where there are many.
    asked = (product.json("GET", f"{PATH}/{one}/{quote(job, safe='')}", allowed=(404,)) for one in SERVICES)
    letter = next((answer for answer in asked if "job" in answer), None)
    if letter is None:
        raise click.ClickException(f"没有编号为 {job} 的搁置任务。用 zhuce dead-letters list 查看全部")
    console = Console()
    rows = {
        "编号": letter["job"],
        "服务": letter["service"],
        "任务": f"{_kind(letter)}({letter['name']})",
        "内容": json.dumps(letter["body"], ensure_ascii=False),
        "次数": letter["attempts"],
        "搁置时间": _when(letter),
        "问题": _why(letter),
        "出处": " < ".join(reversed(letter["error"].get("at", ()))) or "—",
    }
    for name, value in rows.items():
        console.print(f"  {name}: {value}", highlight=False, markup=False, soft_wrap=True)


@dead_letters.command()
@click.argument("jobs", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="全部,可与 --service、--name 同用")
@_of_service
@_of_name
@_signed_in
def replay(
    jobs: tuple[str, ...],
    everything: bool,
    service: str | None,
    name: str | None,
    user: str,
    password: str | None,
    api: str,
) -> None:
    """重新投递搁置的任务:从第一次重新算起。先排除故障,否则它们还会回来。"""
    if bool(jobs) == everything:
        raise click.UsageError("请写明编号,或用 --all 重新投递全部(二者择一)")
    if len(jobs) > AT_ONCE:
        raise click.UsageError(f"一次最多写 {AT_ONCE} 个编号;更多的请用 --all")
    product = Product(api)
    product.sign_in(user, password)
    wanted = {key: value for key, value in {"service": service, "name": name}.items() if value}
    if jobs:
        done = product.json("POST", f"{PATH}/replay", json={**wanted, "jobs": jobs})
        replayed, unreachable = done["replayed"], done["unreachable"]
    else:
        replayed, unreachable = _replay_all(product, wanted, _letters(product, service, name, limit=1)["total"])
    Console().print(f"已重新投递 {len(replayed)} 个任务", highlight=False)
    _complain(unreachable)
    if missing := [job for job in jobs if job not in replayed]:
        raise click.ClickException(f"没有搁置、或已被重新投递的:{'、'.join(missing)}")


def _replay_all(product: Product, wanted: dict[str, str], total: int) -> tuple[list[str], Sequence[str]]:
    """As many as there were when it began: what fails again meanwhile is not taken a second time."""
    replayed: list[str] = []
    unreachable: Sequence[str] = ()
    with Progress(transient=True) as progress:
        bar = progress.add_task("重新投递", total=total)
        while len(replayed) < total:
            done = product.json("POST", f"{PATH}/replay", json=wanted)
            unreachable = done["unreachable"]
            if not done["replayed"]:
                break
            replayed += done["replayed"]
            progress.update(bar, completed=len(replayed))
    return replayed, unreachable


def _letters(product: Product, service: str | None, name: str | None, limit: int = AT_ONCE) -> Any:
    asked = {"service": service, "name": name, "limit": limit}
    return product.json("GET", PATH, params={key: value for key, value in asked.items() if value})


def _kind(letter: dict[str, Any]) -> str:
    return called("jobs", letter["name"])


def _why(letter: dict[str, Any]) -> str:
    error = letter["error"]
    if code := error.get("code"):
        return sentence(code, error.get("params"))
    return called("job_errors", error.get("type", "unknown"))


def _when(letter: dict[str, Any]) -> str:
    if letter["failed_at"] is None:
        return "—"
    return f"{datetime.fromisoformat(letter['failed_at']).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _complain(unreachable: Sequence[str]) -> None:
    if unreachable:
        raise click.ClickException(f"没有应答的服务:{'、'.join(unreachable)}。稍后再试")
