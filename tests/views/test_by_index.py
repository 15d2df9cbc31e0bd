"""Every list is read by index: no table is read through, and no more rows are looked at than are counted or shown.

On rows enough for the planner to have a choice. How long it takes with a million: ``python -m bench.queries``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import psycopg2
import pytest

from bench.contestants.asked import LISTS, OF_WHOM, TODAY, VIEWERS
from bench.contestants.million import enters, fill
from bench.servers import fresh_database
from contracts.query import GetEnterpriseHome, GetPersonalInformation
from services.query import own
from services.query.views.employment_list import EMPLOYMENT_LIST
from services.query.views.parties import PARTIES

ROWS = 8_000
ASKED = ("person", "enterprise", "largest enterprise", "county", "city", "province", "small province", "province of none", "operator")
A_PAGE = 2
LOOKED_AT_IN_VAIN = 120
"""Rows that a filter may pass over within an index: of one enterprise, or with one name in a city; or a tenth of what it finds."""
LOOKED_UP = 8 * A_PAGE
"""Rows that one step may fetch from a table: those that are shown, with what belongs to each. What an index tells is not fetched."""
SMALL = ("authority", "stage", "enterprise", "person", "document")
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
        for view in (*{one[0].name: one[0] for one in LISTS.values()}.values(), PARTIES, EMPLOYMENT_LIST):
            fill(connection, view, ROWS)
        yield connection
        connection.close()


def looked_at(connection: Any, ask: Callable[[Any], Any], told: str) -> None:
    """No table is read through, and an index is read only where it leads to the rows that were asked for."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        explained = Explained(cursor)
        ask(explained)
        cursor.execute("COMMIT")
    assert explained.plans
    for node in (node for plan in explained.plans for node in nodes(plan)):
        said, times, small = f"{told}: {node}", node.get("Actual Loops", 1), node.get("Relation Name") in SMALL
        assert node["Node Type"] != "Seq Scan" or small, said
        fetched, in_vain = node["Node Type"] in ("Index Scan", "Bitmap Heap Scan") and not small, node.get("Rows Removed by Filter", 0)
        assert in_vain * times <= max(LOOKED_AT_IN_VAIN, node["Actual Rows"] * times / 10), said
        assert not fetched or (node["Actual Rows"] + in_vain) * times <= LOOKED_UP, said


@pytest.mark.parametrize("listed", NAMES)
def test_no_list_reads_a_table_through(filled: Any, listed: str) -> None:
    view, question, ask, variants = LISTS[listed]
    for who in OF_WHOM.get(listed, ASKED):
        for filters, chosen in variants.items():
            draw = Random(f"{who} {filters}")
            asked = question.model_validate({"viewer": VIEWERS[who](draw, ROWS), "per_page": A_PAGE, **chosen(draw, ROWS)})

            def answer(cursor: Any, asked: Any = asked) -> None:
                enters(cursor, view)
                ask(cursor, asked)

            looked_at(filled, answer, f"{listed}, {who}, {filters}")


def test_no_page_of_ones_own_reads_a_table_through(filled: Any) -> None:
    draw, found = Random(1), 0
    largest, some = VIEWERS["largest enterprise"](draw, ROWS), VIEWERS["person"](draw, ROWS)

    def home(cursor: Any) -> None:
        nonlocal found
        found = own.enterprise_home(cursor, GetEnterpriseHome(viewer=largest, latest=A_PAGE), TODAY).registered_people

    looked_at(filled, home, "enterprise home")
    assert found > LOOKED_UP, "of fewer nothing is learnt"
    asked = GetPersonalInformation(viewer=some, person_id=some.person_id)
    looked_at(filled, lambda cursor: own.personal_information(cursor, asked, TODAY), "personal information")
