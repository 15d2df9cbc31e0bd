"""The whole service in a process: it catches up with four logs, answers over RPC, says how it is, and rebuilds."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.message import Command, Message, Question
from contracts.query import (
    Exported,
    ExportList,
    FilingProgress,
    FilingRow,
    GetEnterpriseHome,
    GetFilingProgress,
    GetPersonalInformation,
    History,
    ListCases,
    ListCertificates,
    ListConfirmations,
    ListEmployments,
    ListFilings,
    ListParties,
    ListPublicity,
    ListQualifications,
    ListRegisteredPeople,
    ListViews,
    Page,
    PersonHistory,
    ReadRebuild,
    RebuildView,
)
from services.kernel.database import Database
from services.kernel.exports import Exports
from services.kernel.rpc import method_of
from services.kernel.testing import meta
from services.query.service import VIEWS
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.timeline import TIMELINE
from tests.nursery import PRODUCT, Begun
from tests.views.story import CITY, OPERATOR, enterprise, officer, person, person_id

Call = Callable[[str, Any], Any]


class Query:
    """A running service, asked line by line."""

    def __init__(self, url: str, data: Path) -> None:
        self.data = data
        environment = {**os.environ, "DATABASE_URL": url, "DATA": str(data), "PYTHONPATH": os.getcwd()}
        self.process = Begun(
            ["tests.views.query_process"],
            PRODUCT,
            environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.filing_id = json.loads(self._line())["ready"]

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"ended with {self.process.wait()}"
        return line

    def call(self, method: str, payload: Any = None) -> Any:
        assert self.process.stdin
        print(json.dumps({"method": method, "payload": payload}), file=self.process.stdin, flush=True)
        reply: dict[str, Any] = json.loads(self._line())
        return reply

    def ok(self, message: Message) -> Any:
        reply = self.send(message)
        assert "ok" in reply, reply
        return reply["ok"]

    def send(self, message: Message) -> Any:
        assert isinstance(message, Question | Command)
        return self.call(method_of(type(message)), message.model_dump(mode="json"))

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not done():
            assert time.monotonic() < deadline, "not in 30 seconds"
            time.sleep(0.1)


@pytest.fixture
def query(fresh_database: str, tmp_path: Path) -> Iterator[Query]:
    running = Query(fresh_database, tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def test_it_follows_answers_and_rebuilds(query: Query) -> None:
    asked = ListFilings(viewer=enterprise(1), after={"filing": 5, "review": 8, "certificate": 2})
    answer = Page[FilingRow].model_validate(query.ok(asked))
    assert [(str(row.filing_id), row.status) for row in answer.rows] == [(query.filing_id, "approved")]
    assert answer.behind is False

    query.until(lambda: query.call("health")["ok"]["ok"])
    parts = query.call("health")["ok"]["parts"]
    assert parts["database"]["ok"] and "head" not in parts["database"]  # it has no log of its own to have a head
    assert parts["views"] == {"ok": True}
    followers = {f"query.{view.name}.follows.{source}" for view in VIEWS.values() for source in view.sources()}
    assert {name for name in parts if ".follows." in name} == followers

    steps = query.ok(GetFilingProgress(viewer=person(1), filing_id=query.filing_id))
    assert FilingProgress.model_validate(steps).steps[-1].says == "电子证书签发"
    assert query.send(GetFilingProgress(viewer=enterprise(2), filing_id=query.filing_id))["refusal"]["code"] == (
        "filing_not_found"
    )
    for question in (
        ListCases(viewer=officer(CITY)),
        ListCertificates(viewer=enterprise(1)),
        ListEmployments(viewer=person(1)),
        ListQualifications(viewer=enterprise(1)),
        ListParties(viewer=person(1)),
    ):
        assert query.ok(question)["total"] == 1, question
    assert query.ok(ListPublicity())["total"] == 0
    assert query.ok(ListRegisteredPeople(viewer=enterprise(1), on=date(2026, 4, 1)))["total"] == 1
    assert query.ok(ListConfirmations(viewer=enterprise(1)))["total"] == 0
    assert query.ok(GetEnterpriseHome(viewer=enterprise(1)))["employees"] == 1
    own = query.ok(GetPersonalInformation(viewer=person(1), person_id=person_id(1)))
    assert own["person"]["name"] == own["certificates"][0]["holder_name"]
    exported = Exported.model_validate(query.ok(ExportList(viewer=enterprise(1), list="certificates")))
    assert (exported.rows, Exports(query.data).path(exported.export_id).stat().st_size) == (1, exported.size)
    told = PersonHistory.model_validate(query.ok(History(viewer=person(1), person_id=person_id(1))))
    assert told.state.certificates and told.entries[-1].says.startswith("电子证书签发")

    refused = query.send(RebuildView(view="timeline", meta=meta(officer(CITY))))
    assert refused["refusal"]["kind"] == "not_allowed"
    assert query.ok(RebuildView(view="timeline", meta=meta(OPERATOR)))["state"] == "running"
    query.until(lambda: query.ok(ReadRebuild(view="timeline"))["state"] != "running")
    rebuilt = query.ok(ReadRebuild(view="timeline"))
    assert (rebuilt["state"], rebuilt["positions"]["review"]) == ("done", 8)
    assert rebuilt["done"] == rebuilt["total"] == sum(rebuilt["positions"].values()) and rebuilt["seconds_left"] is None
    listed = query.ok(ListViews())["views"]
    assert [(one["view"], one["state"]) for one in listed if one["state"] != "idle"] == [("timeline", "done")]
    assert {one["view"] for one in listed} == VIEWS.keys()
    again = PersonHistory.model_validate(query.ok(History(viewer=person(1), person_id=person_id(1))))
    assert again == told
    assert query.call("list_filings", {"viewer": None})["refusal"]["code"] == "invalid_message"


def test_views_of_another_version_are_made_anew_at_start_and_nobody_is_told_wrong_things(
    fresh_database: str, tmp_path: Path
) -> None:
    """As after an upgrade: the tables are there and hold rows, but were made for other questions."""
    old = {view.name: replace(view, revision=view.revision + 1) for view in (FILING_PROGRESS, TIMELINE)}
    database = Database(fresh_database)
    with database.transaction() as cursor:
        for view in old.values():
            view.create(cursor)
            cursor.execute("INSERT INTO position VALUES ('filing', 4)")
    database.close()
    query = Query(fresh_database, tmp_path)
    try:
        replies = []

        def answered() -> bool:
            replies.append(query.send(ListFilings(viewer=enterprise(1))))
            return "ok" in replies[-1]

        query.until(answered)
        assert {reply["refusal"]["code"] for reply in replies[:-1]} <= {"view_rebuilding"}
        assert replies[-1]["ok"]["total"] == 1
        query.until(lambda: query.call("health")["ok"]["ok"])
        query.until(lambda: query.call("health")["ok"]["parts"]["views"] == {"ok": True})
        assert {one["view"] for one in query.ok(ListViews())["views"] if one["state"] == "done"} == old.keys()
        told = PersonHistory.model_validate(query.ok(History(viewer=person(1), person_id=person_id(1))))
        assert told.entries[-1].says.startswith("电子证书签发")
    finally:
        query.process.kill()
        query.process.wait()
