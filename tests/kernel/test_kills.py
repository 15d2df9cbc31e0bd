"""A process is killed between any two steps, and at random ones: every accepted command still happens once, everywhere."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.kernel.harness import FEED, QUEUES, Bench, bench
from tests.kernel.proof import increment, prove, prove_published
from tests.kernel.stream import Stream

LOG, RELAY = "services.kernel.log:EventLog", "services.kernel.relay:Relay"
REACTIONS, FEEDS = "services.kernel.reactions:Reactions", "services.kernel.feed:Feed"
VIEW, PROJECTS = "services.kernel.projection:View", "services.kernel.projection:Projects"

STEPS = [
    ("counter", f"{LOG}._commit:7:before", "decided, not appended"),
    ("counter", f"{LOG}._commit:7:after", "appended, neither replied nor published"),
    ("counter", f"{RELAY}._publish:5:before", "some of a page published"),
    ("counter", "services.kernel.confirms:Window.taken:3:after", "confirmed, not recorded as published"),
    ("counter", f"{RELAY}._record:3:before", "published, not recorded as published"),
    ("counter", f"{RELAY}._record:3:after", "recorded as published"),
    ("mirror", f"{FEEDS}.hand_over:5:before", "delivered and gone from the queue, handed to nobody"),
    ("mirror", f"{REACTIONS}.react:4:before", "received, nothing done"),
    ("mirror", f"{LOG}.handle:7:after", "the first of a reaction's two commands committed"),
    ("mirror", f"{LOG}._commit:8:before", "a reaction's command decided, not committed"),
    ("mirror", f"{REACTIONS}.react:4:after", "events and position committed"),
    ("mirror", f"{VIEW}.written:6:after", "rows gathered, not written"),
    ("mirror", f"{PROJECTS}.apply:3:after", "rows and position committed"),
]


@pytest.fixture(scope="module")
def mortals(rabbit_of_module: str, postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortals]:
    """One pair of services for all steps: what a death does may also come to light later."""
    with bench(rabbit_of_module, postgres, tmp_path_factory.mktemp("mortals")) as toys:
        toys.witness()
        yield Mortals(toys)


class Mortals:
    def __init__(self, toys: Bench) -> None:
        self.toys = toys
        self.accepted: list[dict[str, Any]] = []


@pytest.mark.parametrize(("which", "step"), [s[:2] for s in STEPS], ids=[f"{s[0]}: {s[2]}" for s in STEPS])
def test_a_death_between_any_two_steps_loses_and_doubles_nothing(mortals: Mortals, which: str, step: str) -> None:
    """Twice at the same step, the second time with every queue purged while it is dead."""
    toys = mortals.toys
    other = {"counter": "mirror", "mirror": "counter"}[which]
    if other not in toys.toys:
        toys.begin(other)
    if which in toys.toys:
        toys.kill(which)
    with Stream(toys, name=f"{uuid4().hex[:4]}-") as stream:
        for purged in (False, True):
            toys.begin(which, TOY_DIES_AT=step)
            toys.toys[which].dies()
            toys.kill(which)
            if purged:
                toys.purge(QUEUES)
        toys.begin(which)
    mortals.accepted += stream.accepted
    prove(toys, mortals.accepted)


def test_after_all_those_deaths_every_event_was_published_in_order(mortals: Mortals) -> None:
    prove_published(mortals.toys)


@pytest.mark.parametrize("seed", range(int(os.environ.get("TESTS_SEEDS", "2"))))
def test_deaths_at_random_moments_lose_and_double_nothing(toys: Bench, seed: int) -> None:
    chance = random.Random(seed)
    toys.witness()
    toys.start()
    with Stream(toys) as stream:
        for _ in range(5):
            time.sleep(chance.uniform(0, 0.6))
            victims = chance.choice([["counter"], ["mirror"], ["counter", "mirror"]])
            toys.kill(*victims)
            if chance.random() < 0.5:
                toys.purge([FEED])
            toys.begin(*victims)
    prove(toys, stream.accepted)
    prove_published(toys)
    assert len(stream.accepted) > 10


def test_of_two_relays_one_publishes(toys: Bench) -> None:
    toys.witness()
    toys.begin("counter", "counter/2")
    for _ in range(30):
        toys.insist("counter", "increment", increment("c"))
    prove_published(toys, once=True)


def test_two_of_each_do_nothing_twice(toys: Bench) -> None:
    """Two relays, two followers of each kind; then one of each dies, and the other takes over."""
    toys.begin("counter", "counter/2", "mirror", "mirror/2")
    with Stream(toys, clients=4) as stream:
        time.sleep(1)
        toys.kill("counter", "mirror")
        time.sleep(1)
    prove(toys, stream.accepted)
    assert len(stream.accepted) > 50
