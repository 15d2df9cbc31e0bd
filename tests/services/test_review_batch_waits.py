"""What a batch does when somebody whom it has to ask is away: it waits, says so, and refuses no line for it."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from contracts.errors import Unavailable
from contracts.identity import Employers
from contracts.message import Accepted, Command
from contracts.review import StartBatch
from contracts.working_days import WorkingDays
from services.kernel.database import Database
from services.kernel.kernel import Ground
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.review import batching
from services.review.batching import BatchWorker
from services.review.domain.batch import BATCH, Batch
from tests.domain.review.samples import CLERK, OPINION
from tests.services.test_review_batches import open_cases, order


class Standing:
    """What the worker stands on: a real log, and an identity that is away until it is told to be there."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        recorder = PostgresRecorder(self.database)
        recorder.create_tables()
        self.log = EventLog("review", recorder)
        self.rpc = self
        self.away = True

    def execute(self, command: Command) -> Accepted:
        return self.log.handle(BATCH, command.batch_id, command)  # type: ignore[attr-defined]

    def send(self, question: Any) -> dict[str, Any]:
        if self.away:
            raise Unavailable("service_unavailable", params={"service": "identity"})
        return Employers(employed=()).model_dump(mode="json")

    def batch(self, started: StartBatch) -> Batch:
        return self.log.load(BATCH, started.batch_id).state

    def close(self) -> None:
        self.log.recorder.close()
        self.database.close()


@pytest.fixture
def ground(fresh_database: str) -> Iterator[Standing]:
    standing = Standing(fresh_database)
    yield standing
    standing.close()


def test_it_waits_and_others_go_on(ground: Standing) -> None:
    """Nobody knows meanwhile for whom the officer works as a person: no reason to refuse a line, nor to pass one."""
    worker = BatchWorker(cast(Ground, ground), lambda work: work())
    service: Any = SimpleNamespace(kernel=ground, time=SimpleNamespace(working_days=WorkingDays(estimate=True)))
    ids, passing = open_cases(ground.log, 5), {"stage": "acceptance", "opinion": OPINION}
    officer = CLERK.model_copy(update={"person_id": uuid4()})
    waiting, other = order(ids[:3], officer, "pass", **passing), order(ids[3:], CLERK, "pass", **passing)
    ground.execute(waiting)
    ground.execute(other)

    worker.begin(service)
    assert (ground.batch(waiting).upto, ground.batch(waiting).failures) == (0, ())
    assert ground.batch(other).ended is not None
    why = {"code": "service_unavailable", "service": "identity"}
    assert worker.health() == {"ok": False, "degraded": True, "error": why}

    ground.away = False
    worker.begin(service)
    ended = ground.batch(waiting).ended
    assert ended is not None and (ended.done, ended.failed) == (3, 0)
    assert worker.health()["ok"]


def test_of_many_open_batches_few_are_kept_in_memory(ground: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each may name 5,000 cases, and whoever is an officer may order as many as they like."""
    monkeypatch.setattr(batching, "REMEMBERED", 2)
    worker, kept = BatchWorker(cast(Ground, ground), lambda work: work()), []
    service: Any = SimpleNamespace(kernel=ground, time=SimpleNamespace(working_days=WorkingDays(estimate=True)))
    passing = {"stage": "acceptance", "opinion": OPINION}
    batches = [order(open_cases(ground.log, 1), CLERK, "pass", **passing) for _ in range(4)]
    for batch in batches:
        ground.execute(batch)
    monkeypatch.setattr(batching.log, "info", lambda *_, **__: kept.append(len(worker._orders)))
    worker.begin(service)
    assert [ground.batch(one).done for one in batches] == [1] * 4
    assert max(kept) == 2


def test_a_second_replica_leaves_it_to_the_first(ground: Standing) -> None:
    """While one carries it out, another finds it taken; what it would have done is done once all the same."""
    service: Any = SimpleNamespace(kernel=ground, time=SimpleNamespace(working_days=WorkingDays(estimate=True)))
    batch = order(open_cases(ground.log, 3), CLERK, "pass", stage="acceptance", opinion=OPINION)
    ground.execute(batch)
    session = ground.database.connect()
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7342017, hashtext(%s))", [str(batch.batch_id)])
    second = BatchWorker(cast(Ground, ground), lambda work: work())
    second.begin(service)
    assert ground.batch(batch).upto == 0 and second.health()["ok"]
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")  # as when the first dies
    session.close()
    second.begin(service)
    assert ground.batch(batch).ended is not None
