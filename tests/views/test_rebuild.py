"""A view is made anew beside the live one and swapped in: the same rows, no dark moment, and the event named that stops it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from contracts.errors import Refused
from contracts.query import ListFilings
from services.kernel.database import Database
from services.kernel.follower import CannotApply
from services.kernel.rebuild import Unwatched, rebuild
from services.kernel.rebuilding import Told, progress
from services.kernel.view import Outdated, View
from services.query.asking import ask
from services.query.service import VIEWS
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from tests.kernel.harness import eventually
from tests.views.logs import Logs, follow, follower_of, live
from tests.views.story import OPERATOR, Story, enterprise, enterprise_id


def told() -> Story:
    story = Story().authorities().qualification(1).enterprise(1).enterprise(2).person(1).person(2)
    story.employment(1, 2, ended=True).employment(1, 1).employment(2, 1)
    key = story.draft(1, 1, before=2)
    story.send_back(key, story.submit(key, 1, 1))
    case = story.submit(key, 1, 1, round=2)
    story.pass_stages(key, case)
    story.publicise(key, case)
    credential = story.approve(key, case, 1, 1, round=2)
    moved = story.draft(1, 2, "430200")
    former = {"by": "former_enterprise", "enterprise_id": enterprise_id(1)}
    story.ask(moved, 1, 2, [former], place="430200")
    story.agree(moved, enterprise(1), "former_enterprise")
    story.reissue(credential, moved, 1, 2, "transferred")
    story.enter(2, 1)
    story.qualification(2)
    return story


def schemas(database: Database) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE NOT starts_with(nspname, 'pg_') ORDER BY 1")
        return [name for (name,) in cursor.fetchall() if name not in ("public", "information_schema")]


def all_filings(database: Database) -> Any:
    asked = ListFilings(viewer=OPERATOR, per_page=200)
    return ask(database, (FILING_PROGRESS,), asked, lambda cursor: list_filings(cursor, asked))


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_a_rebuilt_view_equals_the_live_one(database: Database, view: View) -> None:
    logs = Logs(told())
    follow(database, view, logs)
    before = live(database, view)
    with database.transaction() as cursor:  # what a mistake in a handler had left
        view.enter(cursor)
        for table in before:
            cursor.execute(f"DELETE FROM {table}" if table != "position" else "SELECT")
    assert live(database, view) != before
    rebuild(database, [view], logs.read)
    assert live(database, view) == before
    assert schemas(database) == [view.name]


def test_all_views_are_rebuilt_in_one_reading(database: Database) -> None:
    logs, asked = Logs(told(), limit=10_000), []

    def read(source: str, after: int) -> list[dict[str, Any]]:
        asked.append((source, after))
        return logs.read(source, after)

    for view in VIEWS.values():
        follow(database, view, logs)
    before = {name: live(database, view) for name, view in VIEWS.items()}
    rebuild(database, list(VIEWS.values()), read)
    assert {name: live(database, view) for name, view in VIEWS.items()} == before
    # All of it once, then twice whether there is more: before the indexes are made, and after.
    heads = [(source, len(log)) for source, log in logs.story.logs.items()]
    assert sorted(asked) == sorted([*((source, 0) for source, _ in heads), *heads, *heads])


def test_the_indexes_are_the_same_as_those_of_a_view_made_empty(database: Database) -> None:
    def indexes() -> list[Any]:
        with database.cursor() as cursor:
            cursor.execute("SELECT schemaname, indexdef FROM pg_indexes WHERE schemaname = ANY(%s) ORDER BY 1, 2", [list(VIEWS)])
            return list(cursor.fetchall())

    with database.transaction() as cursor:
        for view in VIEWS.values():
            view.create(cursor)
    made = indexes()
    rebuild(database, list(VIEWS.values()), Logs(told()).read)
    assert indexes() == made and len(made) > 40


def test_a_live_view_that_read_on_meanwhile_is_caught_up_with_before_the_swap(database: Database) -> None:
    logs = Logs(told())

    def read(source: str, after: int) -> list[dict[str, Any]]:
        page = logs.read(source, after)
        if source == "review" and not page and logs.story.filings == 1:
            logs.story.whole(1, 1)  # happens when identity's and filing's logs seem all read
            follow(database, FILING_PROGRESS, logs)
        return page

    rebuild(database, [FILING_PROGRESS], read)
    rebuilt = live(database, FILING_PROGRESS)
    follow(database, FILING_PROGRESS, logs)
    assert live(database, FILING_PROGRESS) == rebuilt
    assert all_filings(database).total == 2


def test_only_one_rebuilds_a_view_at_a_time(database: Database) -> None:
    refused = []

    def read(source: str, after: int) -> list[dict[str, Any]]:
        with pytest.raises(Refused, match="rebuild_running"):
            rebuild(database, [FILING_PROGRESS], Logs(Story()).read)
        refused.append(source)
        return []

    rebuild(database, [FILING_PROGRESS], read)
    assert refused


def test_while_views_are_swapped_and_written_every_answer_is_whole(database: Database) -> None:
    """One asks without pause, one writes without pause, and the view is rebuilt several times."""
    story = Story().authorities().enterprise(1).person(1)
    keys = [story.draft(1, 1) for _ in range(20)]
    logs = Logs(story, limit=50)
    follow(database, FILING_PROGRESS, logs)
    ended, wrong, answers, written = threading.Event(), [], [], []

    def asks() -> None:
        try:
            while not ended.is_set():
                found = all_filings(database)
                answers.append(found.total)
                if min(found.total, len(found.rows)) < 20 or not all(row.title and row.place for row in found.rows):
                    wrong.append(found)
        except Exception as error:
            wrong.append(error)

    def writes() -> None:
        followers = {source: follower_of(database, FILING_PROGRESS, source) for source in FILING_PROGRESS.sources()}
        positions = {source: follower.recorded_position() for source, follower in followers.items()}
        try:
            while not ended.is_set() and len(written) < 60:
                key = story.draft(1, 1)
                story.submit(key, 1, 1)
                for source, follower in followers.items():
                    while page := logs.read(source, positions[source]):
                        positions[source] = follower.apply(page)
                written.append(key)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for work in (asks, asks, writes)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        rebuild(database, [FILING_PROGRESS], logs.read)
    ended.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(answers) > 10 and written
    follow(database, FILING_PROGRESS, logs)
    after = live(database, FILING_PROGRESS)
    rebuild(database, [FILING_PROGRESS], logs.read)
    assert live(database, FILING_PROGRESS) == after
    assert all_filings(database).total == len(keys) + len(written)


# -- what stops it --------------------------------------------------------------------------------------------


def spoilt(source: str, position: int, **change: Any) -> Any:
    """A reading of the logs in which one event is different."""
    logs = Logs(told(), limit=1000)

    def read(asked: str, after: int) -> list[dict[str, Any]]:
        page = logs.read(asked, after)
        return [{**m, **change} if (asked, m["position"]) == (source, position) else m for m in page]

    return read


@pytest.mark.parametrize(
    "change", [{"body": {"event": {}, "meta": {}}}, {"name": "filing.FromTheFuture.v1"}, {"version": 2**40}, {"stream": "a\0b"}]
)
def test_the_event_that_stops_a_rebuilding_is_named_and_the_live_view_is_left_alone(
    database: Database, change: dict[str, Any]
) -> None:
    view = VIEWS["timeline"]
    follow(database, view, Logs(told()))
    before = live(database, view)
    with pytest.raises(CannotApply, match="filing:3 "):
        rebuild(database, [view], spoilt("filing", 3, **change))
    assert live(database, view) == before
    rebuild(database, [view], Logs(told()).read)
    assert live(database, view) == before


@pytest.mark.parametrize(
    "change", [{"body": {"event": {}, "meta": {}}}, {"name": "filing.FromTheFuture.v1"}, {"version": 2**40}, {"stream": "a\0b"}]
)
def test_a_follower_names_the_event_in_the_midst_of_a_page_and_keeps_what_came_before(
    database: Database, change: dict[str, Any]
) -> None:
    view, logs = VIEWS["timeline"], Logs(told(), limit=1000)
    follower = follower_of(database, view, "filing")
    position = follower.recorded_position()
    with pytest.raises(CannotApply, match="filing:5 "):
        follower.apply(spoilt("filing", 5, **change)("filing", position))
    assert follower.recorded_position() == 4
    stopped = live(database, view)
    with pytest.raises(CannotApply, match="filing:5 "):
        follower.apply(spoilt("filing", 5, **change)("filing", 4))
    assert live(database, view) == stopped
    follower.apply(logs.read("filing", 4))  # mended
    by_page = live(database, view)
    with database.transaction() as cursor:
        cursor.execute("DROP SCHEMA timeline CASCADE")
    follower.recorded_position()
    for message in logs.read("filing", 0):
        follower.apply([message])
    assert live(database, view) == by_page


# -- another version's tables ---------------------------------------------------------------------------------


def former(view: View) -> View:
    """The view as an earlier version made it: a column and an event less."""
    events = dict(list(view.on.items())[:-1])
    return replace(view, tables=view.tables.replace("suspended_basis text,", ""), on=events)


def test_tables_of_another_version_are_not_asked_nor_written_but_made_anew(database: Database) -> None:
    logs, old = Logs(told()), former(FILING_PROGRESS)
    with database.transaction() as cursor:
        old.create(cursor)
    follower = follower_of(database, FILING_PROGRESS, "filing")
    for attempt in (
        lambda: all_filings(database),
        follower.recorded_position,
    ):
        with pytest.raises(Outdated, match="view_rebuilding"):
            attempt()
    rebuild(database, [FILING_PROGRESS], logs.read)
    assert all_filings(database).total == 2
    assert follower.recorded_position() == len(logs.story.logs["filing"])


def test_a_follower_of_an_earlier_version_neither_writes_to_the_new_tables_nor_passes_events_by(database: Database) -> None:
    logs, old = Logs(told(), limit=1000), former(FILING_PROGRESS)
    with database.transaction() as cursor:
        old.create(cursor)
    follower = follower_of(database, old, "filing")
    assert follower.recorded_position() == 0
    rebuild(database, [FILING_PROGRESS], Logs(Story()).read)
    before = live(database, FILING_PROGRESS)
    page = logs.read("filing", 0)
    shown, not_shown = page, [{**m, "name": "filing.CommitmentAccepted.v1"} for m in page]
    for events in (shown, not_shown):
        with pytest.raises(Exception, match="filing_progress"):
            follower.apply(events)
    assert live(database, FILING_PROGRESS) == before


def test_a_view_says_that_it_was_made_for_something_else_when_tables_events_or_revision_differ() -> None:
    view = VIEWS["parties"]
    others = [replace(view, indexes=""), replace(view, tables=view.tables + " "), replace(view, revision=2), former(view)]
    assert len({view.made, *(one.made for one in others)}) == 5


# -- how far it is --------------------------------------------------------------------------------------------


def test_the_progress_is_told_while_it_runs_and_afterwards(database: Database) -> None:
    story = told()
    heads = {source: len(log) for source, log in story.logs.items()}
    view, seen = VIEWS["timeline"], []
    logs = Logs(story)

    def read(source: str, after: int) -> list[dict[str, Any]]:
        seen.append(progress(database, [view])[0])
        return logs.read(source, after)

    assert progress(database, [view])[0].state == "idle"
    rebuild(database, [view], read, Told(database, [view], heads))
    running = [one for one in seen if one.state == "running"]
    assert len(running) > 5 and running[0].total == sum(heads.values())
    assert [one.done for one in running] == sorted(one.done for one in running)
    assert any(one.seconds_left and one.seconds_left > 0 for one in running)
    (done,) = progress(database, [view])
    assert (done.state, done.positions, done.done, done.seconds_left) == ("done", heads, sum(heads.values()), None)


def test_a_rebuilding_whose_process_is_gone_is_told_as_failed(database: Database) -> None:
    view = VIEWS["timeline"]

    class Dies(Unwatched):
        def __init__(self) -> None:
            self.told = Told(database, [view], {})

        def begins(self) -> None:
            self.told.begins()

    def read(source: str, after: int) -> list[dict[str, Any]]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        rebuild(database, [view], read, Dies())
    # Its connection is closed; that its lock is gone with it PostgreSQL finds out a moment later.
    eventually(lambda: progress(database, [view])[0].state != "running")
    (found,) = progress(database, [view])
    assert (found.state, found.error) == ("failed", "interrupted")
