"""The log that release 0.1.0 made, which knew no migrations, is adopted as it is, also while replicas of that release work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.migrations import LOG, migrate
from services.kernel.recorder import PostgresRecorder
from tests.kernel.commands import open_log, send
from tests.kernel.proof import rows
from tests.kernel.toy_domain import COUNTER

OLD_LOG = (Path(__file__).parent / "log_of_0.1.0.sql").read_text("utf-8")
OLD_BODY = (
    '{"event":{"counter_id":"a","by":5,"label":"x"},"meta":{"command_id":"old","actor":{"kind":"system",'
    '"account_id":"system"},"at":"2026-03-02T04:00:00Z","correlation_id":"c"}}'
)
_OLD_APPEND = (
    "SELECT append_events(%s, %s, %s, %s, %s, %s, %s, %s, ARRAY['label'], ARRAY['x'], ARRAY['counter-a'],"
    " ARRAY['label_taken'], '{}', '{}', NULL, NULL)"
)


@pytest.fixture
def old(fresh_database: str) -> Iterator[Database]:
    database = Database(fresh_database)
    with database.transaction() as cursor:
        cursor.execute(OLD_LOG)
    old_append(database, 1)
    yield database
    database.close()


def old_append(database: Database, version: int) -> None:
    """As a replica of that release appends."""
    with database.cursor() as cursor:
        cursor.execute(
            _OLD_APPEND,
            [["counter-a"], [version], ["counter.Incremented.v1"], [OLD_BODY], f"old{version}", "f", "counter-a", version],
        )


def test_it_is_adopted_with_all_it_holds(old: Database) -> None:
    log = EventLog("counter", PostgresRecorder(old))
    log.recorder.create_tables()
    assert log.load(COUNTER, "a").version == 1 and log.holder("label", "x") == "a"
    assert log.recorder.find_handled("old1") is not None
    assert send(log, "a").position == 2


def test_it_is_written_by_old_and_new_replicas_alike_during_the_upgrade(old: Database) -> None:
    new = open_log(old.url)
    old_append(old, 2)
    send(new, "a", command_id="new3")
    old_append(old, 4)
    with old.transaction() as cursor:  # an old replica that starts now
        cursor.execute(OLD_LOG)
    send(new, "a", command_id="new5")
    old_append(old, 6)
    assert [one.position for one in new.history("counter-a")] == [1, 2, 3, 4, 5, 6]
    assert [one.version for one in new.history("counter-a")] == [1, 2, 3, 4, 5, 6]
    new.recorder.database.close()


def test_it_has_the_same_tables_as_one_made_today(old: Database) -> None:
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    migrate(old, LOG)
    adopted = rows(old.url, columns), rows(old.url, indexes)
    with old.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrate(old, LOG)
    assert (rows(old.url, columns), rows(old.url, indexes)) == adopted
