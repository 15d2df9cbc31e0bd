"""The servers run, but cannot be reached: refused, cut, stalled, answers lost on the way, the far end gone without a word."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.postgres.server import PostgresServer
from tests.kernel.flood import flood, megabytes
from tests.kernel.harness import FEED, Bench, all_well, bench
from tests.kernel.proof import increment, prove, prove_published, prove_replies, reached, settle
from tests.kernel.proxy import Proxy
from tests.kernel.stream import Stream
from tests.kernel.waiting import SEEDS, eventually


@pytest.fixture
def broker(toys: Bench) -> Iterator[Proxy]:
    """Stands between the services and the broker; the test's own clients reach it directly."""
    with Proxy(toys.amqp_uri) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def tcp_postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def fail(proxy: Proxy, chance: random.Random) -> None:
    """In some way and for some time; whole again afterwards."""
    how = chance.choice(["cut", "refuse", "stall", "stall and cut", "lose replies"])
    if how == "refuse":
        proxy.refuse()
    elif how.startswith("stall"):
        proxy.stall()
    elif how == "lose replies":
        proxy.lose_replies()
    time.sleep(chance.uniform(0, 1.5) if how in ("refuse", "stall") else chance.uniform(0, 0.1))
    if how != "stall":
        proxy.cut()
    proxy.mend()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_broker_that_comes_and_goes_on_the_network_loses_and_doubles_nothing(toys: Bench, broker: Proxy, seed: int) -> None:
    chance = random.Random(seed)
    toys.witness()
    toys.start(AMQP_URI=broker.url)
    with Stream(toys) as stream:
        for _ in range(5):
            time.sleep(chance.uniform(0, 0.5))
            fail(broker, chance)
        all_well(toys)
    prove_replies(toys, stream.replies)
    prove(toys, stream.accepted)
    prove_published(toys)
    # The same processes, and the fast path: messages come through the queue again.
    all_well(toys)
    eventually(lambda: toys.consumers(FEED))


def test_a_connection_that_died_without_a_word_is_left_for_another(toys: Bench, broker: Proxy) -> None:
    """The network keeps the old ones open for ever: no goodbye is answered on them."""
    toys.witness()
    toys.start(
        AMQP_URI=broker.url,
        TOY_SETS="services.kernel.confirms:CONFIRMED=1 services.kernel.calls:HEARTBEAT=2 services.kernel.feed:HEARTBEAT=2",
    )
    flood(toys.urls["counter"], 100)
    settle(toys)
    broker.forget()
    flood(toys.urls["counter"], 100)
    eventually(lambda: set(range(1, 201)) <= set(toys.witnessed()), timeout=90)
    # The broker drops the dead consumer too, sooner or later: how many there are at a moment says nothing.
    mirror = toys.toys["mirror"]
    eventually(lambda: "feeds interrupted" in mirror.log.read_text(), timeout=90)
    eventually(lambda: mirror.order(do="health")["parts"]["broker"]["ok"], timeout=90)


def test_while_the_broker_takes_nothing_the_producers_memory_does_not_grow(toys: Bench, broker: Proxy) -> None:
    toys.start(AMQP_URI=broker.url)
    flood(toys.urls["counter"], 3000)  # what a process takes for having worked at all
    settle(toys)
    counter = toys.toys["counter"].process.pid
    before = megabytes(counter)
    broker.stall()
    flood(toys.urls["counter"], 30_000)
    time.sleep(1)
    most = max(megabytes(counter) for _ in range(10) if not time.sleep(0.1))
    assert most - before < 12
    broker.mend()
    settle(toys)
    assert reached(toys) == [33_000] * 3


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{'in batches' if seed % 2 else 'one by one'}-{seed}")
def test_a_database_that_comes_and_goes_on_the_network_loses_and_doubles_nothing(
    rabbit: str, tcp_postgres: PostgresServer, tmp_path: Path, seed: int
) -> None:
    """Commits whose reply is lost are looked for, never guessed at and never done again."""
    chance, batch = random.Random(seed), 40 if seed % 2 else 0
    with bench(rabbit, tcp_postgres.admin_url, tmp_path) as toys, ExitStack() as stack:
        ways = {name: stack.enter_context(Proxy(url)) for name, url in toys.urls.items()}
        toys.start(DATABASE_URLS=json.dumps({name: way.url for name, way in ways.items()}))
        with Stream(toys, clients=2 if batch else 6, batch=batch, pause=0.2 if batch else 0.02) as stream:
            for _ in range(6):
                time.sleep(chance.uniform(0, 0.5))
                fail(chance.choice(list(ways.values())), chance)
        all_well(toys)
        prove_replies(toys, stream.replies)
        prove(toys, stream.accepted)
        all_well(toys)


def test_a_lost_answer_to_a_commit_is_found_out_by_looking(rabbit: str, tcp_postgres: PostgresServer, tmp_path: Path) -> None:
    """Every command in the transaction is committed, and not one answer arrives."""
    with bench(rabbit, tcp_postgres.admin_url, tmp_path) as toys, Proxy(toys.urls["counter"]) as proxy:
        toys.begin("counter", DATABASE_URLS=json.dumps({"counter": proxy.url}))
        accepted = [increment(f"c{n}") for n in range(5)]
        for command in accepted:  # it then remembers these streams, and its next question is the commit itself
            toys.insist("counter", "increment", command)
        proxy.lose_replies()
        again = [increment(f"c{n}", by=2) for n in range(5)]
        with ThreadPoolExecutor(5) as pool:
            replies = [pool.submit(toys.call, "counter", "increment", command, 30) for command in again]
            eventually(lambda: reached(toys)[0] > 5)
            time.sleep(0.2)
            proxy.cut()
            proxy.mend()
        # Nobody had to ask twice.
        prove_replies(toys, [(command, reply.result()["ok"]) for command, reply in zip(again, replies, strict=True)])
        assert reached(toys)[0] == 10
        toys.begin("mirror")
        prove(toys, [*accepted, *again])
