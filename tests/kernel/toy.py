"""A toy pair of services on the real kernel: a counter, and a follower that mirrors it and a view that shows it.

Run as a process of its own: ``python -m tests.kernel.toy counter|mirror|both`` with AMQP_URI and DATABASE_URLS (JSON).
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterable  # noqa: E402
from typing import Any  # noqa: E402

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refused  # noqa: E402
from contracts.message import Command, Event, Recorded, follow, named  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.decider import Claim, Decider  # noqa: E402
from services.kernel.kernel import Kernel  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.projection import Projects, View  # noqa: E402
from services.kernel.reactions import Reactions  # noqa: E402
from services.kernel.rpc import answer, executes  # noqa: E402


@named("counter.Increment.v1")
class Increment(Command):
    counter_id: str
    by: int
    label: str | None = None


@named("counter.Incremented.v1")
class Incremented(Event):
    counter_id: str
    by: int
    label: str | None = None


@named("mirror.Reflect.v1")
class Reflect(Command):
    counter_id: str
    by: int


@named("mirror.Reflected.v1")
class Reflected(Event):
    counter_id: str
    by: int


def decide_increment(state: int, command: Increment) -> list[Incremented]:
    if command.by < 0:
        raise Refused("negative")
    if command.by == 0:
        return []
    return [Incremented(counter_id=command.counter_id, by=command.by, label=command.label)]


COUNTER: Decider[int, Increment, Incremented] = Decider(
    "counter",
    0,
    decide_increment,
    lambda state, event: state + event.by,
    lambda state, event: [Claim("label", event.label, "label_taken")] if event.label else [],
)
MIRROR: Decider[int, Reflect, Reflected] = Decider(
    "mirror",
    0,
    lambda state, command: [Reflected(counter_id=command.counter_id, by=command.by)],
    lambda state, event: state + event.by,
)


def when_incremented_reflect(recorded: Recorded[Any]) -> Iterable[Command]:
    event: Incremented = recorded.event
    yield Reflect(
        counter_id=event.counter_id, by=event.by, meta=follow(recorded, f"reflect-{recorded.source}-{recorded.position}")
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


class CounterService:
    name = "counter"
    kernel = Kernel({Increment: (COUNTER, "counter_id")})
    increment = executes(Increment)

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        return answer(lambda: self.kernel.log.read(**payload), "read_log")


class MirrorService:
    name = "mirror"
    kernel = Kernel({Reflect: (MIRROR, "counter_id")})
    reflects = Reactions("mirror", "counter", {Incremented: when_incremented_reflect})
    totals = Projects(TOTALS, "counter")

    @rpc
    def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
        return answer(lambda: self.kernel.log.read(**payload), "read_log")

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        return answer(self.kernel.health, "health")


def main() -> None:
    """Run the named services until killed."""
    log_to()
    memory_broker.install()
    config = {"AMQP_URI": os.environ["AMQP_URI"], "DATABASES": json.loads(os.environ["DATABASE_URLS"])}
    runner = ServiceRunner(config)
    which = {"counter": [CounterService], "mirror": [MirrorService], "both": [CounterService, MirrorService]}
    for service in which[sys.argv[1]]:
        runner.add_service(service)
    runner.start()
    print("ready", flush=True)
    runner.wait()


if __name__ == "__main__":
    main()
