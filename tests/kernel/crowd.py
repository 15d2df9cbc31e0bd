"""Many who append at once through one writer, on a recorder whose commits a test holds back or lets fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from services.kernel.append import Append, AppendFailed
from services.kernel.database import Database
from services.kernel.recorder import PostgresRecorder

Committed = tuple[int, dict[int, AppendFailed]]


class Killed(BaseException):
    """What ends a thread from outside: eventlet's time-out and kill are of this kind too."""


class Gated(PostgresRecorder):
    """Stands still before each commit until it is let through; ``then`` happens once the next one is done."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.gate = threading.Semaphore(0)
        self.arrived = threading.Semaphore(0)
        self.sizes: list[int] = []
        self.before: list[BaseException] = []
        self.after: list[BaseException] = []

    def append_batch(self, batch: Sequence[Append]) -> Committed:
        self.sizes.append(len(batch))
        self.arrived.release()
        assert self.gate.acquire(timeout=60)
        if self.before:
            raise self.before.pop()
        committed = super().append_batch(batch)
        if self.after:
            raise self.after.pop()
        return committed


def row(stream: str, version: int, body: str = "{}") -> tuple[str, int, str, str]:
    return stream, version, "counter.Incremented.v1", body


class Crowd:
    """Appends from threads of their own, entered one after the other while the first is held at the gate."""

    def __init__(self, recorder: Gated) -> None:
        self.recorder = recorder
        self.pool = ThreadPoolExecutor(64)

    def enter(self, *appends: Append) -> list[Future[int]]:
        entered = []
        for append in appends:
            writer = self.recorder.writer
            before = len(writer._waiting) + len(writer._batch)
            future = self.pool.submit(self.recorder.append, append)
            until = time.monotonic() + 10
            while not future.done() and len(writer._waiting) + len(writer._batch) == before:
                assert time.monotonic() < until
                time.sleep(0.001)
            entered.append(future)
        return entered

    def held(self, append: Append) -> Future[int]:
        """The first, until ``through``."""
        (future,) = self.enter(append)
        assert self.recorder.arrived.acquire(timeout=60)
        return future

    def through(self) -> None:
        """From now on nobody is held."""
        for _ in range(1000):
            self.recorder.gate.release()


@pytest.fixture
def recorder(fresh_database: str) -> Iterator[Gated]:
    made = Gated(Database(fresh_database))
    made.create_tables()
    yield made
    made.close()
    made.database.close()


@pytest.fixture
def crowd(recorder: Gated) -> Iterator[Crowd]:
    made = Crowd(recorder)
    yield made
    made.through()
    made.pool.shutdown()


def outcome(future: Future[int]) -> Any:
    try:
        return future.result(20)
    except AppendFailed as failed:
        return failed.reason
    except Exception as error:
        return type(error)


def stored(recorder: PostgresRecorder) -> list[tuple[int, str, int]]:
    return [(position, stream, version) for position, stream, version, *_ in recorder.page(0, 10_000)]
