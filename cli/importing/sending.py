"""Brings a table to the product, page by page: goes on where it stopped, and waits a while where the product cannot take it now."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import click

from cli.importing.rows import Lines, Read, field_called
from cli.product import Product
from contracts.imports import ImportKind

PATH = "/api/v1/imports"
ROWS = 2500
"""Of one page: about a megabyte."""
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before it is tried again: another process is at this import, or a service is away."""
_LATER = frozenset({"import_busy", "service_unavailable", "service_failed", "too_busy", "too_many_requests"})


@dataclass
class Page:
    """The lines after ``after`` up to and with ``upto``."""

    after: int
    upto: int
    reads: list[Read]

    def body(self) -> dict[str, Any]:
        """What is sent."""
        rows = [{"line": one.line, "values": one.values} for one in self.reads if one.values is not None]
        problems = [told.model_dump(mode="json") for one in self.reads for told in one.problems]
        return {"after": self.after, "upto": self.upto, "rows": rows, "problems": problems}


@dataclass
class Sum:
    """What became of all lines so far."""

    made: int = 0
    repeated: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def add(self, answer: dict[str, Any]) -> None:
        """One page more."""
        self.made += answer["made"]
        self.repeated += answer["repeated"]
        self.problems += answer["problems"]


def pages(lines: Lines, after: int, total: int) -> Iterator[Page]:
    """The lines after ``after`` in pages; the last one ends with the file. Memory holds one page."""
    reads: list[Read] = []
    sent, told = after, 0
    for one in lines:
        if one.line <= after:
            continue
        if len(reads) == ROWS or told > ROWS:
            yield Page(sent, one.line - 1, reads)
            sent, reads, told = one.line - 1, [], 0
        reads.append(one)
        told += len(one.problems)
    if sent < total:
        yield Page(sent, total, reads)


def check(product: Product, lines: Lines, listed: dict[str, Any], step: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    """Each page as it would be taken; nothing is kept."""
    for page in pages(lines, 0, lines.table.lines):
        body = page.body()
        answer: dict[str, Any] = {"made": 0, "repeated": 0, "problems": []}
        if body["rows"]:
            answer = patiently(product, "POST", f"{PATH}/checks", {**listed, "rows": body["rows"]})
        yield {**answer, "problems": _in_order(lines.kind, listed, answer["problems"], body["problems"])}
        step(page.upto)


def bring(
    product: Product, lines: Lines, begun: dict[str, Any], listed: dict[str, Any], step: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    """Each page as it was taken, from where the import stands."""
    step(begun["upto"])
    for page in pages(lines, begun["upto"], lines.table.lines):
        answer = patiently(product, "POST", f"{PATH}/{begun['import_id']}/rows", page.body())
        yield {**answer, "problems": _in_order(lines.kind, listed, answer["problems"], [])}
        step(page.upto)


def patiently(product: Product, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer. Each of these requests may be sent again: what was done is not done twice."""
    for pause in (*PAUSES, None):
        answer: dict[str, Any] = product.json(method, path, allowed=(422, 429, 503), timeout=180, json=body)
        if "code" not in answer or "correlation_id" not in answer:
            return answer
        if pause is None or answer["code"] not in _LATER:
            raise click.ClickException(f"{answer['detail']}({answer['code']})")
        time.sleep(pause)
    raise AssertionError("the last pause is none")


def _in_order(
    kind: ImportKind, listed: dict[str, Any], theirs: list[dict[str, Any]], ours: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    called = [{**one, "column": _called(kind, listed, one.get("column"))} for one in (*theirs, *ours)]
    return sorted(called, key=lambda one: one["line"])


def _called(kind: ImportKind, listed: dict[str, Any], column: str | None) -> str | None:
    return field_called(kind, listed.get("credential"), column) if column else None
