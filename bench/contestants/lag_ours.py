"""Ours: a service that appends to its log, and one with a view of it. ``source``, ``follower``, or ``both`` in one process."""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from bench.contestants.steady import BODY_SIZE, steady, when_seen  # noqa: E402
from contracts.message import Event, Recorded, named  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.append import Append  # noqa: E402
from services.kernel.kernel import Ground, Kernel  # noqa: E402
from services.kernel.mapper import encode  # noqa: E402
from services.kernel.projection import Projects  # noqa: E402
from services.kernel.rows import Rows  # noqa: E402
from services.kernel.service import LogService  # noqa: E402
from services.kernel.testing import meta  # noqa: E402
from services.kernel.view import View  # noqa: E402


@named("source.Written.v1")
class Written(Event):
    number: int
    text: str


def show(rows: Rows, recorded: Recorded[Any]) -> None:
    rows.put("written", {"number": recorded.event.number}, position=recorded.position)


VIEW = View("written", "CREATE TABLE IF NOT EXISTS written (number bigint PRIMARY KEY, position bigint)", {Written: show})
seen: dict[int, float] = {}


class Timed(Projects):
    """Notes when the rows of events were committed."""

    def apply(self, messages: Sequence[dict[str, Any]]) -> int:
        reached = super().apply(messages)
        now = time.time()
        seen.update((message["position"], now) for message in messages)
        return reached


class SourceService(LogService):
    name = "source"
    kernel = Kernel({})


class FollowerService(LogService):
    name = "follower"
    kernel = Kernel({})
    shows = Timed(VIEW, "source", "follower")


def main(which: str, amqp_uri: str, databases: dict[str, str]) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    logging.disable(logging.ERROR)  # who starts first finds nobody there yet, and says so
    memory_broker.install()
    runner = ServiceRunner({"AMQP_URI": amqp_uri, "DATABASES": databases})
    if which != "follower":
        runner.add_service(SourceService)
    if which != "source":
        runner.add_service(FollowerService)
    runner.start()
    grounds = {c.service_name: next(e for e in c.extensions if isinstance(e, Ground)) for c in runner.containers}

    def append(number: int) -> None:
        body = encode(Recorded("source", 0, "w", 1, Written(number=number, text="x" * (BODY_SIZE - 200)), meta()))
        grounds["source"].log.recorder.append(Append([(f"written-{number}", 1, Written.NAME, body)]))

    while line := eventlet.tpool.execute(sys.stdin.readline):
        asked = json.loads(line)
        found = steady(append, **asked) if asked.pop("do") == "append" else when_seen(seen, **asked)
        answers.write(json.dumps(found) + "\n")
        answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
