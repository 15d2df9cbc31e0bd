"""The broker or the database goes away for a while: commands already decided stay, and everything arrives afterwards."""

from __future__ import annotations

import time
from pathlib import Path

from deploy.postgres.server import PostgresServer
from deploy.rabbitmq.server import RabbitServer
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.recorder import PostgresRecorder
from tests.kernel.harness import FEED, Bench, all_well, bench
from tests.kernel.proof import increment, prove, reached, settle
from tests.kernel.stream import Stream
from tests.kernel.toy_domain import COUNTER, Increment
from tests.kernel.waiting import eventually


def test_commands_are_carried_out_without_a_broker_and_are_followed_when_it_is_back(
    toys: Bench, rabbit_server: RabbitServer
) -> None:
    toys.start()
    with Stream(toys) as stream:
        time.sleep(0.3)
        rabbit_server.stop()
        log = EventLog("counter", PostgresRecorder(Database(toys.urls["counter"])))
        meanwhile = [increment(f"c{n % 3}", by=n) for n in range(1, 21)]
        for command in meanwhile:
            log.handle(COUNTER, command["counter_id"], Increment.model_validate(command))
        log.recorder.database.close()
        assert reached(toys)[1] < reached(toys)[0]
        rabbit_server.start()
    prove(toys, [*stream.accepted, *meanwhile])
    # The same processes, and the fast path: messages come through the queues again.
    all_well(toys)
    eventually(lambda: toys.consumers(FEED))


def test_services_wait_for_a_database_that_is_killed(rabbit: str, tmp_path: Path) -> None:
    with PostgresServer() as postgres, bench(rabbit, postgres.admin_url, tmp_path) as toys:
        toys.start()
        with Stream(toys) as stream:
            time.sleep(0.3)
            postgres.kill()
            time.sleep(0.3)
            postgres.start()
            all_well(toys)
            eventually(lambda: len(stream.accepted) > 10)
        prove(toys, stream.accepted)
        all_well(toys)


def test_a_follower_goes_on_when_its_source_comes_back(toys: Bench) -> None:
    """It started alone and could reach nobody; it says so, and does not need a restart."""
    toys.begin("mirror")
    eventually(lambda: not toys.insist("mirror", "health", None)["ok"])
    toys.begin("counter")
    accepted = [increment("c") for _ in range(5)]
    for command in accepted:
        toys.insist("counter", "increment", command)
    settle(toys, 20)
    prove(toys, accepted)
    all_well(toys)


def test_calls_that_nobody_waits_for_any_more_do_not_pile_up(toys: Bench) -> None:
    """Its source is away for a night, and the follower asks every few seconds."""
    toys.start()
    toys.kill("counter")
    counts: list[int] = []

    def expired() -> bool:
        counts.append(toys.ready_in("rpc-counter"))
        return counts[-1] < max(counts)

    eventually(expired, 20, lambda: counts[-1])
