"""Commands, crashes, restarts and disturbances in any order that hypothesis thinks of, compared with a simple model.

TESTS_SEEDS=20 tries many more courses than usual, and other ones every time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from deploy.postgres.server import PostgresServer
from deploy.rabbitmq.server import RabbitServer
from tests.kernel.course import Course
from tests.kernel.harness import Bench, bench
from tests.kernel.proxy import Proxy
from tests.kernel.waiting import SEEDS

STEPS = 16


@pytest.fixture(scope="module")
def postgres_alone() -> Iterator[PostgresServer]:
    """Nobody else's tests end with it."""
    with PostgresServer() as server:
        yield server


@pytest.mark.timeout(600)
def test_any_course_ends_as_the_model_says(
    rabbit: str, rabbit_server: RabbitServer, postgres_alone: PostgresServer, tmp_path: Path
) -> None:
    courses = 0

    def begin(stack: ExitStack) -> tuple[Bench, Proxy, Proxy, tuple[RabbitServer, PostgresServer]]:
        nonlocal courses
        courses += 1
        directory = tmp_path / str(courses)
        directory.mkdir()
        toys = stack.enter_context(bench(rabbit, postgres_alone.admin_url, directory))
        broker = stack.enter_context(Proxy(rabbit))
        database = stack.enter_context(Proxy(toys.urls["counter"]))
        mirror = database.url.rpartition("/")[0] + "/" + toys.urls["mirror"].rpartition("/")[2]
        toys.through(broker.url, {"counter": database.url, "mirror": mirror})
        return toys, broker, database, (rabbit_server, postgres_alone)

    Course.begin = staticmethod(begin)
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Course,
        settings=settings(
            max_examples=2 * len(SEEDS) + 1,  # the first is as short as can be
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # to shrink a course takes hours; it is printed as it was
            suppress_health_check=list(HealthCheck),
            derandomize="TESTS_SEEDS" not in os.environ,
            print_blob=True,
        ),
    )
