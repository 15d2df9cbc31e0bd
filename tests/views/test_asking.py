"""An answer waits a moment for what the asker has seen; a view is rebuilt beside the live one and swapped in."""

from __future__ import annotations

import inspect
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from contracts.errors import Refused
from contracts.message import MESSAGES, Question
from contracts.query import ListFilings
from services.kernel.database import Database
from services.kernel.projection import Projects
from services.kernel.rebuild import Unwatched, rebuild
from services.kernel.rpc import method_of
from services.query.asking import ask
from services.query.service import VIEWS, QueryService
from services.query.views.filing_progress import FILING_PROGRESS, list_filings
from tests.views.story import OPERATOR, Story, messages


class Logs:
    """The logs of four services, read the way a follower reads them."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def read(self, source: str, after: int, limit: int = 7) -> list[dict[str, Any]]:
        return messages(self.story.logs[source])[after : after + limit]


def follow(database: Database, logs: Logs) -> None:
    """Let the live view catch up, through the code of its followers."""
    for source in FILING_PROGRESS.sources():
        follower = Projects(FILING_PROGRESS, source)
        follower.ground = SimpleNamespace(database=database, container=SimpleNamespace(service_name="query"))
        position = follower.recorded_position()
        while page := logs.read(source, position):
            position = follower.apply(page)


def question(**after: int) -> ListFilings:
    return ListFilings(viewer=OPERATOR, after=after)


def answer(database: Database, asked: ListFilings, patience: float = 0.1) -> Any:
    return ask(database, (FILING_PROGRESS,), asked, lambda cursor: list_filings(cursor, asked), patience)


def told() -> Story:
    story = Story().authorities().enterprise(1).person(1)
    story.whole(1, 1)
    return story


def test_a_question_before_any_event_finds_an_empty_view(database: Database) -> None:
    found = answer(database, question())
    assert (found.rows, found.behind) == ((), False)


def test_a_position_that_is_not_reached_is_admitted(database: Database) -> None:
    story = told()
    follow(database, Logs(story))
    reached = len(story.logs["filing"])
    assert answer(database, question(filing=reached)).behind is False
    begun = time.monotonic()
    late = answer(database, question(filing=reached + 1), patience=0.3)
    assert late.behind is True and late.total == 1
    assert 0.3 <= time.monotonic() - begun < 2
    assert answer(database, question(elsewhere=99)).behind is False  # a log that the view does not follow


def test_an_answer_waits_until_the_view_has_caught_up(database: Database) -> None:
    story = told()
    catches_up = threading.Timer(0.3, follow, [database, Logs(story)])
    catches_up.start()
    found = answer(database, question(filing=len(story.logs["filing"])), patience=10)
    catches_up.join()
    assert (found.total, found.behind) == (1, False)


def rows_of(database: Database) -> list[Any]:
    with database.transaction() as cursor:
        FILING_PROGRESS.enter(cursor)
        cursor.execute("SELECT f::text FROM filing f UNION ALL SELECT s::text FROM step s")
        filings = sorted(cursor.fetchall())
        cursor.execute("SELECT source, position FROM position ORDER BY source")
        return [*filings, *cursor.fetchall()]


def test_a_rebuilt_view_equals_the_live_one(database: Database) -> None:
    logs = Logs(told())
    follow(database, logs)
    live = rows_of(database)
    with database.transaction() as cursor:  # what a mistake in a handler had left
        FILING_PROGRESS.enter(cursor)
        cursor.execute("UPDATE filing SET status = 'draft'")
    progress: list[dict[str, int]] = []
    rebuild(database, FILING_PROGRESS, logs.read, progress.append)
    assert rows_of(database) == live
    assert progress[-1] == {source: len(logs.story.logs[source]) for source in FILING_PROGRESS.sources()}
    with database.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'filing_progress%'")
        assert cursor.fetchall() == [("filing_progress",)]


def test_a_live_view_that_read_on_meanwhile_is_caught_up_with_before_the_swap(database: Database) -> None:
    logs = Logs(told())

    def read(source: str, after: int) -> list[dict[str, Any]]:
        page = logs.read(source, after)
        if source == "review" and not page and logs.story.filings == 1:
            logs.story.whole(1, 1)  # happens when identity's and filing's logs seem all read
            follow(database, logs)
        return page

    rebuild(database, FILING_PROGRESS, read)
    rebuilt = rows_of(database)
    assert [row for row in rebuilt if row[0] == "filing"] == [("filing", len(logs.story.logs["filing"]))]
    follow(database, logs)
    assert rows_of(database) == rebuilt
    assert answer(database, question()).total == 2


def test_only_one_rebuilds_a_view_at_a_time(database: Database) -> None:
    def read(source: str, after: int) -> list[dict[str, Any]]:
        with pytest.raises(Refused, match="rebuild_running"):
            rebuild(database, FILING_PROGRESS, Logs(Story()).read)
        return []

    rebuild(database, FILING_PROGRESS, read)


def test_every_view_has_a_follower_for_each_of_its_sources() -> None:
    followers = [one for _, one in inspect.getmembers(QueryService) if isinstance(one, Projects)]
    declared = sorted((one.view.name, one.source) for one in followers)
    assert declared == sorted((view.name, source) for view in VIEWS.values() for source in view.sources())


def test_every_question_has_an_entrypoint() -> None:
    questions = [cls for name, cls in MESSAGES.items() if name.startswith("query.") and issubclass(cls, Question)]
    assert len(questions) > 9
    assert [cls for cls in questions if not callable(getattr(QueryService, method_of(cls), None))] == []
