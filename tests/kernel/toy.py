"""A toy pair of services on the real kernel: a counter, and a follower that mirrors it and a view that shows it.

Run as a process of its own: ``python -m tests.kernel.toy counter|mirror|both`` with AMQP_URI and DATABASE_URLS (JSON).
TOY_STUMBLES_AT names a position that the view cannot apply, TOY_DIES_AT a step at which the process kills itself
(tests/kernel/toy_control.py); lines of JSON on standard input are obeyed and answered.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.runners import ServiceRunner  # noqa: E402

from contracts.message import Recorded  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.kernel import Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.projection import Projects, View  # noqa: E402
from services.kernel.reactions import Reactions  # noqa: E402
from services.kernel.rpc import executes  # noqa: E402
from services.kernel.service import LogService  # noqa: E402
from tests.kernel import toy_control  # noqa: E402
from tests.kernel.toy_domain import (  # noqa: E402
    COUNTER,
    MIRROR,
    TALLY,
    Increment,
    Incremented,
    Reflect,
    Tally,
    when_incremented_reflect_and_tally,
)


def show(cursor: Any, recorded: Recorded[Any]) -> None:
    if os.environ.get("TOY_STUMBLES_AT") == str(recorded.position):
        raise RuntimeError("cannot apply")
    cursor.execute(
        "INSERT INTO totals VALUES (%s, %s, 1) ON CONFLICT (counter_id)"
        " DO UPDATE SET total = totals.total + excluded.total, events = totals.events + 1",
        [recorded.event.counter_id, recorded.event.by],
    )


TOTALS = View(
    "totals",
    "CREATE TABLE IF NOT EXISTS totals (counter_id text PRIMARY KEY, total bigint NOT NULL, events int NOT NULL)",
    {Incremented: show},
)


class CounterService(LogService):
    name = "counter"
    kernel = Kernel({Increment: (COUNTER, "counter_id")})
    increment = executes(Increment)


class MirrorService(LogService):
    name = "mirror"
    kernel = Kernel({Reflect: (MIRROR, "counter_id"), Tally: (TALLY, "counter_id")})
    reflects = Reactions("mirror", "counter", {Incremented: when_incremented_reflect_and_tally})
    totals = Projects(TOTALS, "counter")


def main() -> None:
    """Run the named services until killed."""
    log_to()
    memory_broker.install()
    toy_control.die_at(os.environ.get("TOY_DIES_AT"))
    config = {"AMQP_URI": os.environ["AMQP_URI"], "DATABASES": json.loads(os.environ["DATABASE_URLS"])}
    runner = ServiceRunner(config)
    which = {"counter": [CounterService], "mirror": [MirrorService], "both": [CounterService, MirrorService]}
    for service in which[sys.argv[1]]:
        runner.add_service(service)
    runner.start()
    toy_control.obey(runner)
    print("ready", flush=True)
    runner.wait()


if __name__ == "__main__":
    main()
