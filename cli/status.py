"""``zhuce status``: how every service stands, for people: is it well, how far are log, relay, followers and queues."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from cli.product import Product, api_option
from contracts.status import FollowerStatus, PartStatus, ServiceStatus, SystemStatus

SHOWN = 5
"""Refusal codes and commands that are shown of each service, the most frequent first; --all shows every one."""
WELL, DEGRADED, ILL = "[green]正常[/]", "[yellow]需关注[/]", "[red]异常[/]"


@click.command()
@click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
@click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
@click.option("--watch", is_flag=True, help="每隔几秒刷新,直到 Ctrl-C")
@click.option("--every", default=2.0, show_default=True, type=click.FloatRange(0.2), help="刷新间隔(秒)")
@click.option("--all", "everything", is_flag=True, help="显示全部命令和拒绝代码")
@api_option
def status(user: str, password: str | None, watch: bool, every: float, everything: bool, api: str) -> None:
    """各服务及其组成部分是否正常。有异常时退出码为 1。不登录时只显示是否正常。"""
    product = Product(api)
    limit = None if everything else SHOWN
    ok, shown = _look(product, user, password, limit)
    if not watch:
        Console().print(shown)
    else:
        with Live(shown, console=Console(), auto_refresh=False) as live:
            try:
                while True:
                    time.sleep(every)
                    ok, shown = _look(product, user, password, limit)
                    live.update(shown, refresh=True)
            except KeyboardInterrupt:
                pass
    if not ok:
        raise SystemExit(1)


def _look(product: Product, user: str, password: str | None, limit: int | None) -> tuple[bool, RenderableType]:
    """Everything for whoever may sign in; for others, or while nobody can, what everybody may know."""
    if "Authorization" not in product.http.headers:
        ready = product.json("GET", "/health/ready", allowed=(503,))
        try:
            product.sign_in(user, password)
        except click.ClickException as refused:
            if password is not None and ready.get("ok"):
                raise
            hint = f"登录后可见日志、发布、跟随者、队列和命令的详情。({refused.message})"
            return bool(ready.get("ok")), Group(_parts(product.api, _public(ready)), hint)
    found = SystemStatus.model_validate(product.json("GET", "/api/v1/status"))
    tables = [_services(product.api, found), *_ill(found), *_rebuilds(found), _followers(found), *_commands(found, limit)]
    return found.ok, Group(*tables)


def _public(ready: dict[str, Any]) -> Iterator[ServiceStatus]:
    for name, service in sorted((ready.get("services") or {}).items()):
        parts = {part: PartStatus.model_validate(state) for part, state in (service.get("parts") or {}).items()}
        if not parts:
            parts = {"—": PartStatus(ok=bool(service.get("ok")), detail=service.get("code"))}
        yield ServiceStatus(service=name, ok=bool(service.get("ok")), parts=parts)


def _parts(api: str, services: Iterator[ServiceStatus]) -> Table:
    table = Table("服务", "部分", "状态", "说明", title=api, title_justify="left")
    for service in services:
        for name, part in service.parts.items():
            table.add_row(service.service, name, _state(part.ok, part.degraded), part.detail)
    return table


def _services(api: str, found: SystemStatus) -> Table:
    table = Table(title=f"{api}  {found.at:%H:%M:%S}", title_justify="left")
    for heading in ("服务", "状态", "版本"):
        table.add_column(heading)
    for heading in ("日志位置", "待发布", "排队消息", "死信", "拒绝", "数据库连接"):
        table.add_column(heading, justify="right")
    for one in found.services:
        degraded = one.ok and not all(part.ok for part in one.parts.values())
        relay = one.relay
        pending = None if relay is None else "?" if relay.lag is None else str(relay.lag)
        if relay is not None and not (relay.active or relay.elsewhere):
            pending = f"[red]{pending}(无人发布)[/]"
        table.add_row(
            one.service,
            _state(one.ok and not degraded, degraded),
            one.version,
            _number(one.position),
            pending or "",
            "?" if "queues" in one.unknown else str(sum(queue.ready for queue in one.queues)),
            _alarm(sum(one.dead_letters.values())) if one.dead_letters else "",
            str(sum(one.refusals.values())),
            f"{one.pool.in_use}/{one.pool.size}" if one.pool else "",
        )
    return table


def _ill(found: SystemStatus) -> list[Table]:
    """Parts that are not as they should be, when there are any."""
    table = Table("服务", "部分", "状态", "说明", title="不正常的部分", title_justify="left")
    for one in found.services:
        for name, part in one.parts.items():
            if not part.ok:
                table.add_row(one.service, name, _state(part.ok, part.degraded), part.detail)
        for name in one.unknown:
            table.add_row(one.service, name, ILL, "未能及时答复")
    return [table] if table.row_count else []


def _rebuilds(found: SystemStatus) -> list[Table]:
    """Views that are being made anew, when there are any."""
    table = Table("服务", "视图", "已读事件", "共", title="正在重建的视图", title_justify="left")
    for one in found.services:
        for view in one.rebuilds:
            if view.running:
                table.add_row(one.service, view.view, str(view.done), _number(view.total))
    return [table] if table.row_count else []


def _followers(found: SystemStatus) -> Table:
    table = Table("服务", "跟随者", "来源", title="跟随者", title_justify="left")
    for heading in ("位置", "落后"):
        table.add_column(heading, justify="right")
    table.add_column("状态")
    for service in found.services:
        for one in service.followers:
            lag = "?" if one.lag is None else str(one.lag)
            table.add_row(service.service, one.follower, one.source, str(one.position), lag, _following(one))
    return table


def _following(one: FollowerStatus) -> str:
    if one.stopped_at:
        return f"[red]停在 {one.stopped_at}[/]"
    return "[green]跟上[/]" if one.caught_up else "[yellow]追赶中[/]"


def _commands(found: SystemStatus, limit: int | None) -> list[Table]:
    """Commands with their latency, and refusals by code."""
    commands = Table("服务", "命令", title="命令(自服务启动以来)", title_justify="left")
    for heading in ("办成", "拒绝", "失败", "p50 毫秒", "p99 毫秒"):
        commands.add_column(heading, justify="right")
    refusals = Table("服务", "代码", "次数", title="拒绝", title_justify="left")
    for service in found.services:
        often = sorted(service.commands, key=lambda one: -(one.done + one.refused + one.failed))
        for one in often[:limit]:
            counts = (str(one.done), str(one.refused), _alarm(one.failed))
            commands.add_row(service.service, one.command, *counts, _number(one.p50_ms), _number(one.p99_ms))
        for code, count in list(service.refusals.items())[:limit]:
            refusals.add_row(service.service, code, str(count))
    return [table for table in (commands, refusals) if table.row_count]


def _state(ok: bool, degraded: bool) -> str:
    return WELL if ok else DEGRADED if degraded else ILL


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _alarm(count: int) -> str:
    return f"[red]{count}[/]" if count else "0"
