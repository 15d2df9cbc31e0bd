"""What an error of the database says: that it is away, or that what it was given is wrong and stays so."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg2
import pytest

from services.kernel.database import Database, away, lost


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    made = Database(fresh_database)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("sql", "is_away", "is_lost"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", True, True),
        ("SET statement_timeout TO 1; SELECT pg_sleep(1)", True, False),
        ("SELECT 1 / 0", False, False),
        ("CREATE TABLE t (key text PRIMARY KEY); INSERT INTO t VALUES (%(large)s)", False, False),
    ],
    ids=["ended", "too slow", "wrong", "too large for an index"],
)
def test_whose_fault_it_is(database: Database, sql: str, is_away: bool, is_lost: bool) -> None:
    with pytest.raises(psycopg2.Error) as failed, database.cursor() as cursor:
        cursor.execute(sql, {"large": os.urandom(6000).hex()})
    assert (away(failed.value), lost(failed.value)) == (is_away, is_lost)
