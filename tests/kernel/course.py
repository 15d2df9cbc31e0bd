"""A course of commands, crashes, restarts and disturbances, of which hypothesis decides every step; printed when it fails."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from deploy.postgres.server import PostgresServer
from deploy.rabbitmq.server import RabbitServer
from tests.kernel.caller import NoReply
from tests.kernel.harness import FEED, QUEUES, RESTLESS, Bench, all_well
from tests.kernel.model import Command, Model
from tests.kernel.proof import increment, prove, prove_replies, rows
from tests.kernel.proxy import Proxy
from tests.kernel.waiting import IN_TIME

COUNTERS = st.sampled_from(["c0", "c1", "c2"])
SOON = st.floats(0, 0.4)
DISTURBANCES = (
    *("kill counter", "kill mirror", "kill both", "rebuild", "kill in a rebuild"),
    *("cut the broker", "refuse the broker", "stall the broker", "restart the broker"),
    *("cut the database", "lose the database's replies", "restart the database", "kill the database"),
    *("purge", "delete the queues", "repeat and shuffle"),
)


@st.composite
def orders(draw: st.DrawFn, plain: bool = False) -> dict[str, Any]:
    """What may be asked of a counter. ``plain``: what comes to the same in whatever order it is done."""
    if plain:
        return {"counter": draw(COUNTERS), "by": draw(st.integers(1, 3)), "label": None, "expects": None}
    return {
        "counter": draw(COUNTERS),
        "by": draw(st.sampled_from([1, 2, 3, 0, -1])),
        "label": draw(st.sampled_from([None, None, "", "a", "b"])),
        "expects": draw(st.sampled_from([None, None, 0, 1])),
    }


class Course(RuleBasedStateMachine):
    """One life of two services, from their first start."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.model, self.steps, self.number = Model(), list[str](), 0
        self.toys, self.broker, self.database, self.servers = self.begin(self.stack)
        self.toys.delete([FEED])  # of the course before: a log that is gone
        self.wake("counter", "mirror")

    begin: Callable[[ExitStack], tuple[Bench, Proxy, Proxy, tuple[RabbitServer, PostgresServer]]]

    def tell(self, what: str) -> None:
        self.steps.append(what)
        note(what)

    # -- speaking to the services -----------------------------------------------------------------------------

    def command(self, order: dict[str, Any]) -> Command:
        self.number += 1
        about = {}
        if order["expects"] is not None:  # the version that the counter has, or the one before
            about["expected_version"] = max(0, self.model.versions.get(order["counter"], 0) - order["expects"])
        made = increment(order["counter"], order["by"], f"{self.number}", **about)
        return {**made, "label": order["label"]}

    def ask(self, method: str, payload: Any) -> dict[str, Any]:
        """Until there is an answer: what was asked, or a refusal."""
        deadline = time.monotonic() + IN_TIME
        while True:
            try:
                reply: dict[str, Any] = self.toys.call("counter", method, payload, 2.0)
                if "failed" not in reply:
                    return reply
            except NoReply as none:
                reply = {"failed": repr(none)}
            assert time.monotonic() < deadline, reply
            time.sleep(0.05)

    def check(self, command: Command, reply: dict[str, Any]) -> None:
        """An answer, against the model's."""
        kind, what = self.model.expected(command)
        said = ("ok", reply["ok"]["version"]) if "ok" in reply else ("refusal", reply["refusal"]["code"])
        assert said == (kind, what), f"{command} was answered {said}, not {(kind, what)}"
        if kind == "ok":
            known = self.model.given.get(command["meta"]["command_id"])
            assert known is None or known[1] == reply["ok"], "the first reply is not given again"
            self.model.took(command, reply["ok"])

    # -- commands ---------------------------------------------------------------------------------------------

    @rule(order=orders())
    def one(self, order: dict[str, Any]) -> None:
        command = self.command(order)
        self.tell(f"one {order}")
        self.check(command, self.ask("increment", command))

    @precondition(lambda self: self.model.given)
    @rule(which=st.integers(0, 99), other=st.booleans())
    def one_again(self, which: int, other: bool) -> None:
        """The same id as before; with ``other``, another order under it."""
        command, _ = list(self.model.given.values())[which % len(self.model.given)]
        command = {**command, "by": command["by"] + 1} if other else command
        self.tell(f"again {command['meta']['command_id']} {'with another order' if other else ''}")
        self.check(command, self.ask("increment", command))

    @rule(some=st.lists(orders(plain=True), min_size=2, max_size=12), again=st.integers(0, 3), data=st.data())
    def a_batch(self, some: list[dict[str, Any]], again: int, data: st.DataObject) -> None:
        """With repetitions of what came before, whatever it was, and of itself."""
        commands = [self.command(order) for order in some]
        known = [command for command, _ in self.model.given.values()]
        former = data.draw(st.lists(st.sampled_from(known), max_size=6)) if known else []
        batch = data.draw(st.permutations([*commands, *former, *commands[:again]]))
        self.tell(f"batch of {len(commands)} and {len(batch) - len(commands)} repeated")
        reply = self.ask("increment_all", batch)
        for command, accepted in zip(batch, reply["ok"], strict=True):
            assert isinstance(accepted, dict), accepted
            known = self.model.given.get(command["meta"]["command_id"])
            assert known is None or known[1] == accepted, "the first reply is not given again"
            self.model.took(command, accepted)

    @rule(
        some=st.lists(orders(plain=True), min_size=8, max_size=40),
        labelled=orders(),
        disturbance=st.sampled_from(DISTURBANCES),
        after=SOON,
        seed=st.integers(0, 9),
    )
    def a_crowd_while_something_breaks(
        self, some: list[dict[str, Any]], labelled: dict[str, Any], disturbance: str, after: float, seed: int
    ) -> None:
        """Many clients at once, each asking until it is answered; one of them for what only one order allows."""
        self.tell(f"crowd of {len(some)}, after {after:.2f} s: {disturbance} ({seed})")
        commands = [self.command(order) for order in some]
        alone = self.command({**labelled, "counter": "alone"})
        expected = self.model.expected(alone)
        with ThreadPoolExecutor(6) as pool:
            replies = [pool.submit(self.ask, "increment", command) for command in [alone, *commands]]
            time.sleep(after)
            self.disturb(disturbance, random.Random(seed))
            first, *others = [reply.result() for reply in replies]
        assert self.model.expected(alone) == expected
        self.check(alone, first)
        for command, reply in zip(commands, others, strict=True):
            self.model.took(command, reply["ok"])

    # -- what breaks ------------------------------------------------------------------------------------------

    def disturb(self, what: str, chance: random.Random) -> None:
        toys, (rabbit, postgres) = self.toys, self.servers
        pause = chance.uniform(0.05, 1)
        match what:
            case "kill counter" | "kill mirror":
                self.restart(what.split()[1])
            case "kill both":
                self.restart("counter", "mirror")
            case "cut the broker":
                self.broker.cut()
            case "refuse the broker":
                self.broker.refuse()
                time.sleep(pause)
            case "stall the broker":
                self.broker.stall()
                time.sleep(pause)
                self.broker.cut()
            case "cut the database":
                self.database.cut()
            case "lose the database's replies":
                self.database.lose_replies()
                time.sleep(pause / 4)
                self.database.cut()
            case "restart the database":
                postgres.restart()
            case "kill the database":
                postgres.kill()
                postgres.start()
            case "restart the broker":
                rabbit.restart()
            case "purge":
                toys.purge(QUEUES)
            case "delete the queues":
                toys.delete([queue for queue in QUEUES if toys.consumers(queue)])
            case "repeat and shuffle":
                page = toys.insist("counter", "read_log", {"after": 0, "limit": 1000})
                toys.inject(FEED, chance.sample(page * 2, min(len(page) * 2, 200)))
            case "rebuild":
                self.wake("mirror")
                toys.insist("mirror", "rebuild", None)
            case "kill in a rebuild":
                self.wake("mirror")
                toys.insist("mirror", "rebuild", None)
                self.restart("mirror")
        self.broker.mend()
        self.database.mend()

    def restart(self, *which: str) -> None:
        for name in which:
            if name in self.toys.toys:
                self.toys.kill(name)
        self.wake(*which)

    def wake(self, *which: str) -> None:
        self.toys.begin(*(name for name in which if name not in self.toys.toys), TOY_SETS=RESTLESS)

    @precondition(lambda self: "mirror" in self.toys.toys)
    @rule()
    def the_mirror_dies(self) -> None:
        """And stays away for a while."""
        self.tell("the mirror dies")
        self.toys.kill("mirror")

    @precondition(lambda self: "mirror" not in self.toys.toys)
    @rule(purged=st.booleans())
    def the_mirror_comes_back(self, purged: bool) -> None:
        self.tell(f"the mirror comes back{' to an empty queue' if purged else ''}")
        if purged:
            self.toys.purge([FEED])
        self.wake("mirror")

    @rule(name=st.sampled_from(["counter/2", "mirror/2"]))
    def a_replica_comes_or_dies(self, name: str) -> None:
        """The first of two may die while the second goes on."""
        here = name in self.toys.toys
        self.tell(f"{name} {'dies' if here else 'begins'}")
        if here:
            self.toys.kill(name)
        else:
            self.wake(name)

    # -- what holds -------------------------------------------------------------------------------------------

    @precondition(lambda self: "mirror" in self.toys.toys)
    @rule()
    def it_settles(self) -> None:
        self.tell("it settles")
        self.prove()

    def prove(self) -> None:
        prove(self.toys, self.model.happened)
        prove_replies(self.toys, [given for given in self.model.given.values() if given[0]["by"]])
        held = rows(self.toys.urls["counter"], "SELECT key, stream FROM claims WHERE kind = 'label'")
        assert dict(held) == {label: f"counter-{by}" for label, by in self.model.labels.items()}

    def teardown(self) -> None:
        try:
            self.broker.mend()
            self.database.mend()
            self.wake("counter", "mirror")
            self.prove()
            all_well(self.toys)
        except BaseException:
            print("the course that failed:", *self.steps, sep="\n  ")
            raise
        finally:
            self.stack.close()
