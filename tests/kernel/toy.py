"""A toy pair of services on the real kernel: a counter, and a follower that mirrors it and a view that shows it.

Run as a process of its own: ``python -m tests.kernel.toy counter|mirror|both`` with AMQP_URI and DATABASE_URLS (JSON).
TOY_STUMBLES_AT names a position that the view cannot apply, TOY_DIES_AT a step at which the process kills itself,
TOY_SETS constants of the kernel with other values (tests/kernel/toy_control.py); lines of JSON on standard input are obeyed and answered.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refusal  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.kernel import Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.projection import Projects  # noqa: E402
from services.kernel.reactions import Reactions  # noqa: E402
from services.kernel.rebuilds import Rebuilds  # noqa: E402
from services.kernel.rpc import answer, executes  # noqa: E402
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
from tests.kernel.toy_view import TOTALS  # noqa: E402


class CounterService(LogService):
    name = "counter"
    kernel = Kernel({Increment: (COUNTER, "counter_id")})
    increment = executes(Increment)

    @rpc
    def increment_all(self, payload: list[dict[str, Any]]) -> dict[str, Any]:
        """A batch command, as a list of qualifications is: for each its reply, or its refusal's code."""

        def work() -> list[Any]:
            commands = [Increment.model_validate(one) for one in payload]
            outcomes = self.kernel.log.handle_all([(COUNTER, one.counter_id, one) for one in commands])
            return [one.code if isinstance(one, Refusal) else one.model_dump(mode="json") for one in outcomes]

        return answer(work, "increment_all")


class MirrorService(LogService):
    name = "mirror"
    kernel = Kernel({Reflect: (MIRROR, "counter_id"), Tally: (TALLY, "counter_id")})
    reflects = Reactions("mirror", "counter", {Incremented: when_incremented_reflect_and_tally})
    totals = Projects(TOTALS, "counter")
    rebuilds = Rebuilds(TOTALS)

    @rpc
    def rebuild(self, payload: None = None) -> dict[str, Any]:
        """Begin to make the view anew; how it stands."""
        return answer(lambda: self.rebuilds.begin("totals").state, "rebuild")

    @rpc
    def rebuilding(self, payload: None = None) -> dict[str, Any]:
        """How the last making anew stands, or ended."""
        return answer(lambda: self.rebuilds.progress("totals").state, "rebuilding")


def main() -> None:
    """Run the named services until killed."""
    log_to()
    memory_broker.install()
    toy_control.set_constants(os.environ.get("TOY_SETS"))
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
