"""What bringing lists and looking at them have in common: who signs in, how far it is, and every problem of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from cli.importing.rows import field_called
from cli.importing.sending import PATH
from cli.product import Product, api_option
from contracts.imports import ImportKind

AT_ONCE = 200


def signed_in(function: Callable[..., None]) -> Callable[..., None]:
    """The options by which whoever runs a command signs in, and where."""
    password = click.option("--password", envvar="ZHUCE_PASSWORD", help="密码;operator 默认取数据目录中的首次密码")
    user = click.option("--user", envvar="ZHUCE_USER", default="operator", show_default=True, help="登录的用户名")
    given: Callable[..., None] = user(password(api_option(function)))
    return given


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """How far it is and how long it will take, in lines of the file."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("还需"), TimeRemainingColumn()) as progress:
        task = progress.add_task(what, total=total)
        yield lambda upto: progress.update(task, completed=upto)


def whole(
    product: Product, import_id: str, kind: ImportKind, credential: str | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The import with all of its problems, and the rows that its undoing has kept."""
    problems: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    page = 1
    while True:
        view = product.json("GET", f"{PATH}/{import_id}", params={"per_page": AT_ONCE, "page": page})
        problems += [named(one, kind, credential) for one in view["problems"]]
        kept += view["conflicts"]
        if max(len(view["problems"]), len(view["conflicts"])) < AT_ONCE:
            return {**view, "conflicts": kept}, problems
        page += 1


def named(problem: dict[str, Any], kind: ImportKind, credential: str | None) -> dict[str, Any]:
    """The same, with its column by our name."""
    column = problem.get("column")
    return {**problem, "column": field_called(kind, credential, column) if column else None}
