"""A command is carried out once, by the rules, on fresh state, or not at all: the log on real PostgreSQL."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest

from contracts.errors import Refused, Stale
from contracts.message import Accepted, Actor
from services.kernel.append import Append, AppendFailed
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from tests.kernel.toy_domain import COUNTER, Increment


def open_log(url: str, recorder: type[PostgresRecorder] = PostgresRecorder) -> EventLog:
    made = recorder(Database(url))
    made.create_tables()
    return EventLog("counter", made)


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


def send(log: EventLog, key: str, by: int = 1, label: str | None = None, **about: Any) -> Accepted:
    followed = about.pop("followed", None)
    about.setdefault("command_id", f"{key}-{by}-{label}")
    return log.handle(COUNTER, key, Increment(counter_id=key, by=by, label=label, meta=meta(**about)), followed=followed)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run all from one starting line; each result, or the refusal it met. Anything else that is raised fails the test."""
    line = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        line.wait()
        try:
            return work()
        except (Refused, Stale) as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


class TestARepeatedCommand:
    def test_gets_its_first_reply(self, log: EventLog) -> None:
        first = send(log, "a", command_id="same")
        send(log, "a", by=5)
        assert send(log, "a", command_id="same") == first
        assert (first.id, first.version, first.position, first.service) == ("a", 1, 1, "counter")
        assert log.load(COUNTER, "a").state == 6

    def test_is_the_same_command_whoever_sends_it_again_and_when(self, log: EventLog) -> None:
        first = send(log, "a", command_id="same")
        again = send(log, "a", command_id="same", actor=Actor(kind="anonymous", account_id="x"), expected_version=0)
        assert again == first

    def test_is_refused_when_it_orders_something_else(self, log: EventLog) -> None:
        send(log, "a", command_id="same")
        for other in ({"key": "a", "by": 2}, {"key": "b"}):
            with pytest.raises(Refused) as refused:
                send(log, command_id="same", **other)
            assert refused.value.code == "command_id_reused"
        assert log.head() == 1

    def test_sent_many_times_at_once_happens_once(self, log: EventLog, replica: EventLog) -> None:
        works = [lambda to=to: send(to, "a", command_id="same") for to in (log, replica)]  # type: ignore[misc]
        replies = at_once(works * 3)
        assert replies == [replies[0]] * 6
        assert log.head() == 1

    def test_that_was_refused_may_succeed_later(self, log: EventLog) -> None:
        send(log, "a", label="x")
        with pytest.raises(Refused):
            send(log, "b", label="x", command_id="later")
        send(log, "a", label="", by=2)
        assert send(log, "b", label="x", command_id="later").version == 1

    def test_that_changes_nothing_leaves_nothing(self, log: EventLog) -> None:
        send(log, "a")
        assert send(log, "a", by=0).version == 1
        assert log.head() == 1


class TestTheExpectedVersion:
    def test_must_be_the_streams(self, log: EventLog) -> None:
        assert send(log, "a", expected_version=0, command_id="1").version == 1
        assert send(log, "a", expected_version=1, command_id="2").version == 2
        with pytest.raises(Stale) as stale:
            send(log, "a", expected_version=1, command_id="3")
        assert stale.value.params == {"expected": 1, "actual": 2}

    def test_lets_one_through(self, log: EventLog, replica: EventLog) -> None:
        for version in range(5):
            works = [
                lambda n=n, to=to, v=version: send(to, "a", command_id=f"{v}-{n}", expected_version=v)  # type: ignore[misc]
                for n, to in enumerate((log, replica, log, replica))
            ]
            outcomes = at_once(works)
            assert sorted(type(o).__name__ for o in outcomes) == ["Accepted", "Stale", "Stale", "Stale"]


class TestRivals:
    def test_on_one_stream_all_land(self, log: EventLog, replica: EventLog) -> None:
        def five(rival: int) -> list[Accepted]:
            to = replica if rival % 3 == 0 else log
            return [send(to, "a", command_id=f"{rival}-{n}") for n in range(5)]

        replies = [r for mine in at_once([lambda rival=rival: five(rival) for rival in range(24)]) for r in mine]  # type: ignore[misc]
        assert sorted(r.version for r in replies) == list(range(1, 121))
        assert sorted(r.position for r in replies) == list(range(1, 121))
        assert log.load(COUNTER, "a").state == 120

    def test_decide_on_fresh_state_after_losing(
        self, log: EventLog, replica: EventLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rival's event comes between our loading and our appending."""
        commit = EventLog._commit
        rivals = iter([lambda: send(replica, "a", by=100, command_id="rival")])

        def late(self: EventLog, append: Append) -> int:
            for rival in rivals:
                rival()
            return commit(self, append)

        monkeypatch.setattr(EventLog, "_commit", late)
        assert send(log, "a", by=1, command_id="ours").version == 2
        assert log.load(COUNTER, "a").state == 101


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
                log.recorder.append(Append([("counter-a", 1, None, "{}")]))  # type: ignore[list-item]
            except psycopg2.IntegrityError:
                return "failed"
            return "landed"

        works: list[Callable[[], Any]] = []
        for n in range(12):
            works += [lambda n=n: poisoned(n), lambda n=n: send(log, f"k{n % 3}", command_id=f"good{n}")]  # type: ignore[misc]
        outcomes = at_once(works)
        assert outcomes[::2] == ["failed"] * 12
        assert sorted(o.position for o in outcomes[1::2]) == list(range(1, 13))


class _CommitsThenLosesTheConnection(PostgresRecorder):
    lose = 0

    def append(self, append: Append) -> int:
        position = super().append(append)
        if self.lose:
            self.lose -= 1
            raise psycopg2.OperationalError("server closed the connection unexpectedly")
        return position


class _LosesTheConnectionThenNothing(PostgresRecorder):
    def append(self, append: Append) -> int:
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
