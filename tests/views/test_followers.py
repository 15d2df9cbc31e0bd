"""Followers of one view share its tables: they may start and apply at the same moment and never stop each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from services.kernel.database import Database
from services.query.views.filing_progress import FILING_PROGRESS
from tests.views.logs import follower_of
from tests.views.story import Story, messages


def at_once(*works: Callable[[], Any]) -> list[BaseException]:
    """Run in threads that start together; what any of them raised."""
    raised: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_rows_met_in_opposite_orders_do_not_lock_each_other_out(database: Database) -> None:
    story = Story()
    filings = [(key, story.submit(key, 1, 1)) for key in [story.draft(1, 1) for _ in range(150)]]
    opened = {one.event.case_id: one for one in story.logs["review"]}
    reviewed = [opened[case] for _, case in reversed(filings)]
    filing, review = follower_of(database, FILING_PROGRESS, "filing"), follower_of(database, FILING_PROGRESS, "review")
    for follower in (filing, review):
        follower.recorded_position()
    backwards = [{**one, "position": n} for n, one in enumerate(messages(reviewed), start=1)]
    works = [lambda: filing.apply(messages(story.logs["filing"])), lambda: review.apply(backwards)]
    assert at_once(*works) == []


def test_many_may_find_the_view_missing_at_once(database: Database) -> None:
    def question() -> None:
        with database.transaction() as cursor:
            FILING_PROGRESS.create(cursor)

    def start() -> None:
        follower_of(database, FILING_PROGRESS, "filing").recorded_position()

    for _ in range(8):
        assert at_once(*[question] * 4, *[start] * 3) == []
        with database.transaction() as cursor:
            cursor.execute(f'DROP SCHEMA "{FILING_PROGRESS.name}" CASCADE')


def test_starting_does_not_get_in_the_way_of_applying(database: Database) -> None:
    story = Story().authorities().enterprise(1).person(1)
    for _ in range(30):
        story.whole(1, 1)
    followers = {source: follower_of(database, FILING_PROGRESS, source) for source in FILING_PROGRESS.sources()}
    followers["filing"].recorded_position()
    log = messages(story.logs["filing"])

    def question() -> None:
        for _ in range(20):
            with database.transaction() as cursor:
                FILING_PROGRESS.create(cursor)

    def restarts() -> None:
        for _ in range(20):
            followers["review"].recorded_position()

    def applies() -> None:
        for begin in range(0, len(log), 10):
            followers["filing"].apply(log[begin : begin + 10])

    assert at_once(question, restarts, applies) == []
