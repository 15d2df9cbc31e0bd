"""Two of every service, and every one of them is killed while somebody goes all the way to a certificate: who insists is
answered, and afterwards everything happened once, and every view is what it would be if it were made anew.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg2
import pytest

from demo import client, steps
from demo.steps import Steps
from deploy.postgres.server import PostgresServer
from services.kernel.database import Database
from services.kernel.view import View
from services.kernel.wire import from_wire, to_wire
from services.query.service import VIEWS
from tests.journeys.product import employee, submitted
from tests.journeys.replicas import ALL, InsistentApi, Replicas
from tests.kernel.harness import eventually

LOGS = ("identity", "filing", "review", "certificate")
Row = tuple[int, str, int, str, str]


class Reaper(threading.Thread):
    """Kills one replica after another, each service in its turn, and begins it again a little later."""

    def __init__(self, replicas: Replicas, chance: random.Random) -> None:
        super().__init__()
        self.replicas, self.chance = replicas, chance
        self.killed: list[str] = []
        self.error: BaseException | None = None
        self._ending = threading.Event()

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                for service in self.chance.sample(ALL, len(ALL)):
                    name = f"{service}/{self.chance.choice((1, 2))}"
                    self.replicas.kill(name)
                    self.killed.append(name)
                    self._ending.wait(self.chance.uniform(0.2, 0.8))
                    self.replicas.begin(name)
                    # On a busy machine that takes long: if the next died meanwhile, in the end nobody would be there.
                    while not self._ending.is_set() and not self.replicas.up(name):
                        self._ending.wait(0.1)
                    self._ending.wait(self.chance.uniform(0.2, 1.0))
                    if self._ending.is_set():
                        break
        except BaseException as error:
            self.error = error

    def end(self) -> None:
        self._ending.set()
        self.join()
        if self.error is not None:
            raise self.error


@pytest.fixture(scope="module")
def replicas(rabbit_of_module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with ExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        made = Replicas(rabbit_of_module, postgres.admin_url, tmp_path_factory.mktemp("replicas") / "data")
        stack.callback(lambda: made.kill(*list(made.children)))
        made.begin(*made.names)
        made.wait_ready()
        yield made


def log_of(replicas: Replicas, service: str) -> list[Row]:
    connection = psycopg2.connect(replicas.databases[service])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT position, stream, version, name, body FROM events ORDER BY position")
            return list(cursor.fetchall())
    finally:
        connection.close()


def prove_log(service: str, log: list[Row]) -> None:
    """Gapless, every stream contiguous, every command in one piece: none was carried out a second time."""
    assert [position for position, *_ in log] == list(range(1, len(log) + 1)), service
    versions: dict[str, int] = defaultdict(int)
    for _, stream, version, *_ in log:
        versions[stream] += 1
        assert version == versions[stream], (service, stream)
    recorded = [from_wire(to_wire(service, *row)) for row in log]
    pieces = [command for command, _ in itertools.groupby(one.meta.command_id for one in recorded)]
    assert len(pieces) == len(set(pieces)), f"a command of {service} was carried out twice"


def newcomer(told: Steps) -> Steps:
    """Somebody whose filing is submitted. The reply to a confirmed phone is a session, which is never given a second time: where a
    gateway dies before it has said so, that person waits a minute for another code, and here somebody else comes.
    """
    while True:
        try:
            return submitted(employee(told))
        except client.StepFailed as failed:
            if "code_not_sent" not in str(failed):
                raise


def prove_answers(answers: list[tuple[str, dict[str, Any]]], logs: dict[str, list[Row]]) -> None:
    """What a client was told is what happened."""
    assert len(answers) > 30
    for where, said in answers:
        service, _, position = where.partition(":")
        at, stream, version, *_ = logs[service][int(position) - 1]
        if {"id", "version"} <= said.keys():
            assert (at, stream.split("-", 1)[1], version) == (int(position), said["id"], said["version"]), where


def prove_view(url: str, view: View, logs: dict[str, list[Row]]) -> None:
    """Caught up, and equal by hash, table by table, to what its handlers make of the whole logs."""
    heads = {source: len(logs[source]) for source in view.sources()}

    def reached() -> dict[str, int]:
        with database.cursor() as cursor:
            cursor.execute(f'SELECT source, position FROM "{view.name}".position')
            return dict(cursor.fetchall())

    database = Database(url)
    try:
        eventually(lambda: reached() == heads, why=lambda: (view.name, reached(), heads))
        with database.transaction() as cursor:
            live = hashes(cursor, view.name)
            view.make(cursor, f"{view.name}__proof")
            view.apply(cursor, [from_wire(to_wire(source, *row)) for source in heads for row in logs[source]])
            cursor.execute(view.indexes or "SELECT")  # as a rebuild does: columns that are copied are filled then
            anew = hashes(cursor, f"{view.name}__proof")
            cursor.execute(f'DROP SCHEMA "{view.name}__proof" CASCADE')
    finally:
        database.close()
    assert live == anew, view.name
    assert any(live.values()), f"{view.name} is empty"


def hashes(cursor: Any, schema: str) -> dict[str, str]:
    """Of each table's rows."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'position'", [schema])
    found = {}
    for (table,) in cursor.fetchall():
        rows = f'SELECT t::text COLLATE "C" AS line FROM "{schema}"."{table}" t'
        cursor.execute(f"SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM ({rows}) AS all_rows")
        found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", range(int(os.environ.get("TESTS_SEEDS", "1"))))
def test_nobody_notices_and_nothing_happens_twice(
    replicas: Replicas, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InsistentApi, "gateways", replicas.urls)
    monkeypatch.setattr(InsistentApi, "answers", [])
    monkeypatch.setattr(steps, "Api", InsistentApi)
    monkeypatch.setattr(client, "Api", InsistentApi)
    told = Steps(replicas.urls[0], replicas.operator_password)
    told.authorities()
    told.enterprise_registered()
    told.enterprise_authenticated()
    reaper = Reaper(replicas, random.Random(seed))
    reaper.start()
    try:
        people = [newcomer(told)]
        while {name.split("/")[0] for name in reaper.killed} != set(ALL):
            people.append(newcomer(told))
        for one in people:
            for stage in ("acceptance", "preliminary", "second"):
                one.passed(stage)
            one.province.post(f"/cases/{one.case_id}/publicity")
        people[0].publicity_over()
        for one in people:
            client.wait_for("publicity over", lambda one=one: one._case_status() == "publicity_ended" or None)  # type: ignore[misc]
            one.announced()
        certificates = [one.certificate() for one in people]
        assert all(one.document(row).startswith(b"%PDF-") for one, row in zip(people, certificates, strict=True))
    finally:
        reaper.end()
    replicas.wait_ready()
    logs = {service: log_of(replicas, service) for service in LOGS}
    for service, log in logs.items():
        prove_log(service, log)
    prove_answers(InsistentApi.answers, logs)
    granted = [row for row in logs["certificate"] if row[3].startswith("certificate.CredentialGranted.")]
    assert len(granted) >= len(people) and len({row["credential_id"] for row in certificates}) == len(people)
    for view in VIEWS.values():
        prove_view(replicas.databases["query"], view, logs)
