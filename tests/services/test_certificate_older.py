"""Certificates of a log that was written before claims told of employers and last days."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from services.certificate.domain.credential import CREDENTIAL
from services.certificate.older import index_older
from services.certificate.register import Register
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.domain.certificate.life import cancel, enter
from tests.domain.certificate.samples import CREDENTIAL_ID, ENTERPRISE, PERSON, grant


@pytest.fixture
def ground(fresh_database: str) -> Any:
    """A grant that was cancelled, and an old certificate; with the claims that were taken in its day."""
    database = Database(fresh_database)
    log = EventLog("certificate", PostgresRecorder(database))
    log.recorder.create_tables()
    for name, command in {"a": grant(), "b": cancel(), "c": enter()}.items():
        known = command.model_copy(update={"meta": meta(command_id=name)})
        log.handle(CREDENTIAL, known.credential_id, known)
    with database.transaction() as cursor:
        cursor.execute("DELETE FROM claims WHERE kind IN ('of_person', 'employer', 'valid_until')")
    return SimpleNamespace(log=log, database=database)


def claims(ground: Any) -> set[tuple[str, str]]:
    with ground.database.cursor() as cursor:
        cursor.execute("SELECT kind, key FROM claims WHERE kind IN ('of_person', 'employer', 'valid_until')")
        return set(cursor.fetchall())


def test_is_found_by_its_holder_and_has_no_last_day_where_it_was_cancelled(ground: Any) -> None:
    assert Register(ground).of_person(PERSON) == [], "it gave its place back when it ended"
    index_older(ground)
    assert claims(ground) == {("of_person", f"{PERSON}/{CREDENTIAL_ID}")}
    assert [one.credential_id for one in Register(ground).of_person(PERSON)] == [CREDENTIAL_ID]


def test_one_that_stands_has_its_employer_and_its_last_day_and_doing_it_again_changes_nothing(ground: Any) -> None:
    with ground.database.transaction() as cursor:
        cursor.execute("DELETE FROM events WHERE name LIKE '%Cancelled%'")
    ground.log = EventLog("certificate", PostgresRecorder(ground.database))
    for _ in range(2):
        index_older(ground)
        assert claims(ground) == {
            ("of_person", f"{PERSON}/{CREDENTIAL_ID}"),
            ("employer", f"{ENTERPRISE}/{CREDENTIAL_ID}"),
            ("valid_until", f"2029-11-19/{CREDENTIAL_ID}"),
        }
