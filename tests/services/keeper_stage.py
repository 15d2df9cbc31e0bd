"""What the tests of running times need: a database, whoever takes the keeper's orders, and rows as the view has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.errors import Refused
from contracts.message import SYSTEM, Command, Event, Recorded
from contracts.review import KeepDeadline, Stage
from services.kernel.database import Database
from services.kernel.testing import CHINA
from services.review.deadlines import DEADLINES
from services.review.keeper import DeadlineKeeper
from tests.domain.review.samples import meta, opened
from tests.domain.review.test_clock_table import KNOWN, noon
from tests.services.test_review_deadlines import databases

__all__ = ["databases"]  # fixture
RECEIVED = date(2026, 3, 2)
DUE = date(2026, 3, 9)
ARTICLE = "《中华人民共和国行政许可法》第三十二条"


class Ground:
    """What the keeper needs of a service: a database, and somebody who takes its orders."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.given: list[Command] = []
        self.refuses: Callable[[Command], bool] = lambda order: False

    def execute(self, order: Command) -> None:
        if self.refuses(order):
            raise Refused("deadline_not_over")
        self.given.append(order)


@pytest.fixture
def ground(databases: dict[str, str]) -> Iterator[Ground]:
    database = Database(databases["review"])
    yield Ground(database)
    database.close()


def keeper(ground: Any) -> DeadlineKeeper:
    return DeadlineKeeper(ground, lambda: KNOWN)


def happened(ground: Ground, *events: Event) -> None:
    """The view has seen these."""
    recorded = [
        Recorded("review", position, "case", position, event, meta(SYSTEM))
        for position, event in enumerate(events, start=1)
    ]
    with ground.database.transaction() as cursor:
        DEADLINES.create(cursor)
        DEADLINES.apply(cursor, recorded)


def case_of(number: int, *stages: Stage, **changes: Any) -> Event:
    ids = {"case_id": UUID(int=number), "filing_id": UUID(int=number)}
    return opened(**ids, stages=stages, submitted_at=noon(RECEIVED), **changes)


def after(day: date, seconds: float = 0) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA) + timedelta(seconds=seconds)


FIRST = Stage(name="acceptance", level="city", working_days=5, remind_before=2)
SECOND = Stage(name="second", level="province", working_days=20)


def orders(ground: Ground) -> Sequence[KeepDeadline]:
    return [one for one in ground.given if isinstance(one, KeepDeadline)]
