"""A toy that does jobs and writes each attempt down: ``python -m tests.kernel.toy_jobs DIRECTORY`` with AMQP_URI.

A job's ``fails`` says how many attempts fail; ``dies`` at which attempt the process kills itself after the work.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refused, Unavailable  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.dead_letters import dead_letters, replay  # noqa: E402
from services.kernel.jobs import job, publish_job  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from tests.kernel import toy_control  # noqa: E402

DIARY = Path(sys.argv[1] if __name__ == "__main__" else ".") / "diary"


class Worker:
    name = "worker"

    @job("toy", delays=(0.3, 0.6))
    def work(self, body: dict[str, Any]) -> None:
        with DIARY.open("a") as diary:
            print(json.dumps([body["id"], time.monotonic()]), file=diary, flush=True)
        attempts = sum(json.loads(line)[0] == body["id"] for line in DIARY.read_text().splitlines())
        if attempts in body.get("dies", []):
            os.kill(os.getpid(), signal.SIGKILL)
        if body.get("refuses"):
            raise Refused("no_such_number")
        if attempts <= body.get("fails", 0):
            raise Unavailable("provider") if attempts % 2 else ValueError(f"never to be logged: {body['id']} 13800138000")


def main() -> None:
    """Work until killed; on memory:// obey lines of standard input, since nobody else can reach the queues."""
    log_to()
    toy_control.set_constants(os.environ.get("TOY_SETS"))
    memory_broker.install()
    uri = os.environ["AMQP_URI"]
    runner = ServiceRunner({"AMQP_URI": uri, "JOB_DELAYS": json.loads(os.environ.get("TOY_DELAYS", "[]"))})
    runner.add_service(Worker)
    runner.start()
    print("ready", flush=True)
    while line := eventlet.tpool.execute(sys.stdin.readline):
        order = json.loads(line)
        if order["do"] == "publish":
            answer: Any = publish_job(uri, "toy", order["body"])
        elif order["do"] == "replay":
            answer = replay(uri, "toy")
        else:
            answer = [letter.body["id"] for letter in dead_letters(uri, "toy")]
        print(json.dumps({"ok": answer}), flush=True)
    runner.wait()


if __name__ == "__main__":
    main()
