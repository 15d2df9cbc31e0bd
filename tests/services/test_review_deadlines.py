"""review on a real PostgreSQL: a case from submission to approval, and publicities that end once, by time."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import UUID, uuid4

import psycopg2
import pytest

from contracts.filing import SubmitFiling
from contracts.message import Actor, Metadata, derived_id
from contracts.review import (
    AdvanceClock,
    AnnounceCase,
    CaseView,
    Deadlines,
    GetCase,
    PassStage,
    PubliciseCase,
    ReadClock,
    ReadDeadlines,
)
from contracts.working_days import WorkingDays
from services.kernel.clock import CHINA
from services.kernel.rpc import method_of
from tests.domain.review.samples import CITY, CLERK, DOCUMENT, FILER, OPINION, PROVINCE, ZHUZHOU
from tests.nursery import PRODUCT, Begun

SOME_TICKS = 0.8
"""Seconds in which both replicas look again at least twice: whatever they would do a second time, they have done."""


class Review:
    """One life of the process; ``call`` speaks to it."""

    def __init__(self, databases: dict[str, str], data: Path, development: bool = True) -> None:
        environment = {
            **os.environ,
            "DATABASE_URLS": json.dumps(databases),
            "ZHUCE_DATA": str(data),
            "DEVELOPMENT": "1" if development else "0",
        }
        self.process = Begun(
            ["tests.services.review_process"], PRODUCT, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._line() == "ready\n"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def order(self, service: str, method: str, payload: Any) -> None:
        """Give it without waiting for the reply."""
        assert self.process.stdin is not None
        print(json.dumps({"service": service, "method": method, "payload": payload}), file=self.process.stdin)
        self.process.stdin.flush()

    def call(self, service: str, method: str, payload: Any) -> dict[str, Any]:
        self.order(service, method, payload)
        reply: dict[str, Any] = json.loads(self._line())
        return reply

    def send(self, message: Any) -> dict[str, Any]:
        service = type(message).NAME.split(".")[0]
        return self.call(service, method_of(type(message)), message.model_dump(mode="json"))

    def case(self, case_id: UUID) -> CaseView:
        return CaseView.model_validate(self.send(GetCase(case_id=case_id))["ok"])

    def events(self, name: str) -> list[dict[str, Any]]:
        log = self.call("review", "read_log", {"after": 0, "limit": 1000})["ok"]
        return [{**one, "body": json.loads(one["body"])} for one in log if one["name"] == name]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def until(true: Callable[[], bool], what: str, seconds: float = 60, pause: float = 0.05) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(pause)


def meta(actor: Actor, at: datetime | None = None) -> Metadata:
    return Metadata(
        command_id=str(uuid4()), actor=actor, at=at or datetime.now(CHINA), correlation_id="the-filing"
    )


@pytest.fixture
def databases(postgres: str) -> Iterator[dict[str, str]]:
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    names = {service: f"t_{service}_{uuid4().hex[:8]}" for service in ("filing", "identity", "review")}
    with connection.cursor() as cursor:
        for name in names.values():
            cursor.execute(f"CREATE DATABASE {name}")
        yield {
            service: urlunparse(urlparse(postgres)._replace(path=f"/{name}"))
            for service, name in names.items()
        }
        for name in names.values():
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def start(databases: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Review]]:
    lives: list[Review] = []

    def begin(development: bool = True) -> Review:
        lives.append(Review(databases, tmp_path, development))
        return lives[-1]

    yield begin
    for life in lives:
        life.kill()


def submit(review: Review) -> UUID:
    """A filing is handed in; the id of the case that opens."""
    filing_id = uuid4()
    assert "ok" in review.send(SubmitFiling(filing_id=filing_id, meta=meta(FILER)))
    case_id = derived_id("case", filing_id, 1)
    until(lambda: "ok" in review.send(GetCase(case_id=case_id)), "the case opens")
    return case_id


def publicise(review: Review, case_id: UUID) -> CaseView:
    """Every stage passed, by who may, and shown from today."""
    for stage, officer in (("acceptance", CLERK), ("preliminary", CITY), ("second", PROVINCE)):
        order = PassStage(case_id=case_id, stage=stage, opinion=OPINION, meta=meta(officer))
        assert "ok" in review.send(order)
    assert "ok" in review.send(PubliciseCase(case_id=case_id, meta=meta(PROVINCE)))
    return review.case(case_id)


def test_from_submission_to_approval(start: Callable[..., Review]) -> None:
    review = start()
    case_id = submit(review)
    calendar = WorkingDays(estimate=True)

    case = review.case(case_id)
    assert (case.status, case.stage, case.stage_level, case.version) == ("in_review", "acceptance", "city", 1)
    assert case.next_actions[:3] == ("pass", "return", "reject")
    assert case.due_on == calendar.add(datetime.now(CHINA).date(), 5)

    def deadlines() -> Deadlines:
        return Deadlines.model_validate(review.send(ReadDeadlines(case_ids=(case_id,)))["ok"])

    until(lambda: bool(deadlines().deadlines), "the first stage's limit is a row")
    assert deadlines().deadlines == case.deadlines, "rows and log tell the same"
    assert [(one.stage, one.due_on) for one in case.deadlines] == [("acceptance", case.due_on)]

    skipped = PassStage(case_id=case_id, stage="preliminary", opinion=OPINION, meta=meta(CITY))
    assert review.send(skipped)["refusal"]["code"] == "stage_out_of_order"
    elsewhere = PassStage(case_id=case_id, stage="acceptance", opinion=OPINION, meta=meta(ZHUZHOU))
    assert review.send(elsewhere)["refusal"]["kind"] == "not_allowed"

    shown = publicise(review, case_id)
    today = datetime.now(CHINA).date()
    assert shown.status == "publicised"
    assert (shown.publicity_starts_on, shown.publicity_ends_on) == (today, calendar.add(today, 10))
    until(lambda: not deadlines().deadlines, "no stage is waited for any more")
    announce = AnnounceCase(case_id=case_id, document_number=DOCUMENT, meta=meta(PROVINCE))
    assert review.send(announce)["refusal"]["code"] == "publicity_not_over"
    time.sleep(SOME_TICKS)
    assert review.events("review.PublicityEnded.v1") == []

    assert review.send(AdvanceClock(days=60))["ok"] == {"offset_seconds": 60 * 86400}
    until(lambda: review.case(case_id).status == "publicity_ended", "the publicity ends")
    later = datetime.now(CHINA) + timedelta(days=60)
    announce = AnnounceCase(case_id=case_id, document_number=DOCUMENT, meta=meta(PROVINCE, later))
    assert "ok" in review.send(announce)
    case = review.case(case_id)
    assert (case.status, case.announcement, case.next_actions) == ("approved", DOCUMENT, ())

    (ended,) = review.events("review.PublicityEnded.v1")
    (cause,) = review.events("review.CasePublicised.v1")
    assert ended["body"]["event"]["ended_on"] == shown.publicity_ends_on.isoformat()
    assert ended["body"]["meta"]["causation_id"] == f"review:{cause['position']}"
    assert ended["body"]["meta"]["correlation_id"] == "the-filing"
    health = review.call("review", "health", None)["ok"]
    assert health["ok"], health
    assert {"deadlines", "calendar", "review.follows.filing", "review.deadlines.follows.review"} <= set(
        health["parts"]
    )


@pytest.mark.parametrize(
    "moment",
    [
        "SELECT 1 FROM development_clock WHERE offset_seconds > 0",
        "SELECT 1 FROM events WHERE name = 'review.PublicityEnded.v1'",
    ],
    ids=["the_clock_is_set", "one_has_ended"],
)
def test_each_publicity_ends_once_though_killed_in_between(
    start: Callable[..., Review], databases: dict[str, str], moment: str
) -> None:
    review = start()
    cases = [submit(review) for _ in range(4)]
    for case_id in cases:
        publicise(review, case_id)
    connection = psycopg2.connect(databases["review"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        until(lambda: _found(cursor, "SELECT 4 = count(*) FROM deadlines.publicity_ends"), "each has its row")
        review.order("review", "advance_clock", AdvanceClock(days=60).model_dump())
        until(lambda: _found(cursor, moment), "the moment comes", pause=0)
        review.kill()
    connection.close()

    again = start()
    until(lambda: all(again.case(one).status == "publicity_ended" for one in cases), "every publicity ends")
    assert again.send(ReadClock())["ok"] == {"offset_seconds": 60 * 86400}
    time.sleep(SOME_TICKS)
    ended = [one["stream"] for one in again.events("review.PublicityEnded.v1")]
    assert sorted(ended) == sorted(f"case-{one}" for one in cases)


def _found(cursor: Any, query: str) -> bool:
    cursor.execute(query)
    row = cursor.fetchone()
    return row is not None and bool(row[0])


def test_the_clock_is_nobodys_to_set_in_production(start: Callable[..., Review]) -> None:
    review = start(development=False)
    assert review.send(AdvanceClock(days=1))["refusal"]["code"] == "development_only"
    assert review.send(ReadClock())["ok"] == {"offset_seconds": 0}
