"""5,000 rows of an authority's list in one request: events appended a second, from the first byte sent to the reply.

The limit is the same 5,000 events in one INSERT, already made, in one transaction. Below: how long others wait meanwhile,
who ask for something small of the same service.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from stdnum.cn import ric

from bench.common import Bench, Case, median, quantiles, run
from bench.product import Product, operator, product, spent
from demo.steps import Steps

ROWS = 5000
OURS, LIMIT = "ours", "one INSERT"
_TABLE = """
    CREATE TABLE IF NOT EXISTS rows (position bigint PRIMARY KEY, stream text NOT NULL, version int NOT NULL,
                                     name text NOT NULL, body text NOT NULL, UNIQUE (stream, version))"""
_INSERT = """
    INSERT INTO rows SELECT (SELECT coalesce(max(position), 0) FROM rows) + n, s, v, e, b
    FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[]) WITH ORDINALITY AS t(s, v, e, b, n)"""


def rows(first: int) -> list[dict[str, Any]]:
    """So many rows that were never loaded: each of another person."""
    made = []
    for number in range(first, first + ROWS):
        body = f"43010219{70 + number // 336_000:02d}{number // 28_000 % 12 + 1:02d}{number // 1000 % 28 + 1:02d}{number % 1000:03d}"
        made.append(
            {
                "number": f"ZG43{number:08d}",
                "resident_id": body + str(ric.calc_check_digit(body + "0")),
                "name": "张伟明",
                "credential": "constructor-2",
                "specialty": "building",
                "passed_year": 2025,
                "obtained_on": "2025-03-01",
            }
        )
    return made


class Field:
    """A product, an operator who loads lists, and somebody who asks for something small."""

    def __init__(self, running: Product, limit_url: str) -> None:
        self.product = running
        self.header = operator(running.url, running.operator_password)
        steps = Steps(running.url, running.operator_password)
        steps.enterprise_registered()
        self.small = (f"/api/v1/enterprises/{steps.enterprise_id}", str(steps.enterprise.http.headers["Authorization"]))
        self.first = 0
        self.limit = psycopg2.connect(limit_url)
        self.limit.autocommit = True
        with self.limit.cursor() as cursor:
            cursor.execute(_TABLE)
        self.events: list[Any] = []

    def connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.product.url)
        return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=120)

    def another(self) -> bytes:
        """A list that was never loaded."""
        self.first += ROWS
        return json.dumps({"items": rows(self.first)}, ensure_ascii=False).encode()

    def load(self, body: bytes | None = None) -> dict[str, Any]:
        """One request."""
        body = body or self.another()
        connection = self.connection()
        connection.connect()
        before, head = self.product.seconds(), self.head()
        begin = time.perf_counter()
        headers = {"Authorization": self.header, "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/qualification-lists", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        took = time.perf_counter() - begin
        connection.close()
        if answer.get("loaded") != ROWS or self.head() - head != ROWS:
            raise RuntimeError(f"{response.status}: {str(answer)[:500]}")
        cpu = {name: used / ROWS for name, used in self.product.used(before).items()}
        return {"rate": ROWS / took, "seconds": took, "cpu": cpu}

    def head(self) -> int:
        """The last position of identity's log."""
        return int(self._events("SELECT max(position) FROM events")[0][0])

    def _events(self, sql: str) -> list[Any]:
        connection = psycopg2.connect(self.product.databases["identity"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def insert(self) -> dict[str, Any]:
        """The events of a list, as they are in the log."""
        if not self.events:
            last = "SELECT stream, version, name, body FROM events WHERE stream LIKE 'qualification-%%' LIMIT "
            self.events = list(map(list, zip(*self._events(f"{last.replace('%%', '%')}{ROWS}"), strict=True)))
        with self.limit.cursor() as cursor:
            cursor.execute("TRUNCATE rows")
            begin = time.perf_counter()
            cursor.execute(_INSERT, self.events)
            return {"rate": ROWS / (time.perf_counter() - begin)}

    def meanwhile(self, seconds: float = 0.0) -> dict[str, Any]:
        """Small questions while a list is loaded; or for so many seconds while nothing is."""
        waits: list[float] = []
        over = threading.Event()
        body = self.another()

        def ask() -> None:
            connection = self.connection()
            while not over.is_set():
                begin = time.perf_counter()
                connection.request("GET", self.small[0], headers={"Authorization": self.small[1]})
                response = connection.getresponse()
                response.read()
                assert response.status == 200, response.status
                waits.append(time.perf_counter() - begin)
                time.sleep(0.002)

        asker = threading.Thread(target=ask)
        asker.start()
        try:
            if seconds:
                time.sleep(seconds)
            else:
                self.load(body)
        finally:
            over.set()
            asker.join()
        return {**quantiles(waits), "most": 1e3 * max(waits)}


def measure(bench: Bench) -> None:
    """The case, and who waits meanwhile."""
    with ExitStack() as stack:
        url = stack.enter_context(bench.database("batch"))
        field = Field(stack.enter_context(product(bench.admin_url)), url)
        field.load()
        field.insert()
        results = bench.rounds("batch 5000", {OURS: field.load, LIMIT: field.insert}, bench.pick(7, 2))
        rate = {what: median(found, "rate") for what, found in results.items()}
        alone, beside = field.meanwhile(1.0), [field.meanwhile() for _ in range(bench.pick(3, 1))]
        cpu = {name: median([one["cpu"] for one in results[OURS]], name) for name in results[OURS][0]["cpu"]}
        field.limit.close()
        bench.add(
            Case.of("batch 5000", rate[OURS], "appends/s", limit=(LIMIT, rate[LIMIT])),
            f"a request took {median(results[OURS], 'seconds'):.2f} s",
            f"somebody else's small question, p50 / p99 / most ms: {alone['p50']:.1f} / {alone['p99']:.1f} / {alone['most']:.1f}"
            f" alone, {median(beside, 'p50'):.1f} / {median(beside, 'p99'):.1f} / {median(beside, 'most'):.1f} meanwhile",
            f"CPU ms a row: {sum(cpu.values()) * 1e3:.2f} = {spent(cpu)}",
        )


if __name__ == "__main__":
    run("batch", measure)
