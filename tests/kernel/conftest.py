"""The toy services on memory:// and on RabbitMQ, and the counter's log alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.log import EventLog
from tests.kernel.commands import open_log
from tests.kernel.harness import Bench, bench


@pytest.fixture(params=["memory", "rabbit"])
def either(request: pytest.FixtureRequest, postgres: str, tmp_path: Path) -> Iterator[Bench]:
    """The toys on both transports."""
    uri = "memory://" if request.param == "memory" else request.getfixturevalue("rabbit")
    with bench(uri, postgres, tmp_path) as made:
        yield made


@pytest.fixture
def toys(rabbit: str, postgres: str, tmp_path: Path) -> Iterator[Bench]:
    """The toys as a process each, on RabbitMQ."""
    with bench(rabbit, postgres, tmp_path) as made:
        yield made


@pytest.fixture
def memory_toys(postgres: str, tmp_path: Path) -> Iterator[Bench]:
    """The toys in one process, on memory://."""
    with bench("memory://", postgres, tmp_path) as made:
        yield made


@pytest.fixture
def log(fresh_database: str) -> Iterator[EventLog]:
    made = open_log(fresh_database)
    yield made
    made.recorder.database.close()


@pytest.fixture
def replica(fresh_database: str) -> Iterator[EventLog]:
    """The same log as another process of the service has it."""
    made = open_log(fresh_database)
    yield made
    made.recorder.database.close()
