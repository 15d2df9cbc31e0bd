"""Group commit when the connection is lost or the process killed: nobody is told what is not so."""

from __future__ import annotations

import psycopg2
import pytest

from services.kernel.append import Append, AppendFailed
from tests.kernel.crowd import Crowd, Gated, Killed, crowd, outcome, recorder, row, stored

__all__ = ["crowd", "recorder"]  # fixtures

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
