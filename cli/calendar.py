"""``zhuce calendar``: the working days that limits are counted by: what is published, and a year's notice to be added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import click
from pydantic import Field, ValidationError
from rich.console import Console
from rich.table import Table

from cli.product import Product, api_option
from cli.words import called
from contracts.message import Model
from contracts.review import CalendarView, Days, Source, Year
from contracts.working_days import problems_of
from contracts.yaml_source import FileProblem
from contracts.yaml_source import Source as YamlSource

PATH = "/api/v1/calendar"
user_option = click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
password_option = click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")


class YearFile(Model):
    """A year as the State Council's notice has it. Weekends need no mention, unless they are worked."""

    year: Year
    source: Source
    holidays: Annotated[Days, Field(min_length=7)]
    workdays: Days = ()


@click.group()
def calendar() -> None:
    """工作日历:各期限按哪些工作日计算,新一年的放假调休安排。"""


@calendar.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@user_option
@password_option
@api_option
def add(file: Path, user: str, password: str | None, api: str) -> None:
    """公布一年的放假调休安排。FILE 写明 year、source(通知文号)、holidays(放假的日期)、workdays(调休上班的周末)。

    同一年再次公布即为新的版本,立即按新版本计算;此前已作出的决定不变。
    """
    year = read(file)
    product = Product(api)
    product.sign_in(user, password)
    body = year.model_dump(mode="json", exclude={"year"})
    accepted = product.json("PUT", f"{PATH}/{year.year}", json=body)
    words = f"{year.year}年的工作日历已公布,第{accepted['version']}版:放假{len(year.holidays)}天,调休上班{len(year.workdays)}天"
    Console().print(words, highlight=False)


@calendar.command()
@user_option
@password_option
@api_option
def show(user: str, password: str | None, api: str) -> None:
    """已公布的各年,以及工作日已知到哪一年。"""
    product = Product(api)
    product.sign_in(user, password)
    view = CalendarView.model_validate(product.json("GET", PATH))
    table = Table("年份", "版本", "依据", "放假", "调休上班", title=product.api, title_justify="left")
    for one in view.years:
        table.add_row(str(one.year), str(one.version), one.source, _spans(one.holidays), _spans(one.workdays))
    console = Console()
    console.print(f"程序自带 {view.packaged[0]} 至 {view.packaged[1]} 年;另行公布 {len(view.years)} 年", highlight=False)
    if view.years:
        console.print(table)
    then = called("calendar_then", view.then)
    console.print(f"工作日已知到 {view.known_until} 年底;此后:{then}", highlight=False)


def read(file: Path) -> YearFile:
    """The year, or everything that is wrong with the file, line by line."""
    source = YamlSource(file)
    year, problems = _read(source) if not source.problems else (None, source.problems)
    if problems or year is None:
        raise click.ClickException("文件有误,没有公布:\n" + "\n".join(str(one) for one in problems))
    return year


def _read(source: YamlSource) -> tuple[YearFile | None, Sequence[FileProblem]]:
    try:
        year = YearFile.model_validate(source.data)
    except ValidationError as error:
        return None, list(_malformed(source, error))
    return year, list(_wrong_days(source, year))


def _wrong_days(source: YamlSource, year: YearFile) -> Iterator[FileProblem]:
    for one in problems_of(year.year, year.holidays, year.workdays):
        name, number = one["field"].split(".")
        said = called("calendar_days", one["code"]).format(**one["params"])
        yield source.at((name, int(number)), said, "请改正或删除这个日期")


def _malformed(source: YamlSource, error: ValidationError) -> Iterator[FileProblem]:
    for one in error.errors(include_url=False):
        kind = "date" if one["type"].startswith("date") else one["type"]
        said = called("calendar_mistakes", kind)
        words = said if said != kind else called("calendar_mistakes", "unknown")
        yield source.at(one["loc"], words, "请按 zhuce calendar add --help 所述格式改正")


def _spans(days: Iterable[date]) -> str:
    """Consecutive days as a span: 10-01~10-07."""
    spans: list[list[date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return "、".join(f"{one[0]:%m-%d}" + (f"~{one[-1]:%m-%d}" if len(one) > 1 else "") for one in spans) or "—"
