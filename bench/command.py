"""Commands a second over HTTP, as clients see them: an enterprise saves a form, and the reply says that it is kept.

The limit is an RPC to a nameko service that only says what it is told, behind the same gateway: same sessions, checks and
log line, no database. Below each case: latencies, the time from reply to the row that lists show, CPU by process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from bench.common import Bench, Case, Contestant, median, quantiles, run
from bench.product import Product, drafts, drop, product, spent

OURS, LIMIT, ALIKE = "ours", "nameko echo", "echo by our RPC"
MOST = 32
_SEEN = "SELECT position FROM filing_progress.position WHERE source = 'filing'"


def clients_of(stack: ExitStack, url: str) -> Contestant:
    """A process of HTTP clients."""
    parts = urlsplit(url)
    return stack.enter_context(Contestant("bench.contestants.http_client", str(parts.hostname), str(parts.port)))


class Field:
    """A product, and the clients that are measured with it."""

    def __init__(self, stack: ExitStack, running: Product) -> None:
        self.product = running
        self.header, self.filings = drafts(running.url, running.operator_password, MOST)
        self.clients = clients_of(stack, running.url)
        self._view = psycopg2.connect(running.databases["query"]) if running.databases else None
        if self._view is not None:
            self._view.autocommit = True

    def ask(self, what: str, clients: int, seconds: float, trace: bool = False) -> dict[str, Any]:
        """One round, with the CPU time that each process took for a reply."""
        paths = {
            OURS: [f"/api/v1/filings/{id}/form" for id in self.filings[:clients]],
            LIMIT: ["/api/v1/bench/echo"] * clients,
            ALIKE: ["/api/v1/bench/echo-ours"] * clients,
        }
        before = self.product.seconds()
        found = self.clients.ask(paths=paths[what], header=self.header, seconds=seconds, trace=trace)
        if not found["count"]:
            raise RuntimeError(f"{what}: {found['statuses']}")
        if what == OURS:
            self.caught_up()
        found["cpu"] = {name: used / found["count"] for name, used in self.product.used(before).items()}
        return found

    def caught_up(self) -> None:
        """Wait until the view shows everything, so that the next round is not billed for it."""
        if self._view is None:
            time.sleep(0.5)
            return
        head, until = self._number("filing", "SELECT coalesce(max(position), 0) FROM events"), time.monotonic() + 60
        while self._number("query", _SEEN) < head:
            if time.monotonic() > until:
                raise RuntimeError("the view does not catch up")
            time.sleep(0.02)

    def _number(self, service: str, sql: str) -> int:
        connection = self._view if service == "query" else psycopg2.connect(self.product.databases[service])
        with connection.cursor() as cursor:
            cursor.execute(sql)
            number = int(cursor.fetchone()[0])
        if service != "query":
            connection.close()
        return number

    def visible(self, clients: int, seconds: float) -> dict[str, Any]:
        """From reply to row: the view's position is looked at every two milliseconds meanwhile."""
        looks: list[tuple[float, int]] = []
        over = threading.Event()

        def look() -> None:
            while not over.is_set():
                position = self._number("query", _SEEN)
                looks.append((time.monotonic(), position))
                time.sleep(0.002)

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            found = self.ask(OURS, clients, seconds, trace=True)
        finally:
            time.sleep(0.05)
            over.set()
            watcher.join()
        waits, at = [], 0
        for told, position in sorted(found["seen"], key=lambda one: one[1]):
            while at < len(looks) and looks[at][1] < position:
                at += 1
            if at < len(looks):
                waits.append(max(0.0, looks[at][0] - told))
        return quantiles(waits)

    def measured(self, bench: Bench, clients: int) -> None:
        """One case."""
        seconds = bench.pick(2.0, 0.7)
        contestants: dict[str, Callable[[], Any]] = {
            what: partial(self.ask, what, clients, seconds) for what in (OURS, LIMIT, ALIKE)
        }
        for what in contestants:
            self.ask(what, clients, 0.5)
        results = bench.rounds(f"command c={clients}", contestants, bench.pick(7, 3))
        rate = {what: median(found, "rate") for what, found in results.items()}
        shown = self.visible(clients, seconds)
        cpu = {what: _typical([one["cpu"] for one in found]) for what, found in results.items()}
        bench.add(
            Case.of(f"command c={clients}", rate[OURS], "commands/s", limit=(LIMIT, rate[LIMIT])),
            "reply p50 / p99 ms: "
            + " · ".join(f"{what} {median(one, 'p50'):.1f} / {median(one, 'p99'):.1f}" for what, one in results.items()),
            f"reply → row that lists show, p50 / p99 ms: {shown['p50']:.1f} / {shown['p99']:.1f}",
            f"{ALIKE}: {rate[ALIKE]:,.0f} replies/s, ours is {rate[OURS] / rate[ALIKE]:.2f} times that",
            *(f"CPU ms a reply, {what}: {sum(cpu[what].values()) * 1e3:.2f} = {spent(cpu[what])}" for what in cpu),
        )


def _typical(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: sorted(one[name] for one in rounds)[len(rounds) // 2] for name in rounds[0]}


def measure(bench: Bench) -> None:
    """1, 8 and 32 clients against separate processes; 8 against the product in one process."""
    with ExitStack() as stack:
        field = Field(stack, stack.enter_context(product(bench.admin_url)))
        for clients in (1, 8, MOST):
            field.measured(bench, clients)
    _embedded(bench)


def _embedded(bench: Bench) -> None:
    """The whole product in one process, messages in memory: a line below the table."""
    import os

    from demo.product import embedded

    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = bench.admin_url
    try:
        with ExitStack() as stack:
            home = Path(stack.enter_context(TemporaryDirectory(prefix="zhuce-bench-")))
            running = stack.enter_context(embedded(home / "data", lambda _: None))
            field = Field(stack, Product(running.url, running.operator_password))
            field.ask(OURS, 8, 0.5)
            found = field.ask(OURS, 8, bench.pick(3.0, 1.0))
            told = f"{found['rate']:,.0f} commands/s, reply p50 / p99 {found['p50']:.1f} / {found['p99']:.1f} ms"
            bench.note("command c=8, embedded", told)
    finally:
        drop(bench.admin_url)
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before


if __name__ == "__main__":
    run("command", measure)
