"""The lists of people, certificates and filings over a million rows: p99 in the database, for every kind of viewer.

First pages, deep ones and each filter with frequent and rare values; beside twenty rows by their primary key, which nobody's page
can be faster than.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg2

from bench.common import Bench, Case, quantiles, run
from bench.contestants.asked import LISTS, OF_WHOM, TODAY, VIEWERS, Ask, made_id
from bench.contestants.million import ENTERPRISES, enters, fill
from contracts.errors import NotFound
from contracts.query import (
    GetEnterpriseHome,
    GetPersonalInformation,
)
from services.kernel.view import View
from services.query import own
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.employment_list import EMPLOYMENT_LIST
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.parties import PARTIES
from services.query.views.qualification_list import QUALIFICATION_LIST

VIEWS = (CERTIFICATE_REGISTER, FILING_PROGRESS, QUALIFICATION_LIST, PARTIES, EMPLOYMENT_LIST)
PROMISED = 50.0
"""Milliseconds at p99."""
ENOUGH = 600
"""Questions of each list: the p99 of fewer would be the slowest one, which found nothing in memory."""


class Timed:
    """A cursor that knows how long the database took."""

    def __init__(self, cursor: Any) -> None:
        self._cursor, self.seconds, self.said = cursor, 0.0, list[str]()

    def execute(self, sql: str, parameters: Any = None) -> None:
        began = time.perf_counter()
        self._cursor.execute(sql, parameters)
        self.seconds += time.perf_counter() - began
        self.said.append(self._cursor.query.decode())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def measure(bench: Bench) -> None:
    """Each list, then what is one's own."""
    rows, rounds = bench.pick(1_000_000, 50_000), bench.pick(6, 3)
    with bench.database("queries") as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with bench.bar(f"{rows:,} rows", len(VIEWS)) as step:
            for view in VIEWS:
                fill(connection, view, rows)
                step(1)
        limit = quantiles(_by_key(connection, rows, rounds * 20))
        for name in LISTS:
            _list(bench, connection, name, rows, rounds, limit)
        for name, asks, viewers in (
            ("personal information", _personal, ("person", "enterprise", "city")),
            ("enterprise home", _home, ("enterprise", "largest enterprise", "city")),
        ):
            each = max(rounds, bench.pick(ENOUGH, 0) // len(viewers))
            found = {(who, "whole"): [asks(connection, draw, rows, who) for draw in _draws(each)] for who in viewers}
            _add(bench, name, found, limit)
        connection.close()


def _draws(count: int) -> Iterator[random.Random]:
    return (random.Random(n) for n in range(count))


def _list(bench: Bench, connection: Any, name: str, rows: int, rounds: int, limit: dict[str, float]) -> None:
    view, question, ask, variants = LISTS[name]
    viewers = OF_WHOM.get(name, tuple(VIEWERS))
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    rounds = max(rounds, bench.pick(ENOUGH, 0) // (len(viewers) * len(variants)))
    with bench.bar(name, len(viewers) * len(variants)) as step:
        for who in viewers:
            for filters, chosen in variants.items():
                for turn, draw in enumerate(_draws(rounds)):
                    asked = question.model_validate({"viewer": VIEWERS[who](draw, rows), **chosen(draw, rows)})
                    first, seconds = _asked(connection, view, ask, asked)
                    found[who, filters].append(seconds)
                    if first.total > 2 * asked.per_page:
                        page = min(first.total, 1000) // asked.per_page
                        found[who, f"{filters}, page {page}"].append(
                            _asked(connection, view, ask, asked.model_copy(update={"page": page}))[1]
                        )
                    if turn < 2 and (deep := _deep(connection, view, ask, asked, first)) is not None:
                        found[who, f"{filters}, far on"].append(deep)
                step(1)
    _add(bench, name, found, limit)


def _deep(connection: Any, view: View, ask: Ask, asked: Any, first: Any) -> float | None:
    """A page after a row that lies thousands of rows on, where a reader of everything comes by."""
    if not first.total_is_at_least:
        return None
    thousand = asked.model_copy(update={"per_page": 1000})
    after = _asked(connection, view, ask, thousand)[0].next_row
    for _ in range(4):
        after = _asked(connection, view, ask, thousand.model_copy(update={"after_row": after}))[0].next_row or after
    return _asked(connection, view, ask, asked.model_copy(update={"after_row": after}))[1]


def _asked(connection: Any, view: View, ask: Ask, question: Any) -> tuple[Any, float]:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        enters(cursor, view)
        timed = Timed(cursor)
        found = ask(timed, question)
        cursor.execute("COMMIT")
    return found, timed.seconds


def _personal(connection: Any, draw: random.Random, rows: int, who: str) -> float:
    asked = GetPersonalInformation(viewer=VIEWERS[who](draw, rows), person_id=made_id("person", draw.randrange(1, rows)))
    if who == "person" and asked.viewer.person_id:
        asked = asked.model_copy(update={"person_id": asked.viewer.person_id})
    return _whole(connection, lambda cursor: own.personal_information(cursor, asked, TODAY))


def _home(connection: Any, draw: random.Random, rows: int, who: str) -> float:
    enterprise_id = made_id("enterprise", int(ENTERPRISES * draw.random() ** 1.75))
    asked = GetEnterpriseHome(viewer=VIEWERS[who](draw, rows), enterprise_id=enterprise_id)
    if who != "city":
        asked = asked.model_copy(update={"enterprise_id": None})
    return _whole(connection, lambda cursor: own.enterprise_home(cursor, asked, TODAY))


def _whole(connection: Any, answer: Callable[[Any], Any]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        timed = Timed(cursor)
        with suppress(NotFound):  # not every viewer may see everybody
            answer(timed)
        cursor.execute("COMMIT")
    return timed.seconds


def _by_key(connection: Any, rows: int, times: int) -> list[float]:
    found = []
    with connection.cursor() as cursor:
        for draw in _draws(times):
            keys = [str(made_id("certificate", draw.randrange(1, rows))) for _ in range(20)]
            began = time.perf_counter()
            cursor.execute("SELECT * FROM certificate_register.certificate WHERE credential_id = ANY(%s::uuid[])", [keys])
            found.append(time.perf_counter() - began)
    return found


def _add(bench: Bench, name: str, found: dict[tuple[str, str], list[float]], limit: dict[str, float]) -> None:
    every = quantiles([one for times in found.values() for one in times])
    slowest = sorted(((quantiles(times)["p99"], *key) for key, times in found.items()), reverse=True)
    told = "; ".join(f"{ms:.1f} ms {who}, {filters}" for ms, who, filters in slowest[:4])
    over = sum(ms > PROMISED for ms, _, _ in slowest)
    bench.add(
        Case.of(f"{name} p99", every["p99"], "ms", limit=("20 rows by key, p99", limit["p99"])),
        f"p50 {every['p50']:.1f} ms of {sum(map(len, found.values())):,} questions; slowest by viewer and filter: {told}",
        f"{over} of {len(slowest)} pairs of viewer and filter have a p99 above the {PROMISED:.0f} ms that are promised",
    )


if __name__ == "__main__":
    run("queries", measure)
