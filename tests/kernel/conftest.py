"""The toy services on memory:// and on RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
