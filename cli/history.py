"""``zhuce history``: a registrant's whole history in order across all services, and what they had at a moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from cli.product import Product, api_option
from cli.words import called

CHINA = timezone(timedelta(hours=8))


def _moment(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    """A day means its end; a time without a zone is China's."""
    if text is None:
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999999), CHINA)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
    except ValueError:
        raise click.BadParameter("请写成 2026-03-01 或 2026-03-01T12:00") from None


@click.command()
@click.argument("person")
@click.option("--as-of", callback=_moment, help="某日(日终)或某时刻的状态,如 2026-03-01")
@click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
@click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
@api_option
def history(person: str, as_of: datetime | None, user: str, password: str | None, api: str) -> None:
    """PERSON 是身份证号码或系统内的人员编号。"""
    console = Console()
    product = Product(api)
    product.sign_in(user, password)
    with console.status("正在读取……"):
        query = {"as_of": as_of.isoformat()} if as_of else {}
        told = product.json("GET", f"/api/v1/persons/{_person_id(product, person)}/history", params=query)
    table = Table(title="全程记录", title_justify="left")
    for heading in ("时间", "服务", "经过", "经办", "原因"):
        table.add_column(heading, overflow="fold")
    for entry in told["entries"]:
        who = entry["who"]
        name = who["name"] or called("actors", who["kind"])
        at = datetime.fromisoformat(entry["at"]).astimezone(CHINA)
        table.add_row(f"{at:%Y-%m-%d %H:%M:%S}", entry["source"], entry["says"], name, entry["reason"])
    console.print(table)
    _print_state(console, told["state"], as_of)


def _person_id(product: Product, person: str) -> str:
    try:
        return str(UUID(person))
    except ValueError:
        rows = product.json("GET", "/api/v1/parties", params={"kind": "person", "number": person.upper()})["rows"]
    if not rows:
        raise click.ClickException("没有这个人,或您无权查看")
    return str(rows[0]["party_id"])


def _print_state(console: Console, state: dict[str, Any], as_of: datetime | None) -> None:
    when = f"{as_of:%Y-%m-%d %H:%M}" if as_of else "现在"
    console.print(f"\n[bold]{when}的状态[/]", highlight=False)
    person = state["person"]
    if person is None:
        console.print("  尚未注册")
        return
    console.print(f"  {person['name']}:{'已' if person['verified'] else '未'}实名认证,聘用单位 {person['employer_name'] or '无'}")
    for one in state["qualifications"]:
        console.print(f"  资格证书 {one['number']} {called('options.specialty', one['specialty'])} {one['obtained_on']}", highlight=False)
    for one in state["employments"]:
        console.print(f"  聘用关系 {one['enterprise_name']} {called('employment_status', one['status'])}", highlight=False)
    for one in state["filings"]:
        status = called("filing_status", one["status"])
        console.print(f"  申报 {one['number'] or '(草稿)'} {one['title']} {status}", highlight=False)
    for one in state["certificates"]:
        status = f"{called('certificate_status', one['status'])},{one['valid_from']} 至 {one['valid_until']}"
        console.print(f"  证书 {one['registration_number']} {status}", highlight=False)
