"""A counter and a mirror as processes on real servers: start them, kill them, speak to them, disturb their queues."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import uuid4

import psycopg2
from kombu import Connection, Exchange, Queue

from tests.kernel.caller import Caller, NoReply
from tests.kernel.toy_process import Toy
from tests.kernel.waiting import IN_TIME, eventually

FEED = "mirror.feed.counter"
"""The queue that the mirror's followers share: a reaction's and a view's."""
FORMER = ("mirror.follows.counter", "query.totals.follows.counter")
"""The queues that they had when each had its own."""
QUEUES = ("rpc-counter", "rpc-mirror", FEED)
WITNESS = "test.witness"
RESTLESS = "services.kernel.follower:IDLE=0.02"
"""TOY_SETS: a follower asks for what comes next even while another replica is given it."""


def all_well(bench: Bench) -> None:
    """Every process that was started is the one that runs, and says, at last, that it is well."""
    for name, toy in bench.toys.items():
        assert toy.alive, toy.log.read_text()[-3000:]
        said: dict[str, Any] = {}
        eventually(lambda: said.update(toy.order(do="health")) or said["ok"], why=lambda: (name, said))  # noqa: B023


@contextmanager
def databases(postgres: str, names: Sequence[str]) -> Iterator[dict[str, str]]:
    """A fresh database for each service; URL by service name."""
    made = {name: f"t_{name}_{uuid4().hex[:10]}" for name in names}
    parts = urlparse(postgres)
    for database in made.values():
        _administer(postgres, f"CREATE DATABASE {database}")
    yield {name: urlunparse(parts._replace(path=f"/{database}")) for name, database in made.items()}
    for database in made.values():
        eventually(lambda: not _not_dropped(postgres, database), why=lambda: _not_dropped(postgres, database))  # noqa: B023


