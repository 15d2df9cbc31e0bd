"""Two followers write one view at the same moment, each from its own log: neither sees what the other has not committed."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from services.kernel.database import Database
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from tests.views.story import Story

WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.mark.parametrize("first", ["filing", "certificate"])
def test_the_place_of_a_certificate_is_there_though_both_logs_are_followed_at_once(fresh_database: str, first: str) -> None:
    story = Story().authorities().enterprise(1).person(1).qualification(1).employment(1, 1)
    story.whole(1, 1, place="430200")
    second = "certificate" if first == "filing" else "filing"
    one, other, looking = Database(fresh_database), Database(fresh_database), Database(fresh_database)
    with one.transaction() as cursor:
        CERTIFICATE_REGISTER.create(cursor)
    wrong: list[BaseException] = []

    def write(cursor: Any, source: str) -> None:
        CERTIFICATE_REGISTER.enter(cursor)
        CERTIFICATE_REGISTER.apply(cursor, story.logs[source])

    def meanwhile() -> None:
        try:
            with other.transaction() as cursor:
                write(cursor, second)
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=meanwhile)
    with one.transaction() as cursor:
        write(cursor, first)
        thread.start()
        deadline = time.monotonic() + 60
        while thread.is_alive() and _count(looking) == 0:  # it waits, or (were there no lock) it is through
            assert time.monotonic() < deadline
            time.sleep(0.02)
    thread.join(60)
    assert not wrong and not thread.is_alive()
    with looking.transaction() as cursor:
        CERTIFICATE_REGISTER.enter(cursor)
        cursor.execute("SELECT place, registration_type FROM certificate")
        assert cursor.fetchall() == [("430200", "initial")]
    for database in (one, other, looking):
        database.close()


def _count(database: Database) -> int:
    with database.cursor() as cursor:
        cursor.execute(WAITS)
        return int(cursor.fetchone()[0])
