"""Group commit: who waits together is committed together, and nobody's failure is another's."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest

from contracts.decider import Claim
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


class TestWhoWaits:
    def test_is_committed_together(self, recorder: Gated, crowd: Crowd) -> None:
        first = crowd.held(Append([row("a-0", 1)]))
        others = crowd.enter(*(Append([row(f"a-{n}", 1), row(f"a-{n}", 2)]) for n in range(1, 31)))
        crowd.through()
        assert outcome(first) == 1
        assert [outcome(other) for other in others] == [1 + 2 * n for n in range(1, 31)]
        assert recorder.sizes == [1, 30]
        assert (recorder.writer.batches, recorder.writer.appends) == (2, 31)

    def test_for_the_same_stream_follows_the_one_before(self, recorder: Gated, crowd: Crowd) -> None:
        first = crowd.held(Append([row("a", 1)]))
        chain = crowd.enter(Append([row("a", 2), row("a", 3)]), Append([row("a", 4)]))
        (rival,) = crowd.enter(Append([row("a", 4)]))
        with pytest.raises(AppendFailed) as refused:
            rival.result(10)
        assert (refused.value.reason, refused.value.actual) == ("conflict", 4), "told before anything is written"
        crowd.through()
        assert [outcome(f) for f in (first, *chain)] == [1, 3, 4]
        assert recorder.sizes == [1, 2]

    def test_keeps_its_order_when_it_may_not_share_a_transaction(self, recorder: Gated, crowd: Crowd) -> None:
        """Two that want one claim, or are one command: the second is committed after the first, and told why not."""
        first = crowd.held(Append([row("z", 1)]))
        appends = [
            Append([row("a", 1)], claims=[("a", Claim("name", "x", "taken"))]),
            Append([row("b", 1)], claims=[("b", Claim("name", "x", "taken"))]),
            Append([row("c", 1)], ("id", "f", "c", 1)),
            Append([row("d", 1)], ("id", "f", "d", 1)),
            Append([row("e", 1)], followed=("s", 5)),
            Append([row("f", 1)], followed=("s", 5)),
        ]
        others = crowd.enter(*appends)
        crowd.through()
        assert [outcome(f) for f in (first, *others)] == [1, 2, "claimed", 3, "handled", 4, "followed"]

    def test_a_claim_given_back_in_the_same_moment_can_be_taken(self, recorder: Gated, crowd: Crowd) -> None:
        crowd.through()
        recorder.append(Append([row("a", 1)], claims=[("a", Claim("name", "x", "taken"))]))
        recorder.append(Append([row("a", 2)], releases=[("a", "name")], claims=[("a", Claim("name", "y", "taken"))]))
        recorder.append(Append([row("b", 1)], claims=[("b", Claim("name", "x", "taken"))] * 2))
        with pytest.raises(AppendFailed, match="taken"):
            recorder.append(Append([row("c", 1)], claims=[("c", Claim("name", "y", "taken"))]))


class TestAFailure:
    def test_fails_what_was_to_follow_it(self, recorder: Gated, crowd: Crowd) -> None:
        claimed = Append([row("b", 1)], claims=[("b", Claim("name", "x", "taken"))])
        first = crowd.held(Append([row("a", 1)], claims=[("a", Claim("name", "x", "taken"))]))
        refused, follower = crowd.enter(claimed, Append([row("b", 2), row("c", 1)]))
        further, bystander = crowd.enter(Append([row("c", 2)]), Append([row("d", 1)]))
        crowd.through()
        futures = (first, refused, follower, further, bystander)
        assert [outcome(f) for f in futures] == [1, "claimed", "conflict", "conflict", 2]
        assert stored(recorder) == [(1, "a", 1), (2, "d", 1)]

    def test_fails_a_long_chain(self, recorder: Gated, crowd: Crowd) -> None:
        crowd.through()
        recorder.append(Append([row("a", 1)]))
        outcomes = recorder.writer.append_all([Append([row("a", n)]) for n in range(1, 1500)])
        assert {str(outcome) for outcome in outcomes} == {str(AppendFailed("conflict")), str(AppendFailed("conflict", "1"))}
        assert recorder.append(Append([row("a", 2)])) == 2

    @pytest.mark.parametrize("poison", [None, "\0"], ids=["null", "nul"])
    def test_of_one_that_the_database_cannot_take_harms_no_neighbour(
        self, recorder: Gated, crowd: Crowd, poison: Any
    ) -> None:
        first = crowd.held(Append([row("a", 1)]))
        good = [Append([row(f"g-{n}", 1)]) for n in range(6)]
        futures = crowd.enter(*good[:3], Append([row("bad", 1, poison)]), Append([row("bad", 2)]), *good[3:])
        crowd.through()
        assert outcome(first) == 1
        outcomes = [outcome(f) for f in futures]
        assert outcomes[3] in (psycopg2.errors.NotNullViolation, ValueError)
        assert outcomes[4] == "conflict"
        assert sorted(outcomes[:3] + outcomes[5:]) == list(range(2, 8))
        assert len(stored(recorder)) == 7

    def test_leaves_no_gap_in_a_stream(self, recorder: Gated, crowd: Crowd) -> None:
        crowd.through()
        for append in (Append([row("a", 2)]), Append([row("a", 1), row("b", 4)])):
            with pytest.raises(AppendFailed) as failed:
                recorder.append(append)
            assert failed.value.actual == 0
        with pytest.raises(psycopg2.IntegrityError):  # no rival's doing: it is wrong in itself
            recorder.append(Append([row("a", 1), row("a", 3)]))
        assert stored(recorder) == []

    def test_says_which_version_the_stream_has(self, recorder: Gated, crowd: Crowd) -> None:
        crowd.through()
        recorder.append(Append([row("a", 1), row("a", 2)]))
        for append in (Append([row("a", 2)]), Append([row("a", 1)], followed=("s", 1)), Append([row("b", 1), row("a", 1)])):
            with pytest.raises(AppendFailed) as failed:
                recorder.append(append)
            assert (failed.value.reason, failed.value.actual) == ("conflict", 2)
        assert recorder.max_tracking_id("s") is None


LOST = psycopg2.OperationalError("server closed the connection unexpectedly")


class TestALostConnection:
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_during_a_commit_loses_nothing_and_doubles_nothing(self, recorder: Gated, crowd: Crowd, when: str) -> None:
        first = crowd.held(Append([row("a", 1)]))
        appends = [Append([row("b", 1)]), Append([row("b", 2)], ("id", "f", "b", 2)), Append([], followed=("s", 7))]
        futures = crowd.enter(*appends)
        recorder.gate.release()
        assert outcome(first) == 1
        assert recorder.arrived.acquire(timeout=60)
        getattr(recorder, when).append(LOST)
        crowd.through()
        # A command that may have been committed is looked up by its sender, who gets the first reply.
        assert [outcome(f) for f in futures] == [2, 3 if when == "before" else "handled", 0]
        assert stored(recorder) == [(1, "a", 1), (2, "b", 1), (3, "b", 2)]
        assert recorder.max_tracking_id("s") == 7

    def test_that_stays_away_is_told_to_all(self, recorder: Gated, crowd: Crowd) -> None:
        first = crowd.held(Append([row("a", 1)]))
        futures = crowd.enter(Append([row("b", 1)]), Append([row("c", 1)]))
        recorder.before += [LOST, LOST]
        crowd.through()
        outcomes = [outcome(first), *map(outcome, futures)]
        assert outcomes == [psycopg2.OperationalError, 1, 2]

    def test_of_a_server_that_went_away_while_nobody_wrote_fails_nobody(self, recorder: Gated, crowd: Crowd) -> None:
        crowd.through()
        recorder.append(Append([row("a", 1)]))
        with recorder.database.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.rowcount
        assert recorder.append(Append([row("a", 2)])) == 2


class TestAWriterThatIsKilled:
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_leaves_the_others_to_the_next(self, recorder: Gated, crowd: Crowd, when: str) -> None:
        first = crowd.held(Append([row("a", 1)]))
        leader, *others = crowd.enter(*(Append([row(f"b-{n}", 1)]) for n in range(5)))
        recorder.gate.release()
        assert outcome(first) == 1
        assert recorder.arrived.acquire(timeout=60)
        getattr(recorder, when).append(Killed())
        crowd.through()
        with pytest.raises(Killed):
            leader.result(10)
        assert sorted(outcome(f) for f in others) == [3, 4, 5, 6]
        assert len(stored(recorder)) == 6, "its own append went on, and no other was doubled"
        assert recorder.append(Append([row("b-0", 2)])) == 7

    def test_alone_leaves_nobody_waiting(self, recorder: Gated, crowd: Crowd) -> None:
        first = crowd.held(Append([row("a", 1)]))
        recorder.before.append(Killed())
        crowd.through()
        with pytest.raises(Killed):
            first.result(10)
        assert outcome(crowd.pool.submit(recorder.append, Append([row("b", 1)]))) in (1, 2)
        assert sorted(stream for _, stream, _ in stored(recorder)) == ["a", "b"]

    def test_alone_does_not_close_its_stream(self, recorder: Gated, crowd: Crowd) -> None:
        """Who comes next to the same stream is told of what was left, and writes it."""
        first = crowd.held(Append([row("a", 1)]))
        recorder.before.append(Killed())
        crowd.through()
        with pytest.raises(Killed):
            first.result(10)
        with pytest.raises(AppendFailed) as refused:
            recorder.append(Append([row("a", 1)]))
        assert (refused.value.reason, refused.value.actual) == ("conflict", 1)
        assert recorder.append(Append([row("a", 2)])) == 2


def rivals(recorder: PostgresRecorder, chance: random.Random, streams: int, landed: list[tuple[int, str, int]]) -> None:
    """Append to streams that others append to as well, on whatever version is said to be the actual one."""
    for turn in range(40):
        stream, version = f"s-{chance.randrange(streams)}", 0
        while True:
            size = chance.randint(1, 3)
            rows = [row(stream, version + n) for n in range(1, size + 1)]
            try:
                position = recorder.append(Append(rows, (f"{id(chance)}-{turn}", "f", stream, version + size)))
            except AppendFailed as failed:
                assert failed.reason == "conflict"
                version = failed.actual if failed.actual is not None else version
                continue
            landed += [(position - size + n, stream, version + n) for n in range(1, size + 1)]
            break


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_of_rivals_in_two_processes_worth_of_writers(fresh_database: str, seed: int) -> None:
    """Every append that was said to have landed is there, where it was said to be, and no other."""
    replicas = [PostgresRecorder(Database(fresh_database)) for _ in range(2)]
    replicas[0].create_tables()
    landed: list[tuple[int, str, int]] = []
    with ThreadPoolExecutor(12) as pool:
        works: list[Callable[[], None]] = [
            lambda n=n: rivals(replicas[n % 2], random.Random(f"{seed}-{n}"), 3, landed)  # type: ignore[misc]
            for n in range(12)
        ]
        for future in [pool.submit(work) for work in works]:
            future.result(60)
    assert sorted(landed) == stored(replicas[0])
    assert [position for position, *_ in sorted(landed)] == list(range(1, len(landed) + 1))
    for stream in {stream for _, stream, _ in landed}:
        versions = [version for _, of, version in sorted(landed) if of == stream]
        assert versions == list(range(1, len(versions) + 1))
    assert replicas[0].writer.appends > replicas[0].writer.batches, "nothing was ever committed together"
    for replica in replicas:
        replica.close()
        replica.database.close()
