"""A process is killed between any two steps, and at random ones: every accepted command still happens once, everywhere."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.kernel.caller import NoReply
from tests.kernel.harness import FEED, QUEUES, RESTLESS, Bench, bench
from tests.kernel.proof import increment, prove, prove_published, prove_replies, rows
from tests.kernel.stream import Stream
from tests.kernel.waiting import SEEDS, eventually

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

WRITER, RECORDER, REBUILD = "services.kernel.writer", "services.kernel.recorder", "services.kernel.rebuild"
TEN_CLIENTS, BATCHES = {"clients": 10, "pause": 0}, {"clients": 2, "batch": 40}
SMALL = f"services.kernel.log:LARGEST=25 {WRITER}:LARGEST=7"
CROWDS = [
    (TEN_CLIENTS, f"{RECORDER}:PostgresRecorder.append_batch:4:before:2", "several clients' appends, none committed"),
    (TEN_CLIENTS, f"{RECORDER}:PostgresRecorder.append_batch:4:after:2", "several clients' appends committed, none told"),
    (TEN_CLIENTS, f"{WRITER}:Writer._settle:60:after", "some of those who share a transaction told"),
    (BATCHES, f"{RECORDER}:PostgresRecorder.append_batch:5:after:2", "a transaction of a batch command committed"),
    (BATCHES, f"{LOG}._handle_page:3:after", "one page of a batch command committed, another not begun"),
]
REBUILDING = [
    (f"{REBUILD}:_begin:1:after", "new tables made"),
    (f"{REBUILD}:_write:1:after", "rows written, not committed"),
    (f"{REBUILD}:_index:1:after", "filled and indexed"),
    ("services.kernel.rebuilding:Told.swapped:1:before", "swapped, not committed"),
    (f"{REBUILD}:_swap:1:after", "swapped, the old tables still there"),
    (f"{REBUILD}:_drop:3:after", "the old tables gone"),
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


@pytest.mark.parametrize(("crowd", "step"), [c[:2] for c in CROWDS], ids=[c[2] for c in CROWDS])
def test_a_death_amid_a_crowd_loses_and_doubles_nothing(mortals: Mortals, crowd: dict[str, Any], step: str) -> None:
    """Many share a transaction: each of them is told the truth, by the first process or by the next."""
    toys = mortals.toys
    if "mirror" not in toys.toys:
        toys.begin("mirror")
    if "counter" in toys.toys:
        toys.kill("counter")
    with Stream(toys, name=f"{uuid4().hex[:4]}-", **crowd) as stream:
        toys.begin("counter", TOY_DIES_AT=step, TOY_SETS=SMALL)
        toys.toys["counter"].dies()
        toys.kill("counter")
        toys.begin("counter", TOY_SETS=SMALL)
    mortals.accepted += stream.accepted
    prove_replies(toys, stream.replies)
    prove(toys, mortals.accepted)


@pytest.mark.parametrize("step", [r[0] for r in REBUILDING], ids=[r[1] for r in REBUILDING])
def test_a_death_while_a_view_is_made_anew_costs_neither_the_old_nor_the_new(mortals: Mortals, step: str) -> None:
    toys = mortals.toys
    if "counter" not in toys.toys:
        toys.begin("counter")
    if "mirror" in toys.toys:
        toys.kill("mirror")
    with Stream(toys, name=f"{uuid4().hex[:4]}-") as stream:
        toys.begin("mirror", TOY_DIES_AT=step)
        with contextlib.suppress(NoReply):
            toys.call("mirror", "rebuild", timeout=1)  # it dies at it
        toys.toys["mirror"].dies()
        toys.kill("mirror")
        toys.purge(["rpc-mirror"])  # whoever died before it had acknowledged the order would hand it to the next one
        assert rows(toys.urls["mirror"], "SELECT count(*) FROM totals.totals") != [], "there is no view"
        toys.begin("mirror")
        before = toys.insist("mirror", "rebuilding", None)
        assert before == ("done" if f"{REBUILD}:_" in step and ("_swap" in step or "_drop" in step) else "failed")
        toys.insist("mirror", "rebuild", None)
        eventually(lambda: toys.insist("mirror", "rebuilding", None) == "done")
    mortals.accepted += stream.accepted
    prove(toys, mortals.accepted)
    left = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'totals%'"
    eventually(lambda: rows(toys.urls["mirror"], left) == [("totals",)], why=lambda: rows(toys.urls["mirror"], left))


def test_after_all_those_deaths_every_event_was_published_in_order(mortals: Mortals) -> None:
    prove_published(mortals.toys)


@pytest.mark.parametrize("seed", SEEDS)
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
        eventually(lambda: len(stream.accepted) > 10)
    prove(toys, stream.accepted)
    prove_published(toys)


@pytest.mark.parametrize("step", ["_apply:1:before", "_apply:1:after", "_step:1:after", "_step:2:after"])
def test_a_death_while_the_tables_are_made_leaves_the_rest_to_the_next(toys: Bench, step: str) -> None:
    toys.begin("counter", TOY_DIES_AT=f"services.kernel.migrations:{step}")
    toys.toys["counter"].dies()
    toys.begin("counter/2", "counter/3", "mirror")
    with Stream(toys, clients=1) as stream:
        eventually(lambda: len(stream.accepted) > 2)
    prove(toys, stream.accepted)


def test_of_two_relays_one_publishes(toys: Bench) -> None:
    """However they start, at once or while the other has the lock; the other goes on when it is killed."""
    toys.witness()
    toys.begin("counter", "counter/2")
    for _ in range(30):
        toys.insist("counter", "increment", increment("c"))
    prove_published(toys, once=True)
    (active,) = publishing(toys)
    toys.kill(active)
    for _ in range(10):
        toys.insist("counter", "increment", increment("c"))
    toys.begin("counter/3")
    eventually(lambda: len(publishing(toys)) == 1)
    prove_published(toys)


def publishing(toys: Bench) -> list[str]:
    """The processes whose relay is active."""
    return [name for name, toy in toys.toys.items() if toy.order(do="health")["parts"]["relay"]["active"]]


def test_two_of_each_do_nothing_twice(toys: Bench) -> None:
    """Two relays, two followers of each kind; then one of each dies, and the other takes over.

    The replica that is given no messages looks at the log all the time, so that both are at the same events.
    """
    toys.begin("counter", "counter/2", "mirror", "mirror/2", TOY_SETS=RESTLESS)
    with Stream(toys, clients=4) as stream:
        eventually(lambda: len(stream.accepted) > 25)
        toys.kill("counter", "mirror")
        eventually(lambda: len(stream.accepted) > 50)
    prove_replies(toys, stream.replies)
    prove(toys, stream.accepted)
