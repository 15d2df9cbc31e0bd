"""Batches on a real PostgreSQL: every line done once or explained, whatever is killed, and nobody has to wait for them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from contracts.message import SYSTEM, Actor
from contracts.review import (
    BatchItem,
    BatchView,
    ClaimCase,
    GetBatch,
    OpenCase,
    PassStage,
    StartBatch,
)
from services.kernel.clock import CHINA
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.review.domain.decide import CASE
from tests.domain.review.samples import CITY, CLERK, COLLEAGUE, DOCUMENT, OPINION, PROVINCE, STAGES, opened
from tests.services.test_review_deadlines import Review, databases, meta, start, until

__all__ = ["databases", "start"]  # fixtures
ALL = 5000
STALE = (3, 700, 1200, 1201, 2500, 4998, 5000)
FORBIDDEN = (1, 999, 4000)
HELD_UP = """
    CREATE FUNCTION held_up() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
    CREATE TRIGGER held_up BEFORE INSERT ON events FOR EACH ROW
        WHEN (NEW.name = 'review.BatchProgressed.v1' AND NEW.version = 14) EXECUTE FUNCTION held_up()"""
SLEEPING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sql(databases: dict[str, str]) -> Iterator[Ask]:
    """What review's database answers."""
    connection = psycopg2.connect(databases["review"])
    connection.autocommit = True

    def ask(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall()) if cursor.description else []

    yield ask
    connection.close()


@pytest.fixture
def log(databases: dict[str, str]) -> Iterator[EventLog]:
    """review's log, written to before review is there."""
    database = Database(databases["review"])
    recorder = PostgresRecorder(database)
    recorder.create_tables()
    yield EventLog("review", recorder)
    database.close()
    recorder.close()


def carry_out(log: EventLog, commands: Sequence[Any]) -> None:
    outcomes = log.handle_all([(CASE, one.case_id, one) for one in commands])
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes


def open_cases(log: EventLog, count: int, elsewhere: Sequence[int] = (), **changes: Any) -> list[UUID]:
    """Cases in Changsha, those of these lines in Zhuzhou; received now, so that no limit is over."""
    ids, now = [uuid4() for _ in range(count)], datetime.now(CHINA)
    orders = []
    for line, one in enumerate(ids, start=1):
        place = "430202" if line in elsewhere else "430102"
        case = opened(case_id=one, filing_id=one, place=place, submitted_at=now, **changes)
        orders.append(OpenCase(**case.model_dump(), meta=meta(SYSTEM)))
    carry_out(log, orders)
    return ids


def order(ids: Sequence[UUID], officer: Actor, action: Any, version: int | None = None, **of: Any) -> StartBatch:
    items = tuple(BatchItem(case_id=one, version=version) for one in ids)
    return StartBatch(batch_id=uuid4(), action=action, items=items, meta=meta(officer), **of)


def view(review: Review, batch_id: UUID) -> BatchView:
    return BatchView.model_validate(review.send(GetBatch(batch_id=batch_id))["ok"])


def done(review: Review, batch: StartBatch) -> BatchView:
    assert "ok" in review.send(batch)
    until(lambda: view(review, batch.batch_id).ended, "the batch ends")
    return view(review, batch.batch_id)


def test_of_5000_lines_4990_are_done_once_and_10_explained_though_killed_in_between(
    start: Callable[..., Review], log: EventLog, sql: Ask
) -> None:
    ids = open_cases(log, ALL, elsewhere=FORBIDDEN)
    seen = [ids[line - 1] for line in STALE]
    carry_out(log, [ClaimCase(case_id=one, stage="acceptance", meta=meta(CLERK)) for one in seen])
    review = start()
    batch = order(ids, CLERK, "pass", version=1, stage="acceptance", opinion=OPINION)
    sql(HELD_UP)
    assert review.send(batch)["ok"]["version"] == 1
    until(lambda: bool(sql(SLEEPING)), "page 13 is done, and about to be recorded")
    review.kill()
    sql(f"SELECT pg_terminate_backend(pid) FROM ({SLEEPING}) AS asleep")
    sql("DROP TRIGGER held_up ON events")
    ((done_so_far,),) = sql("SELECT count(*) FROM events WHERE name = 'review.StagePassed.v1'")
    ((told_so_far,),) = sql("SELECT 100 * count(*) FROM events WHERE name = 'review.BatchProgressed.v1'")
    assert (done_so_far, told_so_far) == (1294, 1200), "the worst moment: done and not recorded"

    again = start()
    until(lambda: view(again, batch.batch_id).ended, "it goes on by itself and ends", pause=0.2)
    shown = view(again, batch.batch_id)
    assert (shown.total, shown.upto, shown.done, len(shown.failures)) == (5000, 5000, 4990, 10)
    explained = {one.line: one.code for one in shown.failures}
    assert explained == {**dict.fromkeys(STALE, "stale"), **dict.fromkeys(FORBIDDEN, "outside_jurisdiction")}
    assert all(one.case_id == ids[one.line - 1] for one in shown.failures)
    assert {one.params["actual"] for one in shown.failures if one.code == "stale"} == {2}

    passed = sql("SELECT stream, body FROM events WHERE name = 'review.StagePassed.v1'")
    streams = Counter(stream for stream, _ in passed)
    not_done = {ids[line - 1] for line in (*STALE, *FORBIDDEN)}
    assert streams == Counter(f"case-{one}" for one in ids if one not in not_done)
    told = json.loads(passed[-1][1])["meta"]
    assert (told["actor"]["account_id"], told["correlation_id"]) == ("clerk", batch.meta.correlation_id)
    assert again.send(batch)["ok"]["version"] == 1, "sent again it gets its first reply"
    assert again.call("review", "health", None)["ok"]["parts"]["batches"]["ok"]


