"""The swap of a view made anew comes to its end whatever the live view has read, and only in the hands of who holds the lock."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from contracts.certificate import CredentialGranted, DocumentIssued
from contracts.errors import Refused
from contracts.filing import FilingDrafted
from contracts.message import Event
from services.kernel import rebuilds
from services.kernel.database import Database
from services.kernel.rebuild import rebuild
from services.kernel.view import Handler
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.parties import PARTIES
from tests.views.logs import Logs, follow, follower_of, live
from tests.views.story import Story


def story(filings: int = 3) -> Story:
    told = Story().authorities().qualification(1).enterprise(1).person(1)
    for _ in range(filings):
        told.draft(1, 1)
    return told


def test_it_is_done_though_the_live_view_reads_further_whenever_the_logs_seem_all_read(database: Database) -> None:
    logs = Logs(story())
    told: list[Any] = []
    asked: list[int] = []

    def read(source: str, after: int) -> list[dict[str, Any]]:
        with database.transaction() as cursor:
            cursor.execute("SELECT FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted")
            if cursor.rowcount:  # the followers stand still; who asks how far the view is (Zhuce-After) waits for nothing
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                FILING_PROGRESS.create(cursor)
                cursor.execute("SELECT count(*) FROM position")
                asked.append(cursor.fetchone()[0])
        if source == "review" and not asked and len(told) < 60:  # filing's log has been read to its end before
            told.append(logs.story.draft(1, 1))
            follow(database, FILING_PROGRESS, logs)
        return logs.read(source, after)

    follow(database, FILING_PROGRESS, logs)
    rebuild(database, [FILING_PROGRESS], read)
    assert len(told) < 60, "it waited for the writers to rest"
    assert asked and set(asked) == {4}
    rebuilt = live(database, FILING_PROGRESS)
    follow(database, FILING_PROGRESS, logs)
    assert live(database, FILING_PROGRESS) == rebuilt
    rebuild(database, [FILING_PROGRESS], logs.read)
    assert live(database, FILING_PROGRESS) == rebuilt


def test_a_view_that_follows_a_source_less_than_before_is_made_anew(database: Database) -> None:
    logs = Logs(story())
    follow(database, CERTIFICATE_REGISTER, logs)
    on: dict[type[Event], Handler] = {event: CERTIFICATE_REGISTER.on[event] for event in (CredentialGranted, DocumentIssued)}
    narrower = replace(CERTIFICATE_REGISTER, on=on)
    assert narrower.sources() == ["certificate"]
    rebuild(database, [narrower], logs.read)
    assert follower_of(database, narrower, "certificate").recorded_position() == len(logs.story.logs["certificate"])


def test_a_log_that_was_restored_and_is_shorter_than_what_the_view_had_read_gives_a_view_of_it(database: Database) -> None:
    lost, kept = Logs(story(5)), Logs(story(2))
    follow(database, FILING_PROGRESS, lost)
    rebuild(database, [FILING_PROGRESS], kept.read)
    position = follower_of(database, FILING_PROGRESS, "filing").recorded_position()
    assert position == len(kept.story.logs["filing"]) < len(lost.story.logs["filing"])


def test_who_loses_the_lock_with_its_connection_stops(database: Database) -> None:
    logs = Logs(story())
    follow(database, FILING_PROGRESS, logs)
    before = live(database, FILING_PROGRESS)

    def read(source: str, after: int) -> list[dict[str, Any]]:
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
        return logs.read(source, after)

    with pytest.raises(psycopg2.OperationalError):
        rebuild(database, [FILING_PROGRESS], read)
    assert live(database, FILING_PROGRESS) == before


def test_tables_that_another_began_meanwhile_are_not_written_to(database: Database) -> None:
    logs, pages = Logs(story()), []
    follow(database, FILING_PROGRESS, logs)
    before = live(database, FILING_PROGRESS)

    def read(source: str, after: int) -> list[dict[str, Any]]:
        pages.append(after)
        if len(pages) == 3:  # as when another began, which the lock should have kept from happening
            with database.cursor() as cursor:
                cursor.execute('UPDATE "filing_progress__next".position SET position = 99')
        return logs.read(source, after)

    with pytest.raises(Refused, match="rebuild_running"):
        rebuild(database, [FILING_PROGRESS], read)
    assert live(database, FILING_PROGRESS) == before


def test_at_start_a_view_that_cannot_be_made_keeps_no_other_out_of_date(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(rows: Any, one: Any) -> None:
        raise KeyError("a mistake in a handler")

    logs = Logs(story())
    broken = replace(FILING_PROGRESS, on={**FILING_PROGRESS.on, FilingDrafted: mistaken}, revision=2)
    changed = replace(PARTIES, revision=2)
    for view in (FILING_PROGRESS, PARTIES):
        follow(database, view, logs)
    kept = rebuilds.Rebuilds(broken, changed)
    calls = SimpleNamespace(call=lambda source, method, asked, timeout: logs.read(source, asked["after"]))
    ground: Any = SimpleNamespace(database=database, rpc=calls, heads=SimpleNamespace(of=lambda sources: {}))
    kept.ground = ground
    monkeypatch.setattr("services.kernel.rebuilds.eventlet.sleep", lambda seconds: kept.stop())
    kept._bring_up_to_date()
    assert {one.view: one.state for one in kept.all()} == {"filing_progress": "failed", "parties": "done"}
    assert follower_of(database, changed, "filing").recorded_position() == len(logs.story.logs["filing"])
