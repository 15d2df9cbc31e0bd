"""The product as it is deployed, for benchmarks: a process a service, RabbitMQ, the run's PostgreSQL, and an echo beside it.

``BENCH_PROFILE=directory`` makes every process write there, when it ends, where its time went.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from demo.product import Child, _child, free_address, wait_ready
from demo.steps import MATTER, Steps
from deploy.postgres.databases import SERVICES, name_of, prepare
from deploy.servers import NotInstalled, RabbitServer

PROFILE = "BENCH_PROFILE"
ECHOES = ("echo", "echo_ours")


@dataclass
class Product:
    """Where it answers, an enterprise's session, and the processes whose time is counted, by name."""

    url: str
    operator_password: str
    databases: dict[str, str] = field(default_factory=dict)
    processes: dict[str, list[int]] = field(default_factory=dict)
    rabbit: RabbitServer | None = None

    def seconds(self) -> dict[str, float]:
        """CPU seconds that each has used so far, children and those of PostgreSQL that ended included."""
        return {name: sum(map(_seconds, pids)) for name, pids in self.processes.items()}

    def used(self, before: dict[str, float]) -> dict[str, float]:
        """CPU seconds since."""
        return {name: max(0.0, now - before.get(name, 0.0)) for name, now in self.seconds().items()}

    def memory(self, name: str) -> int:
        """Bytes that a process holds."""
        return sum(int(psutil.Process(pid).memory_info().rss) for pid in self.processes[name])


def _seconds(pid: int) -> float:
    """Of a process and its children; those that have ended count with their parent."""
    try:
        parent = psutil.Process(pid)
        times = [parent.cpu_times(), *(child.cpu_times() for child in parent.children(recursive=True))]
        return float(sum(one.user + one.system for one in times)) + times[0].children_user + times[0].children_system
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def product(admin_url: str, *, settings: dict[str, str] | None = None) -> Iterator[Product]:
    """One process a service and an echo, as long as the block lasts; its databases are dropped afterwards."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhuce-bench-")))
        home.chmod(0o711)
        amqp = os.environ.get("AMQP_URI")
        rabbit = None
        if not amqp:
            rabbit = stack.enter_context(_rabbit())
            amqp = rabbit.amqp_uri
        urls = stack.enter_context(_databases(admin_url))
        password = secrets.token_urlsafe(16)
        address = free_address(0)
        common = {
            **os.environ,
            "AMQP_URI": amqp,
            "ZHUCE_DATA": str(home),
            "ZHUCE_HTTP": address,
            "ZHUCE_DEVELOPMENT": "1",
            "ZHUCE_OPERATOR_PASSWORD": password,
            **(settings or {}),
        }
        children: dict[str, Child] = {}
        for name in (*SERVICES, "gateway", *ECHOES):
            environment = {**common, "DATABASE_URL": urls[name]} if name in urls else common
            module = "bench.contestants.echo" if name in ECHOES else "bench.contestants.service"
            command = [sys.executable, "-W", "ignore", "-m", module, name]
            children[name] = stack.enter_context(_child(command, environment, home / f"{name}.log"))
        url = f"http://{address}"
        wait_ready(url, list(children.values()))
        processes = {name: [child.process.pid] for name, child in children.items()}
        processes["postgres"] = [_postmaster(admin_url)]
        if rabbit is not None and rabbit._process is not None:
            processes["rabbitmq"] = [rabbit._process.pid]
        yield Product(url, password, urls, processes, rabbit)


def _rabbit() -> RabbitServer:
    if not RabbitServer.installed():
        raise NotInstalled(RabbitServer.INSTALL)
    return RabbitServer()


@contextmanager
def _databases(admin_url: str) -> Iterator[dict[str, str]]:
    try:
        yield prepare(admin_url, {name: secrets.token_urlsafe(16) for name in SERVICES})
    finally:
        drop(admin_url)


def drop(admin_url: str) -> None:
    """The product's databases, with all that is in them."""
    connection = psycopg2.connect(admin_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in SERVICES:
            cursor.execute(f"DROP DATABASE IF EXISTS {name_of(name)} WITH (FORCE)")
    connection.close()


def _postmaster(admin_url: str) -> int:
    """PostgreSQL's own process, by the process that serves a connection."""
    connection = psycopg2.connect(admin_url)
    parent = psutil.Process(connection.info.backend_pid).parent()
    connection.close()
    assert parent is not None
    return parent.pid


def drafts(url: str, operator_password: str, number: int) -> tuple[str, list[str]]:
    """An enterprise's token, and drafts of filings of its own."""
    steps = Steps(url, operator_password)
    steps.enterprise_registered()
    header = str(steps.enterprise.http.headers["Authorization"])
    made = [str(steps.enterprise.post("/filings", {"matter": MATTER})["id"]) for _ in range(number)]
    return header, made


def operator(url: str, password: str) -> str:
    """The operator's Authorization header."""
    return str(Steps(url, password).operator.http.headers["Authorization"])


def spent(counted: Any) -> str:
    """CPU milliseconds a command by process, the largest first."""
    return " · ".join(f"{name} {1e3 * value:.2f}" for name, value in sorted(counted.items(), key=lambda one: -one[1]))


