"""The view of desks says of every case what its log says: stage, acting level, holder, and whether it waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as any_of

from contracts.message import Recorded
from services.review.desks import DESKS
from services.review.domain.case import Case
from services.review.domain.decide import CASE
from tests.domain.review.samples import CASE_ID, CLERK, meta
from tests.domain.review.test_any_sequence import ANY_ORDERS, Step, history
from tests.kernel.harness import databases


@pytest.fixture(scope="module")
def cursor(postgres: str) -> Iterator[Any]:
    """In a transaction that has entered the view."""
    with databases(postgres, ["review"]) as urls:
        connection = psycopg2.connect(urls["review"])
        with connection.cursor() as found:
            DESKS.create(found)
            yield found
        connection.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@any_of(ANY_ORDERS)
def test_a_row_is_what_the_case_is(cursor: Any, orders: list[Step]) -> None:
    cursor.execute("DELETE FROM cases")
    case, recorded = CASE.initial, []
    for number, (before, one) in enumerate(history(orders), start=1):
        recorded.append(Recorded("review", number, f"case-{CASE_ID}", number, one, meta(CLERK)))
        case = CASE.evolve(before, one)
    DESKS.apply(cursor, recorded)
    cursor.execute("SELECT stage, level, holder, waits FROM cases WHERE case_id = %s", [str(CASE_ID)])
    assert cursor.fetchone() == _expected(case)


def _expected(case: Case) -> tuple[Any, ...] | None:
    if case.status in ("approved", "rejected"):
        return None
    stage = case.stage.name if case.stage is not None else None
    waits = case.status == "in_review"
    if case.status == "lapsed":
        return _kept_of_lapsed(case)
    return stage, case.level, case.holder, waits


def _kept_of_lapsed(case: Case) -> tuple[Any, ...]:
    """A correction that was on its way lets it go on where it was returned."""
    assert case.opened is not None
    stage = next(one for one in case.opened.stages if one.name == case.returns[-1].stage)
    return stage.name, case.escalated_to or stage.level, None, False


