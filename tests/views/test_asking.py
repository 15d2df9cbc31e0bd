"""An answer waits a moment for what the asker has seen."""

from __future__ import annotations

import inspect
import threading
import time
from typing import Any

from contracts.message import MESSAGES, Question
from contracts.query import ListFilings
from services.kernel.database import Database
from services.kernel.projection import Projects
from services.kernel.rpc import method_of
from services.query.asking import ask
from services.query.service import VIEWS, QueryService
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from tests.views.logs import Logs, follow
from tests.views.story import OPERATOR, Story


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
    follow(database, FILING_PROGRESS, Logs(story))
    reached = len(story.logs["filing"])
    assert answer(database, question(filing=reached)).behind is False
    begun = time.monotonic()
    late = answer(database, question(filing=reached + 1), patience=0.3)
    assert late.behind is True and late.total == 1
    assert time.monotonic() - begun >= 0.3
    assert answer(database, question(elsewhere=99)).behind is False  # a log that the view does not follow


def test_an_answer_waits_until_the_view_has_caught_up(database: Database) -> None:
    story = told()
    catches_up = threading.Timer(0.3, follow, [database, FILING_PROGRESS, Logs(story)])
    catches_up.start()
    found = answer(database, question(filing=len(story.logs["filing"])), patience=10)
    catches_up.join()
    assert (found.total, found.behind) == (1, False)


def test_every_view_has_a_follower_for_each_of_its_sources() -> None:
    followers = [one for _, one in inspect.getmembers(QueryService) if isinstance(one, Projects)]
    declared = sorted((one.view.name, one.source) for one in followers)
    assert declared == sorted((view.name, source) for view in VIEWS.values() for source in view.sources())


def test_every_question_has_an_entrypoint() -> None:
    questions = [cls for name, cls in MESSAGES.items() if name.startswith("query.") and issubclass(cls, Question)]
    assert len(questions) > 9
    assert [cls for cls in questions if not callable(getattr(QueryService, method_of(cls), None))] == []
