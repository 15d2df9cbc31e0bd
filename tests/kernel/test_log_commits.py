"""What is committed with a command's events, or not at all: claims, followed positions; and what a failure may not harm."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import psycopg2
import pytest

from contracts.errors import Refused
from contracts.message import Accepted
from services.kernel.append import Append, AppendFailed
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from tests.kernel.commands import at_once, open_log, send
from tests.kernel.toy_domain import COUNTER


class TestClaims:
    def test_are_held_by_one_stream(self, log: EventLog) -> None:
        send(log, "a", label="x")
        with pytest.raises(Refused) as refused:
            send(log, "b", label="x")
        assert refused.value.code == "label_taken"
        assert log.holder("label", "x") == "a"
        assert log.head() == 1 and log.load(COUNTER, "b").version == 0

    def test_may_be_taken_again_by_their_holder(self, log: EventLog) -> None:
        send(log, "a", label="x", by=1)
        assert send(log, "a", label="x", by=2).version == 2

    def test_are_given_back(self, log: EventLog) -> None:
        send(log, "a", label="x")
        send(log, "a", label="", by=2)
        assert log.holder("label", "x") is None
        send(log, "b", label="x")
        assert log.holder("label", "x") == "b"

    def test_are_found_by_how_they_begin(self, log: EventLog) -> None:
        for key, label in (("a", "x_1"), ("b", "x%2"), ("c", "y")):
            send(log, key, label=label)
        assert log.holders("label", "x") == ["b", "a"]
        assert log.holders("label", "x%") == ["b"] and log.holders("label", "x_") == ["a"]

    def test_wanted_by_many_go_to_one(self, log: EventLog) -> None:
        """Six streams that want the same claim at the same moment."""
        outcomes = at_once([lambda key=key: send(log, key, label="x") for key in "abcdef"])  # type: ignore[misc]
        winners = [o for o in outcomes if isinstance(o, Accepted)]
        assert [w.id for w in winners] == [log.holder("label", "x")]
        assert log.head() == 1


class TestAReactionsPosition:
    def test_is_committed_with_its_events(self, log: EventLog) -> None:
        send(log, "a", followed=("f", 7))
        assert log.recorder.max_tracking_id("f") == 7

    def test_is_not_moved_by_a_refusal(self, log: EventLog) -> None:
        with pytest.raises(Refused):
            send(log, "a", by=-1, followed=("f", 7))
        assert log.recorder.max_tracking_id("f") is None

    def test_moves_when_nothing_happens_and_when_it_happened_before(self, log: EventLog) -> None:
        send(log, "a", by=0, followed=("f", 1))
        assert log.recorder.max_tracking_id("f") == 1
        send(log, "a", command_id="same")
        send(log, "a", command_id="same", followed=("f", 2))
        assert log.recorder.max_tracking_id("f") == 2
        assert log.head() == 1

    def test_passed_by_another_undoes_the_events(self, log: EventLog) -> None:
        log.mark(("f", 7))
        with pytest.raises(AppendFailed) as failed:
            send(log, "a", followed=("f", 7))
        assert failed.value.reason == "followed"
        assert log.head() == 0


class TestAPoisonedAppend:
    def test_harms_no_other(self, log: EventLog) -> None:
        """More of them than the pool has connections, among good ones that want the same stream and the same lock."""

        def poisoned(n: int) -> str:
            with contextlib.suppress(ValueError):
                send(log, "a", label=f"\0{n}")
            try:
                log.recorder.append(Append([(f"counter-p{n}", 1, None, "{}")]))  # type: ignore[list-item]
            except psycopg2.IntegrityError:
                return "failed"
            return "landed"

        works: list[Callable[[], Any]] = []
        for n in range(12):
            works += [lambda n=n: poisoned(n), lambda n=n: send(log, f"k{n % 3}", command_id=f"good{n}")]  # type: ignore[misc]
        outcomes = at_once(works)
        assert outcomes[::2] == ["failed"] * 12
        assert sorted(o.position for o in outcomes[1::2]) == list(range(1, 13))


Committed = tuple[int, dict[int, AppendFailed]]


class _CommitsThenLosesTheConnection(PostgresRecorder):
    lose = 0

    def append_batch(self, batch: Sequence[Append]) -> Committed:
        committed = super().append_batch(batch)
        if self.lose:
            self.lose -= 1
            raise psycopg2.OperationalError("server closed the connection unexpectedly")
        return committed


class _LosesTheConnectionThenNothing(PostgresRecorder):
    def append_batch(self, batch: Sequence[Append]) -> Committed:
        raise psycopg2.OperationalError("server closed the connection unexpectedly")


class TestALostConnection:
    def test_after_the_commit_is_told_from_one_before(self, fresh_database: str) -> None:
        log = open_log(fresh_database, _CommitsThenLosesTheConnection)
        log.recorder.lose = 1  # type: ignore[attr-defined]
        reply = send(log, "a")
        assert (reply.version, reply.position) == (1, 1)
        assert log.head() == 1
        lost = open_log(fresh_database, _LosesTheConnectionThenNothing)
        with pytest.raises(psycopg2.OperationalError):
            send(lost, "b")
        assert log.head() == 1
        assert send(log, "b").position == 2  # sent again, as a client does

    def test_of_every_idle_connection_fails_no_command(self, log: EventLog, postgres: str) -> None:
        """The database was restarted while the service had connections lying idle."""
        at_once([lambda key=key: send(log, key) for key in "abcdef"])  # type: ignore[misc]
        administrator = psycopg2.connect(postgres)
        with administrator.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()",
                [log.recorder.database.url.split("?")[0].rsplit("/", 1)[1]],
            )
            assert cursor.rowcount > 1
        administrator.close()
        assert send(log, "g").position == 7
