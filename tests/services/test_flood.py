"""Far more commands than can be carried out: the surplus is told to come again, nothing breaks, and nobody is told wrongly.

One process a service, with RabbitMQ and PostgreSQL; a thousand connections at once.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlparse, urlsplit
from uuid import uuid4

import psutil
import psycopg2
import pytest
import requests

from contracts.message import derived_id
from demo.product import services
from demo.steps import MATTER, Steps
from tests.services.flood import Reply, allow, flood

CONNECTIONS = 1000
STALL = 6.0
"""Less than a call may take, and far more than it takes a busy machine to turn a thousand away."""
pytestmark = pytest.mark.timeout(300)


class Product:
    """A running product, an enterprise with some drafts, and a look into filing's log."""

    def __init__(self, url: str, password: str, admin_url: str) -> None:
        parts = urlsplit(url)
        self.url, self.floods = url, 0
        self.address = (str(parts.hostname), int(parts.port or 80))
        self.database = urlparse(admin_url)._replace(path="/zhuce_filing").geturl()
        steps = Steps(url, password)
        steps.enterprise_registered()
        self.enterprise = steps.enterprise
        self.header = str(steps.enterprise.http.headers["Authorization"])
        self.account = str(steps.enterprise.get("/session")["actor"]["account_id"])
        self.drafts = [str(steps.enterprise.post("/filings", {"matter": MATTER})["id"]) for _ in range(20)]

    def flooded(self, connections: int = CONNECTIONS) -> dict[str, Reply]:
        """The reply to each command, by the command's id. No two save the same form."""
        asked, ids = [], []
        self.floods += 1
        for number in range(connections):
            key, path = str(uuid4()), f"/api/v1/filings/{self.drafts[number % len(self.drafts)]}/form"
            body = json.dumps({"specialty": "building", "compulsory_hours": number % 1000, "elective_hours": self.floods})
            head = (
                f"PATCH {path} HTTP/1.1\r\nHost: zhuce.test\r\nConnection: close\r\nAuthorization: {self.header}\r\n"
                f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            asked.append((head + body).encode())
            ids.append(str(derived_id("command", self.account, "PATCH", path, key)))
        return dict(zip(ids, flood(self.address, asked), strict=True))

    def recorded(self) -> list[str]:
        """The command of every saved form in the log."""
        connection = psycopg2.connect(self.database)
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM events WHERE name = 'filing.FormFilled.v1' ORDER BY position")
            found = [json.loads(body)["meta"]["command_id"] for (body,) in cursor.fetchall()]
        connection.close()
        return found

    @contextmanager
    def stalled(self, seconds: float) -> Iterator[None]:
        """Nothing can be appended for so long."""
        connection = psycopg2.connect(self.database)
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE events IN EXCLUSIVE MODE")
            timer = threading.Timer(seconds, connection.rollback)
            timer.start()
            try:
                yield
            finally:
                timer.join()
                connection.close()

    def gateway(self) -> psutil.Process:
        """Its process."""
        children = psutil.Process().children(recursive=True)
        return next(one for one in children if one.cmdline()[-2:] == ["deploy.run", "gateway"])

    def proven(self, replies: dict[str, Reply], before: int) -> list[Reply]:
        """Exactly those that were accepted are in the log, once; the others were told to come again. The accepted ones."""
        accepted = {id for id, reply in replies.items() if reply.status == 200}
        others = [reply for reply in replies.values() if reply.status != 200]
        assert all(reply.turned_away for reply in others), [one for one in others if not one.turned_away][:3]
        recorded = self.recorded()[before:]
        assert len(recorded) == len(set(recorded))
        assert set(recorded) == accepted
        return [replies[id] for id in accepted]


@pytest.fixture(scope="module")
def running(
    rabbit_of_module: str, own_postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    allow(CONNECTIONS + 400)  # the gateway inherits it
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AMQP_URI", rabbit_of_module)
        environment.setenv("DATABASE_URL", own_postgres)
        with services(tmp_path_factory.mktemp("flood") / "data", lambda words: None, port=0) as product:
            yield Product(product.url, product.operator_password, own_postgres)


def test_a_flood_is_told_to_come_again_and_what_was_accepted_is_there(running: Product) -> None:
    running.flooded(200)  # what is made once is made now
    before, held = len(running.recorded()), running.gateway().memory_info().rss
    for _ in range(3):
        replies = running.flooded()
        accepted = running.proven(replies, before)
        assert len(accepted) >= 64 and len(accepted) < CONNECTIONS, "a flood it was not"
        before += len(accepted)
    # The process is a fork: pages that it shared and touches now count as its own.
    assert running.gateway().memory_info().rss - held < 80 * 2**20
    assert running.enterprise.send("GET", "/session").status_code == 200


def test_a_database_that_stands_still_holds_up_only_those_who_were_let_in(running: Product) -> None:
    before = len(running.recorded())
    with running.stalled(STALL):
        alive: list[float] = []
        watcher = threading.Timer(0.5, lambda: alive.append(_asked(f"{running.url}/health/live")))
        watcher.start()
        replies = running.flooded()
        watcher.join()
    accepted = running.proven(replies, before)
    others = [reply for reply in replies.values() if reply.turned_away]
    assert 1 <= len(accepted) <= 64, "as many as there are permits, and they waited"
    assert max(reply.seconds for reply in accepted) > STALL / 2
    assert sorted(reply.seconds for reply in others)[len(others) // 2] < STALL, "the surplus is told at once"
    assert alive and alive[0] < STALL
    # and then it goes on as if nothing had been
    body = {"specialty": "building", "compulsory_hours": 1, "elective_hours": 500}
    reply = running.enterprise.send("PATCH", f"/filings/{running.drafts[0]}/form", json=body)
    assert reply.status_code == 200 and reply.elapsed.total_seconds() < STALL


def _asked(url: str) -> float:
    began = time.monotonic()
    assert requests.get(url, timeout=30).status_code == 200
    return time.monotonic() - began
