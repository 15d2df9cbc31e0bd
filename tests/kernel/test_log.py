"""A command is carried out once, by the rules, on fresh state, or not at all: the log on real PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import Refused, Stale
from contracts.message import Accepted, Actor
from services.kernel.append import Append
from services.kernel.log import EventLog
from tests.kernel.commands import at_once, send
from tests.kernel.toy_domain import COUNTER


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

    def test_handled_by_a_rival_after_we_looked_is_not_handled_again(
        self, log: EventLog, replica: EventLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The rival's append comes between our looking for a first reply and our loading."""
        load = EventLog.load
        rivals = iter([lambda: send(replica, "a", command_id="same")])

        def late(self: EventLog, *about: Any) -> Any:
            for rival in rivals:
                rival()
            return load(self, *about)

        monkeypatch.setattr(EventLog, "load", late)
        assert send(log, "a", command_id="same").version == 1
        assert log.head() == 1

    def test_that_was_refused_may_succeed_later(self, log: EventLog) -> None:
        send(log, "a", label="x")
        with pytest.raises(Refused):
            send(log, "b", label="x", command_id="later")
        send(log, "a", label="", by=2)
        assert send(log, "b", label="x", command_id="later").version == 1

    def test_that_changes_nothing_adds_nothing(self, log: EventLog) -> None:
        send(log, "a")
        assert send(log, "a", by=0).version == 1
        assert log.head() == 1

    def test_that_changed_nothing_does_nothing_when_it_is_sent_again(self, log: EventLog) -> None:
        send(log, "other")
        send(log, "a")
        first = send(log, "a", by=0, command_id="silent")
        send(log, "a", by=5)
        assert send(log, "a", by=0, command_id="silent") == first
        assert (first.version, first.position) == (1, 2)


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


class TestWhatIsRemembered:
    def test_is_never_the_reason_for_a_refusal_or_for_doing_nothing(self, log: EventLog, replica: EventLog) -> None:
        """Another process has written since: the version that it made is expected, the claim that it gave back is free."""
        send(log, "a", label="x", command_id="1")
        send(replica, "a", label="", by=2, command_id="2")
        assert send(log, "a", by=0, command_id="3").version == 2
        send(replica, "a", by=4, command_id="4")
        assert send(log, "a", expected_version=3, command_id="5").version == 4
        assert log.load(COUNTER, "a").state == 8

    def test_of_a_database_that_lost_its_last_moments_is_forgotten(self, log: EventLog) -> None:
        """It was restored, or its standby took over and had not received everything."""
        for n in range(3):
            send(log, "a", command_id=str(n))
        with log.recorder.database.cursor() as cursor:
            cursor.execute("DELETE FROM events WHERE version = 3")
        assert send(log, "a", command_id="again").version == 3

    def test_is_of_no_more_streams_than_it_should_be(self, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.kernel.memory.STREAMS", 3)
        for n in range(10):
            send(log, f"k{n}")
        assert len(log._memory._kept) == 3
        assert send(log, "k0", by=5).version == 2