def test_others_work_on_while_a_batch_is_carried_out(start: Callable[..., Review], log: EventLog, sql: Ask) -> None:
    many, few, single = open_cases(log, 3000), open_cases(log, 50), open_cases(log, 8)
    review = start()
    passing = {"stage": "acceptance", "opinion": OPINION}
    long, short = order(many, CLERK, "pass", **passing), order(few, CLERK, "pass", **passing)
    began = time.monotonic()
    assert "ok" in review.send(long) and "ok" in review.send(short)
    waited = []
    for one in single:
        before = time.monotonic()
        assert "ok" in review.send(PassStage(case_id=one, meta=meta(COLLEAGUE), **passing))
        waited.append(time.monotonic() - before)
    until(lambda: view(review, long.batch_id).ended, "the long one ends")
    took = time.monotonic() - began
    assert max(waited) < took / 3, (waited, took)
    ends = "SELECT position FROM events WHERE name = 'review.BatchEnded.v1' AND stream = %s"
    ((long_end,),) = sql(ends, f"batch-{long.batch_id}")
    ((short_end,),) = sql(ends, f"batch-{short.batch_id}")
    singles = sql("SELECT max(position) FROM events WHERE stream = ANY(%s)", [f"case-{one}" for one in single])
    assert singles[0][0] < long_end, "the others' cases did not wait for its end"
    assert short_end < long_end, "the short batch did not wait for the long one"


def test_a_route_by_batches_keeps_every_rule_of_a_single_act(start: Callable[..., Review], log: EventLog) -> None:
    apart = (STAGES[0], STAGES[1].model_copy(update={"separate_from": ("acceptance",)}), STAGES[2])
    ids, unknown = open_cases(log, 4, stages=apart), uuid4()
    review = start()

    def codes(batch: StartBatch) -> dict[int, str]:
        return {one.line: one.code for one in done(review, batch).failures}

    assert codes(order([*ids, unknown], COLLEAGUE, "claim", stage="acceptance")) == {5: "case_not_found"}
    passing = {"stage": "acceptance", "opinion": OPINION}
    assert codes(order(ids, CLERK, "pass", **passing)) == dict.fromkeys((1, 2, 3, 4), "held_by_another")
    assert codes(order(ids[:2], COLLEAGUE, "pass", **passing)) == {}
    second = {"stage": "preliminary", "opinion": OPINION}
    out_of_order = {1: "examined_before", 2: "examined_before", 3: "stage_out_of_order", 4: "stage_out_of_order"}
    assert codes(order(ids, COLLEAGUE, "pass", **second)) == out_of_order
    assert codes(order(ids[:2], CITY, "pass", **second)) == {}
    assert codes(order(ids[:2], PROVINCE, "pass", stage="second", opinion=OPINION)) == {}
    assert codes(order(ids[:3], PROVINCE, "publicise")) == {3: "stages_remain"}
    too_early = codes(order(ids[:3], PROVINCE, "announce", document_number=DOCUMENT))
    assert too_early == {1: "publicity_not_over", 2: "publicity_not_over", 3: "stages_remain"}
    assert [review.case(one).status for one in ids[:3]] == ["publicised", "publicised", "in_review"]


def test_a_line_that_cannot_be_read_fails_alone(start: Callable[..., Review], log: EventLog, sql: Ask) -> None:
    ids = open_cases(log, 3)
    unreadable = ids[1]
    sql("UPDATE events SET body = '{}' WHERE stream = %s", f"case-{unreadable}")
    review = start()
    batch = order(ids, CLERK, "pass", stage="acceptance", opinion=OPINION)
    (failure,) = done(review, batch).failures
    assert (failure.line, failure.case_id, failure.code) == (2, unreadable, "internal_error")