def _not_dropped(postgres: str, database: str) -> str:
    """Why it is still there: a server that a test brought down may not be back yet."""
    try:
        _administer(postgres, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    except psycopg2.OperationalError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _administer(postgres: str, sql: str) -> None:
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()


class Bench:
    """The two services, their databases and their broker."""

    def __init__(self, amqp_uri: str, urls: dict[str, str], directory: Path) -> None:
        self.amqp_uri, self.urls, self.directory = amqp_uri, urls, directory
        self.toys: dict[str, Toy] = {}
        self._local = threading.local()
        self._environment: dict[str, str] = {}
        self._witnessed: list[int] = []

    @property
    def in_memory(self) -> bool:
        return self.amqp_uri == "memory://"

    # -- processes --------------------------------------------------------------------------------------------

    def begin(self, *which: str, **environment: str) -> None:
        """Start processes and wait until they listen. ``counter`` again under another name: ``counter/2``."""
        servers = {"AMQP_URI": self.amqp_uri, "DATABASE_URLS": json.dumps(self.urls)}
        environment = {**servers, **self._environment, **environment}
        for name in which:
            self.toys[name] = Toy(name.split("/")[0], environment, self.directory / f"{name.replace('/', '-')}.log")
        for name in which:
            self.toys[name].ready()

    def through(self, amqp_uri: str, urls: dict[str, str]) -> None:
        """What is begun from now on reaches its servers this way; the tests reach them directly."""
        self._environment = {"AMQP_URI": amqp_uri, "DATABASE_URLS": json.dumps(urls)}

    def start(self, **environment: str) -> None:
        """Start both services: in one process on memory://, else in a process each."""
        self.begin(*(["both"] if self.in_memory else ["counter", "mirror"]), **environment)

    def kill(self, *which: str) -> None:
        """kill -9; all of them when none is named."""
        for name in which or list(self.toys):
            self.toys.pop(name).kill()

    def ready_in(self, queue: str) -> int:
        """How many messages wait in it for a consumer."""
        with Connection(self.amqp_uri) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    @contextmanager
    def asleep(self, which: str) -> Iterator[None]:
        """The process stands still; its connections stay open."""
        self.toys[which].process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.toys[which].process.send_signal(signal.SIGCONT)

    # -- speaking to them -------------------------------------------------------------------------------------

    def call(self, service: str, method: str, payload: Any = None, timeout: float = IN_TIME) -> Any:
        """The service's reply in its wire form; NoReply when there is none."""
        if self.in_memory:
            return {"ok": self.toys["both"].order(do="call", service=service, method=method, payload=payload)}
        if not hasattr(self._local, "caller"):
            self._local.caller = Caller(self.amqp_uri)
        return self._local.caller.call(service, method, payload, timeout)

    def insist(self, service: str, method: str, payload: Any, timeout: float = IN_TIME, patience: float = 5.0) -> Any:
        """Call until there is a reply, always with the same command id, as a client does.

        ``patience``: seconds before it is asked again; more each time, up to five.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                reply = self.call(service, method, payload, patience)
                if "ok" in reply:
                    return reply["ok"]
                problem: Any = reply
            except NoReply as none:
                problem = none
            assert time.monotonic() < deadline, f"{service}.{method}: {problem!r}"
            patience = min(patience * 1.5, 5.0)
            time.sleep(0.05)

    def health(self) -> dict[str, Any]:
        """The mirror's health by part."""
        parts: dict[str, Any] = self.insist("mirror", "health", None)["parts"]
        return parts

    # -- disturbing their queues ------------------------------------------------------------------------------

    def purge(self, queues: Sequence[str] = QUEUES) -> int:
        """Empty these queues; how many messages were thrown away."""
        if self.in_memory:
            return sum(self.toys["both"].order(do="purge", queues=list(queues)))
        thrown = 0
        with Connection(self.amqp_uri) as connection:
            for queue in queues:
                try:
                    thrown += connection.channel().queue_purge(queue)
                except connection.channel_errors:  # not made yet
                    connection.close()
        return thrown

    def delete(self, queues: Sequence[str] = QUEUES) -> None:
        """Delete these queues with their bindings."""
        with Connection(self.amqp_uri) as connection:
            for queue in queues:
                connection.channel().queue_delete(queue)

    def unbind(self, queue: str) -> None:
        """Let it get nothing more of what the counter's relay publishes."""
        with Connection(self.amqp_uri) as connection:
            connection.channel().queue_unbind(queue, "counter.events", "#")

    def consumers(self, queue: str) -> int:
        """How many consume this queue; 0 when there is no such queue."""
        with Connection(self.amqp_uri) as connection:
            try:
                return int(connection.channel().queue_declare(queue, passive=True).consumer_count)
            except connection.channel_errors:
                return 0

    def witness(self) -> None:
        """From now on, keep whatever the relay publishes in a queue that nobody consumes or purges."""
        with Connection(self.amqp_uri) as connection:
            exchange = Exchange("counter.events", type="topic", durable=True)
            Queue(WITNESS, exchange, "#", durable=True)(connection.channel()).declare()

    def witnessed(self) -> list[int]:
        """The positions that the relay published since there is a witness, as they came."""
        with Connection(self.amqp_uri) as connection:
            queue = Queue(WITNESS, no_declare=True)(connection.channel())
            while (message := queue.get(no_ack=True)) is not None:
                self._witnessed.append(message.payload["position"])
        return list(self._witnessed)

    def inject(self, queue: str, messages: Sequence[Any]) -> None:
        """Put messages into a queue as if the broker delivered them."""
        if self.in_memory:
            self.toys["both"].order(do="inject", queue=queue, messages=list(messages))
            return
        with Connection(self.amqp_uri) as connection:
            producer = connection.Producer(serializer="json")
            for body in messages:
                producer.publish(body, exchange="", routing_key=queue)


@contextmanager
def bench(amqp_uri: str, postgres: str, directory: Path) -> Iterator[Bench]:
    """Two fresh databases and no process yet; every process is gone afterwards."""
    with databases(postgres, ["counter", "mirror"]) as urls:
        made = Bench(amqp_uri, urls, directory)
        try:
            yield made
        finally:
            made.kill()
