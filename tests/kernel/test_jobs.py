"""Jobs are done at least once, tried again after growing pauses, laid aside in the end, and can be replayed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from kombu import Connection

from deploy.rabbitmq.server import RabbitServer
from services.kernel import jobs
from services.kernel.dead_letters import DeadLetter, dead_letters, replay
from services.kernel.jobs import dead_letter_count, publish_job
from tests.broker_console import BrokerConsole
from tests.kernel.toy_process import Toy
from tests.kernel.waiting import eventually

Start = Callable[..., Toy]


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a worker on the test's broker. Where that is not killed, nothing need wait for its disk."""
    killed = "rabbit_server" in inspect.signature(request.function).parameters
    on_disk = jobs.ON_DISK if killed else 0.0
    monkeypatch.setattr(jobs, "ON_DISK", on_disk)
    uri = request.getfixturevalue("rabbit") if "rabbit" in request.fixturenames else "memory://"
    toys: list[Toy] = []

    def begin(**environment: str) -> Toy:
        environment |= {"AMQP_URI": uri, "TOY_SETS": f"services.kernel.jobs:ON_DISK={on_disk}"}
        toys.append(Toy(str(tmp_path), environment, tmp_path / "worker.log", module="tests.kernel.toy_jobs").ready())
        return toys[-1]

    yield begin
    for toy in toys:
        toy.kill()


def attempts(directory: Path, job: str) -> list[float]:
    """When each attempt at a job was made."""
    diary = directory / "diary"
    lines = map(json.loads, diary.read_text().splitlines()) if diary.exists() else iter([])
    return [at for name, at in lines if name == job]


def test_a_job_is_done_once_when_all_is_well(start: Start, rabbit: str, tmp_path: Path) -> None:
    publish_job(rabbit, "toy", {"id": "early"})  # nobody is there yet
    start()
    publish_job(rabbit, "toy", {"id": "late"})
    eventually(lambda: attempts(tmp_path, "late") and attempts(tmp_path, "early"))
    eventually(lambda: _messages(rabbit) == [0, 0])
    assert len(attempts(tmp_path, "early")) == len(attempts(tmp_path, "late")) == 1


def test_a_job_that_fails_is_tried_again_after_growing_pauses(start: Start, rabbit: str, tmp_path: Path) -> None:
    start()
    publish_job(rabbit, "toy", {"id": "a", "fails": 2})
    publish_job(rabbit, "toy", {"id": "b"})
    eventually(lambda: len(attempts(tmp_path, "a")) == 3)
    first, second, third = attempts(tmp_path, "a")
    assert second - first >= 0.29 and third - second >= 0.59
    assert attempts(tmp_path, "b")[0] < second, "a failing job held up another"
    assert dead_letters(rabbit, "toy") == []


def test_a_job_that_keeps_failing_is_laid_aside_and_can_be_replayed(start: Start, rabbit: str, tmp_path: Path) -> None:
    start()
    given = {n: publish_job(rabbit, "toy", {"id": n, "fails": 3}) for n in ("a", "b", "c")}
    eventually(lambda: len(dead_letters(rabbit, "toy")) == 3)
    letters = {letter.body["id"]: letter for letter in dead_letters(rabbit, "toy")}  # looking changes nothing
    assert {n: letter.job for n, letter in letters.items()} == given
    assert (letters["a"].attempts, letters["a"].error["type"]) == (3, "Unavailable")
    assert letters["a"].failed_at is not None and letters["a"].failed_at.utcoffset() == timedelta(hours=8)
    assert dead_letter_count(rabbit, "toy") == 3
    assert len(attempts(tmp_path, "a")) == 3

    assert replay(rabbit, "toy", [given["b"]]) == [given["b"]]
    eventually(lambda: len(attempts(tmp_path, "b")) == 4)
    assert sorted(letter.body["id"] for letter in dead_letters(rabbit, "toy")) == ["a", "c"]
    assert sorted(replay(rabbit, "toy")) == sorted([given["a"], given["c"]]), "each failed by itself: in no order"
    eventually(lambda: len(attempts(tmp_path, "a")) == len(attempts(tmp_path, "c")) == 4)
    assert dead_letters(rabbit, "toy") == [] and replay(rabbit, "toy") == []
    assert dead_letter_count(rabbit, "toy") == 0
    assert "13800138000" not in (tmp_path / "worker.log").read_text()


def test_a_refused_job_is_not_tried_again(start: Start, rabbit: str, tmp_path: Path) -> None:
    start()
    publish_job(rabbit, "toy", {"id": "a", "refuses": True})
    letters: list[DeadLetter] = eventually(lambda: dead_letters(rabbit, "toy"))
    assert letters[0].attempts == 1 and len(attempts(tmp_path, "a")) == 1
    assert letters[0].error["code"] == "no_such_number"


def test_a_death_between_work_and_acknowledgement_loses_no_job(start: Start, rabbit: str, tmp_path: Path) -> None:
    worker = start()
    publish_job(rabbit, "toy", {"id": "a", "dies": [1]})
    worker.dies()
    start()
    eventually(lambda: len(attempts(tmp_path, "a")) == 2)
    eventually(lambda: _messages(rabbit) == [0, 0])
    first, second = attempts(tmp_path, "a")
    assert second - first >= 0.29, "tried again without a pause"


def test_a_job_that_kills_every_worker_is_laid_aside(start: Start, rabbit: str, tmp_path: Path) -> None:
    worker = start()
    publish_job(rabbit, "toy", {"id": "a", "dies": [1, 2, 3]})
    for _ in range(3):
        worker.dies()
        worker = start()
    letters: list[DeadLetter] = eventually(lambda: dead_letters(rabbit, "toy"))
    assert letters[0].error == {"type": "Interrupted"} and len(attempts(tmp_path, "a")) == 3
    assert worker.alive


def test_a_job_that_waits_for_its_next_attempt_survives_the_broker(
    start: Start, rabbit: str, rabbit_server: RabbitServer, broker_console: BrokerConsole, tmp_path: Path
) -> None:
    """The broker dies while it waits, and the worker outlives it."""
    worker = start(TOY_DELAYS="[4]")
    publish_job(rabbit, "toy", {"id": "a", "fails": 1})
    eventually(lambda: broker_console.queues(rabbit.rsplit("/", 1)[1]).get("jobs.toy.again.4000") == 1)
    assert len(attempts(tmp_path, "a")) == 1
    rabbit_server.kill()
    rabbit_server.start()
    eventually(lambda: len(attempts(tmp_path, "a")) == 2)
    assert worker.alive


def test_in_memory_jobs_are_tried_again_laid_aside_and_replayed_too(start: Start, tmp_path: Path) -> None:
    worker = start()
    worker.order(do="publish", body={"id": "a", "fails": 3})
    worker.order(do="publish", body={"id": "b", "fails": 1})
    eventually(lambda: worker.order(do="dead") == ["a"])
    first, second, third = attempts(tmp_path, "a")
    assert second - first >= 0.29 and third - second >= 0.59
    assert len(attempts(tmp_path, "b")) == 2
    assert worker.order(do="dead") == ["a"]
    assert len(worker.order(do="replay")) == 1
    eventually(lambda: len(attempts(tmp_path, "a")) == 4)
    assert worker.order(do="dead") == []


def _messages(uri: str) -> list[int]:
    """In the job's queue and in the queue of those laid aside."""
    with Connection(uri) as connection:
        channel = connection.channel()
        dead = channel.queue_declare("jobs.toy.dead", durable=True).message_count
        return [channel.queue_declare("jobs.toy", passive=True).message_count, dead]
