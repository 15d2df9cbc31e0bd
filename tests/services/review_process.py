"""review in a process of its own, as two replicas over memory://, with a stand-in for filing's log.

Each line of standard input is a call ``{"service", "method", "payload"}``, each line of output its reply.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402

from contracts.decider import Decider  # noqa: E402
from contracts.errors import Refusal  # noqa: E402
from contracts.filing import FilingSubmitted, SubmitFiling  # noqa: E402
from contracts.message import Event  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.kernel import Ground, Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.rpc import executes  # noqa: E402
from services.kernel.service import LogService  # noqa: E402
from services.review.service import ReviewService  # noqa: E402
from tests.domain.review.samples import submission  # noqa: E402


def submit(rounds: int, command: SubmitFiling) -> Sequence[FilingSubmitted]:
    """Every submission is handed in without a question."""
    return [submission(filing_id=command.filing_id, round=rounds + 1, submitted_at=command.meta.at)]


def count(rounds: int, event: Event) -> int:
    """How often it was submitted."""
    return rounds + 1


class FilingService(LogService):
    """A log that says that filings were submitted."""

    name = "filing"
    kernel = Kernel({SubmitFiling: (Decider("filing", 0, submit, count), "filing_id")})
    submit_filing = executes(SubmitFiling)


def main() -> None:
    """Run until standard input ends."""
    log_to()
    memory_broker.install()
    config = {
        "AMQP_URI": memory_broker.URI,
        "DATABASES": json.loads(os.environ["DATABASE_URLS"]),
        "DATA": os.environ["ZHUCE_DATA"],
        "DEVELOPMENT": os.environ["DEVELOPMENT"] == "1",
    }
    containers = [ServiceContainer(cls, config) for cls in (FilingService, ReviewService, ReviewService)]
    for container in containers:
        container.start()
    ground = next(e for e in containers[0].extensions if isinstance(e, Ground))
    print("ready", flush=True)
    while line := eventlet.tpool.execute(sys.stdin.readline):
        print(json.dumps(reply(ground, json.loads(line))), flush=True)
    os._exit(0)


def reply(ground: Ground, order: dict[str, Any]) -> dict[str, Any]:
    """The call's outcome."""
    try:
        return {"ok": ground.rpc.call(order["service"], order["method"], order["payload"])}
    except Refusal as refusal:
        return {"refusal": refusal.to_wire()}


if __name__ == "__main__":
    main()
