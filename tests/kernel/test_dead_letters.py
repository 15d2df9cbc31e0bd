"""Dead letters on a real broker: looked at without disturbing them, replayed by one operator each, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from kombu import Connection

from contracts.errors import Unavailable
from services.kernel import dead_letters as module
from services.kernel import jobs as jobs_module
from services.kernel import memory_broker
from services.kernel.dead_letters import dead_letters, replay
from services.kernel.jobs import connection, dead_letter_count, dead_queue, job_queue, publish
from tests.kernel.waiting import eventually

FAILED = {"attempt": 3, "error": '{"type": "Unavailable", "code": "service_unavailable"}', "failed_at": "2026-03-02T12:00:00+08:00"}


@pytest.fixture(autouse=True)
def nothing_waits_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker is killed here: tests/kernel/test_jobs_given.py has one that is."""
    monkeypatch.setattr(jobs_module, "ON_DISK", 0.0)


def lay_aside(uri: str, *jobs: str) -> None:
    with connection(uri) as broker:
        for job in jobs:
            publish(broker, dead_queue("toy"), {"id": job}, {"job": job, **FAILED})


def ids(uri: str, **about: Any) -> list[str]:
    return [letter.job for letter in dead_letters(uri, "toy", **about)]


def waiting(uri: str) -> list[str]:
    """The jobs that were given again, in order; they are taken out."""
    found = []
    with Connection(uri) as broker:
        queue = job_queue("toy")(broker.channel())
        queue.declare()
        while (message := queue.get(no_ack=True)) is not None:
            assert message.headers["attempt"] == 1
            found.append(message.headers["job"])
    return found


def both(*works: Callable[[], Any]) -> list[Any]:
    """What each gives, begun at the same time."""
    line = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        line.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_looking_leaves_them_where_they_are(rabbit: str) -> None:
    jobs = [f"job-{n}" for n in range(7)]
    lay_aside(rabbit, *jobs)
    assert ids(rabbit) == jobs
    assert ids(rabbit, limit=3) == jobs[:3], "the oldest first"
    assert ids(rabbit, jobs={"job-5"}) == ["job-5"]
    assert ids(rabbit, jobs={"no-such"}) == []
    lay_aside(rabbit, "job-7")
    assert ids(rabbit) == [*jobs, "job-7"]
    assert dead_letter_count(rabbit, "toy") == 8
    assert waiting(rabbit) == []


def test_in_memory_they_keep_their_order_too() -> None:
    memory_broker.install()
    uri = "memory://"
    lay_aside(uri, "a", "b", "c", "d")
    assert ids(uri, limit=2) == ["a", "b"] and ids(uri, jobs={"c"}) == ["c"]
    assert replay(uri, "toy", ["b"]) == ["b"]
    assert ids(uri) == ["a", "c", "d"] and dead_letter_count(uri, "toy") == 3
    assert replay(uri, "toy") == ["a", "c", "d"]
    assert ids(uri) == [] and waiting(uri) == ["b", "a", "c", "d"]


def test_replaying_some_leaves_the_others_in_order(rabbit: str) -> None:
    lay_aside(rabbit, "a", "b", "c", "d")
    assert replay(rabbit, "toy", ["d", "b", "no-such"]) == ["b", "d"]
    assert ids(rabbit) == ["a", "c"] and waiting(rabbit) == ["b", "d"]
    assert replay(rabbit, "toy", limit=1) == ["a"]
    assert replay(rabbit, "toy") == ["c"]
    assert ids(rabbit) == [] and waiting(rabbit) == ["a", "c"]


def test_a_letter_that_a_crash_doubled_is_given_once(rabbit: str) -> None:
    lay_aside(rabbit, "a", "b", "a")
    assert replay(rabbit, "toy") == ["a", "b"]
    assert waiting(rabbit) == ["a", "b"] and dead_letter_count(rabbit, "toy") == 0


def test_of_two_operators_who_replay_the_same_letter_one_does(rabbit: str) -> None:
    for n in range(5):
        lay_aside(rabbit, f"job-{n}", "another")
        done = both(*[lambda n=n: replay(rabbit, "toy", [f"job-{n}"])] * 3)
        assert sorted(done) == [[], [], [f"job-{n}"]]
        assert waiting(rabbit) == [f"job-{n}"]
        assert replay(rabbit, "toy", ["another"]) == ["another"] and waiting(rabbit) == ["another"]


def test_operators_do_not_hide_letters_from_one_another(rabbit: str) -> None:
    """From processes of their own, which look slowly: within one they take turns anyway."""
    jobs = [f"job-{n}" for n in range(40)]
    lay_aside(rabbit, *jobs)
    slowly = "import time\nold = m._letter\ndef letter(*a):\n    time.sleep(0.02)\n    return old(*a)\nm._letter = letter\n"
    looks = [_look(rabbit, slowly) for _ in range(2)]
    eventually(lambda: dead_letter_count(rabbit, "toy") < 40)
    assert replay(rabbit, "toy", ["job-39"]) == ["job-39"]
    for look in looks:
        said, _ = look.communicate(timeout=30)
        assert said.split() in (jobs, jobs[:-1])
    assert ids(rabbit) == jobs[:-1]


def test_a_death_while_looking_loses_nothing_and_keeps_the_order(rabbit: str) -> None:
    jobs = [f"job-{n}" for n in range(20)]
    lay_aside(rabbit, *jobs)
    # It has taken twelve, and is killed before it gives any back.
    dying = _look(rabbit, "taken = []\nold = m._letter\ndef letter(*a):\n    taken.append(a)\n"
                  "    if len(taken) == 12: os.kill(os.getpid(), 9)\n    return old(*a)\nm._letter = letter\n")  # fmt: skip
    assert dying.wait(30) == -signal.SIGKILL
    eventually(lambda: dead_letter_count(rabbit, "toy") == 20)
    assert ids(rabbit) == jobs


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_death_while_replaying_loses_nothing(rabbit: str, moment: str) -> None:
    lay_aside(rabbit, "a", "b", "c")
    when = "old(*a)\n" if moment == "after" else ""
    change = (
        "n = []\nold = m.publish\ndef publish(*a):\n    n.append(1)\n    if len(n) == 2:\n"
        f"        {when or 'pass'}\n        os.kill(os.getpid(), 9)\n    old(*a)\nm.publish = publish\n"
    )
    dying = _look(rabbit, change, "m.replay(uri, 'toy')")
    assert dying.wait(30) == -signal.SIGKILL
    eventually(lambda: dead_letter_count(rabbit, "toy") == 2)
    given = waiting(rabbit)
    assert given == (["a", "b"] if moment == "after" else ["a"])
    assert ids(rabbit) == ["b", "c"], "b was not acknowledged: doubled at worst"


def test_whoever_cannot_look_now_is_told(rabbit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    lay_aside(rabbit, "a")
    with Connection(rabbit) as other:
        other.channel().queue_declare("jobs.toy.dead.look", exclusive=True)
        with pytest.raises(Unavailable, match="dead_letters_busy"):
            dead_letters(rabbit, "toy")
    eventually(lambda: ids(rabbit) == ["a"])


def _look(uri: str, change: str = "", what: str = "print(*[one.job for one in m.dead_letters(uri, 'toy')])") -> Any:
    """A process that looks, with something changed in it."""
    imports = "import os, sys\nfrom services.kernel import dead_letters as m, jobs\njobs.ON_DISK = 0\n"
    script = f"{imports}uri = sys.argv[1]\n{change}\n{what}\n"
    command = [sys.executable, "-W", "ignore", "-c", script, uri]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
