"""Every list is read by index: no table is read through, and no more rows are looked at than are counted or shown.

On rows enough for the planner to have a choice. How long it takes with a million: ``python -m bench.queries``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg2
import pytest

from bench.contestants.asked import LISTS, OF_WHOM, VIEWERS
from bench.contestants.million import enters, fill
from bench.servers import fresh_database

ROWS = 8_000
ASKED = ("enterprise", "city", "province", "small province", "province of none", "operator")
LOOKED_AT_IN_VAIN = 600
"""Rows that a filter may pass over: of one enterprise, or with one name."""
NAMES = ["certificates", "filings", "qualifications", "confirmations", "registered people"]


class Explained:
    """A cursor that keeps the plans of what it is asked."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.plans: list[dict[str, Any]] = []

    def execute(self, sql: str, parameters: Any = None) -> None:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            self._cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT json) {sql}", parameters)
            found = self._cursor.fetchone()[0]
            self.plans.append((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])
        self._cursor.execute(sql, parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


@pytest.fixture(scope="module")
def filled(postgres: str) -> Iterator[Any]:
    with fresh_database(postgres, "by_index") as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        for view in {one[0].name: one[0] for one in LISTS.values()}.values():
            fill(connection, view, ROWS)
        yield connection
        connection.close()


@pytest.mark.parametrize("listed", NAMES)
def test_no_list_reads_a_table_through(filled: Any, listed: str) -> None:
    view, question, ask, variants = LISTS[listed]
    for who in OF_WHOM.get(listed, ASKED):
        for filters, chosen in variants.items():
            draw = Random(f"{who} {filters}")
            asked = question.model_validate({"viewer": VIEWERS[who](draw, ROWS), **chosen(draw, ROWS)})
            with filled.cursor() as cursor:
                cursor.execute("BEGIN")
                enters(cursor, view)
                explained = Explained(cursor)
                ask(explained, asked)
                cursor.execute("COMMIT")
            for plan in explained.plans:
                for node in nodes(plan):
                    told = f"{listed}, {who}, {filters}: {node}"
                    small = node.get("Relation Name") in ("authority", "stage", "enterprise", "person", "document")
                    assert node["Node Type"] != "Seq Scan" or small, told
                    passed = node.get("Rows Removed by Filter", 0) * node.get("Actual Loops", 1)
                    assert passed <= LOOKED_AT_IN_VAIN, told
