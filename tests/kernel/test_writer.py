"""Group commit: who waits together is committed together, and nobody's failure is another's."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest

from contracts.decider import Claim
from services.kernel.append import Append, AppendFailed
from services.kernel.database import Database
from services.kernel.recorder import PostgresRecorder
from tests.kernel.crowd import Crowd, Gated, crowd, outcome, recorder, row, stored

__all__ = ["crowd", "recorder"]  # fixtures


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
