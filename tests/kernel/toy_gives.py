"""A toy counter that gives a job for each increment: ``python -m tests.kernel.toy_gives counter`` with AMQP_URI and
DATABASE_URLS. TOY_DIES_AT and TOY_SETS as in tests.kernel.toy."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
from collections.abc import Iterator  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from contracts.message import Recorded  # noqa: E402
from services.kernel.jobs_given import GivesJobs, JobOrder  # noqa: E402
from services.kernel.kernel import Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.service import LogService  # noqa: E402
from tests.kernel import toy_control  # noqa: E402
from tests.kernel.toy_domain import COUNTER, Increment, Incremented  # noqa: E402


def when_incremented_tell(recorded: Recorded[Incremented]) -> Iterator[JobOrder]:
    """Nobody is told of a thirteenth: the test's event that leads to no job."""
    if recorded.event.by != 13:
        yield JobOrder("toy", {"id": recorded.event.counter_id}, f"tell-{recorded.position}")


class CounterService(LogService):
    name = "counter"
    kernel = Kernel({Increment: (COUNTER, "counter_id")})
    gives_jobs = GivesJobs("counter", "counter", {Incremented: when_incremented_tell})


def main() -> None:
    log_to()
    toy_control.set_constants(os.environ.get("TOY_SETS"))
    toy_control.die_at(os.environ.get("TOY_DIES_AT"))
    runner = ServiceRunner({"AMQP_URI": os.environ["AMQP_URI"], "DATABASES": json.loads(os.environ["DATABASE_URLS"])})
    runner.add_service(CounterService)
    runner.start()
    print("ready", flush=True)
    runner.wait()


if __name__ == "__main__":
    main()
