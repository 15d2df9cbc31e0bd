"""Events of older versions lie in a real log; services that know today's version only go on from them, whole path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.certificate import CredentialGranted
from contracts.examples import example
from contracts.golden import published
from contracts.message import Recorded
from contracts.versions import upcasts
from services.certificate.feed import read_feed
from services.kernel.append import Append
from services.kernel.database import Database
from services.kernel.mapper import encode
from services.kernel.recorder import PostgresRecorder
from services.kernel.testing import meta
from services.kernel.wire import to_wire
from tests.contracts.made_up import forgotten_afterwards
from tests.kernel.harness import Bench
from tests.kernel.proof import events, increment, rows
from tests.kernel.toy_process import Toy
from tests.kernel.waiting import eventually

OLD = {
    "counter.Raised.v1": {"counter": "a", "cents": 500, "pin": "4711"},
    "counter.Raised.v2": {"counter": "a", "amount": 7},
}
META = json.loads(meta().model_dump_json(exclude_none=True))


@pytest.fixture
def old(toys: Bench) -> Bench:
    """The counter's log as earlier releases wrote it."""
    database = Database(toys.urls["counter"])
    recorder = PostgresRecorder(database)
    recorder.create_tables()
    said = [(name, json.dumps({"event": body, "meta": META})) for name, body in OLD.items()]
    recorder.append(Append([("counter-a", n, *row) for n, row in enumerate(said, start=1)]))
    database.close()
    return toys


def begin(toys: Bench, which: str, module: str) -> None:
    environment = {"AMQP_URI": toys.amqp_uri, "DATABASE_URLS": json.dumps(toys.urls)}
    toys.toys[which] = Toy(which, environment, toys.directory / f"{which}-{module}.log", module).ready()


def mirrored(toys: Bench) -> list[int]:
    found = events(toys.urls["mirror"])
    return [body["event"]["by"] for _, _, _, name, body in found if name == "mirror.Reflected.v1"]


def totals(toys: Bench) -> list[Any]:
    return rows(toys.urls["mirror"], "SELECT counter_id, total, events FROM totals.totals")


def go_on(toys: Bench) -> Any:
    return toys.insist("counter", "increment", increment("a", expected_version=2))


class TestOldEvents:
    def test_are_decided_on_reacted_to_and_shown(self, old: Bench) -> None:
        begin(old, "counter", "tests.kernel.toy_versions")
        begin(old, "mirror", "tests.kernel.toy_versions")
        assert go_on(old)["version"] == 3  # what is expected was read from the old events
        eventually(lambda: mirrored(old) == [5, 7, 1], why=lambda: mirrored(old))
        eventually(lambda: totals(old) == [("a", 13, 3)], why=lambda: totals(old))

    def test_keep_their_secrets(self, old: Bench) -> None:
        begin(old, "counter", "tests.kernel.toy_versions")
        page = old.insist("counter", "read_log", {"after": 0, "limit": 10})
        assert [message["name"] for message in page] == list(OLD)
        assert "4711" not in json.dumps(page) and "pin" in json.dumps(page)

    def test_stop_a_follower_that_does_not_know_them_until_it_is_upgraded(self, old: Bench) -> None:
        """To it they are what a newer version's events are to an old replica: passed over they would be lost to it."""
        begin(old, "counter", "tests.kernel.toy_versions")
        begin(old, "mirror", "tests.kernel.toy")
        go_on(old)
        stopped = eventually(lambda: old.health()["mirror.follows.counter"]["error"])
        assert stopped["event"] == "counter:1 counter.Raised.v1" and mirrored(old) == []
        old.kill("mirror")
        begin(old, "mirror", "tests.kernel.toy_versions")
        eventually(lambda: mirrored(old) == [5, 7, 1], why=lambda: mirrored(old))


class TestTheFeedForOtherProvinces:
    @pytest.fixture(autouse=True)
    def _made_up(self) -> Iterator[None]:
        with forgotten_afterwards():
            yield

    def test_tells_an_old_certificate_like_a_new_one(self) -> None:
        published()
        granted = example(CredentialGranted.NAME)
        assert isinstance(granted, CredentialGranted)

        @upcasts("certificate.LicenceGiven.v1", to=CredentialGranted.NAME)
        def _(body: dict[str, Any]) -> dict[str, Any]:
            body["title"] = body.pop("caption")
            return body

        stored = json.loads(encode(Recorded("certificate", 1, "credential-a", 1, granted, meta())))
        today = to_wire("certificate", 1, "credential-a", 1, CredentialGranted.NAME, json.dumps(stored))
        stored["event"]["caption"] = stored["event"].pop("title")
        earlier = to_wire("certificate", 1, "credential-a", 1, "certificate.LicenceGiven.v1", json.dumps(stored))
        one, other = (read_feed(lambda after, limit, of=of: [of][after:], 0, 10) for of in (today, earlier))  # type: ignore[misc]
        assert one == other and len(one.events) == 1


def test_a_reader_of_a_log_does_not_pass_on_what_it_does_not_know() -> None:
    """After a roll-back: which of its fields are secret nobody here can tell."""
    with pytest.raises(KeyError):
        to_wire("counter", 1, "counter-a", 1, "counter.Incremented.v7", "{}")
