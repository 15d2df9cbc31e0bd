"""What an operator sees of running services, on real servers: metrics, status and readiness, also while something is away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from contracts.status import FollowerStatus, ServiceStatus
from deploy.postgres.server import PostgresServer
from deploy.rabbitmq.server import RabbitServer
from tests.kernel.harness import Bench, bench
from tests.kernel.proof import increment, settle
from tests.kernel.toy_domain import COUNTER
from tests.kernel.waiting import eventually

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def scraped(bench: Bench, toy: str) -> Samples:
    """What Prometheus would read of this process."""
    return parsed(bench.toys[toy].order(do="metrics"))


def parsed(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            key = (one.name, frozenset(one.labels.items()))
            assert key not in found, f"twice: {key}"
            found[key] = one.value
    return found


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


def lines(bench: Bench, toy: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bench.toys[toy].log.read_text("utf-8").splitlines() if line.startswith("{")]


MIRROR = {"service": "mirror", "source": "counter"}
VIEW = {**MIRROR, "follower": "query.totals"}


def test_every_number_of_a_busy_pair(either: Bench) -> None:
    either.start()
    for n in range(12):
        either.insist("counter", "increment", increment(f"c{n % 3}"))
    eventually(lambda: either.insist("mirror", "health", None)["ok"])
    settle(either)
    counter, mirror = ("both", "both") if either.in_memory else ("counter", "mirror")

    eventually(lambda: value(scraped(either, mirror), "zhuce_follower_position", **VIEW) == 12)
    eventually(lambda: value(scraped(either, counter), "zhuce_relay_lag_events", service="counter") == 0)
    told = scraped(either, counter)
    assert value(told, "zhuce_log_position", service="counter") == 12
    assert value(told, "zhuce_relay_active", service="counter") == 1
    assert value(told, "zhuce_appends_total", service="counter") == 12
    assert 1 <= (value(told, "zhuce_append_transactions_total", service="counter") or 0) <= 12
    assert value(told, "zhuce_commands_total", service="counter", command="Increment", outcome="done") == 12
    assert value(told, "zhuce_command_seconds_count", service="counter", command="Increment") == 12
    assert value(told, "zhuce_queue_messages_ready", service="counter", queue="rpc-counter") == 0
    assert value(told, "zhuce_ready", service="counter") == 1
    limit = value(told, "zhuce_database_connections_limit", service="counter")
    assert limit is not None and (value(told, "zhuce_database_connections_in_use", service="counter") or 0) <= limit
    told = scraped(either, mirror)
    for follower in ("mirror", "query.totals"):
        assert value(told, "zhuce_follower_lag_events", **MIRROR, follower=follower) == 0
        assert value(told, "zhuce_follower_stopped", **MIRROR, follower=follower) == 0
        assert value(told, "zhuce_follower_events_total", **MIRROR, follower=follower) == 12
    assert value(told, "zhuce_commands_total", service="mirror", command="Reflect", outcome="done") == 12


def test_refusals_are_counted_by_code(toys: Bench) -> None:
    toys.start()
    toys.insist("counter", "increment", increment("c"))
    for _ in range(3):
        stale = increment("c", expected_version=9)
        assert toys.call("counter", "increment", stale)["refusal"]["code"] == "stale_version"
    assert toys.call("counter", "increment", {"nonsense": "430102199003070936"})["refusal"]
    found = scraped(toys, "counter")
    assert value(found, "zhuce_refusals_total", service="counter", code="stale_version") == 3
    assert value(found, "zhuce_refusals_total", service="counter", code="invalid_message") == 1
    assert value(found, "zhuce_commands_total", service="counter", command="Increment", outcome="refused") == 4
    status = ServiceStatus.model_validate(toys.insist("counter", "status", None))
    assert next(iter(status.refusals.items())) == ("stale_version", 3)
    (told,) = [one for one in status.commands if one.command == "Increment"]
    assert (told.done, told.refused, told.failed) == (1, 4, 0)
    assert told.p50_ms is not None and told.p99_ms is not None and 0 < told.p50_ms <= told.p99_ms
    assert "430102199003070936" not in toys.toys["counter"].log.read_text() + str(found)


def test_a_stopped_follower_is_named(toys: Bench) -> None:
    toys.start(TOY_STUMBLES_AT="3")
    for _ in range(5):
        toys.insist("counter", "increment", increment("c"))

    def stopped() -> list[FollowerStatus]:
        status = ServiceStatus.model_validate(toys.insist("mirror", "status", None))
        return [one for one in status.followers if one.stopped_at and (one.head, one.lag) == (5, 3)]

    (one,) = eventually(stopped)
    assert (one.follower, one.position, one.lag) == ("query.totals", 2, 3)
    assert one.stopped_at.startswith("counter:3 ")
    eventually(lambda: value(scraped(toys, "mirror"), "zhuce_follower_stopped", **VIEW) == 1)
    found = scraped(toys, "mirror")
    assert value(found, "zhuce_follower_lag_events", **VIEW) == 3
    assert value(found, "zhuce_follower_stopped", **MIRROR, follower="mirror") == 0
    assert value(found, "zhuce_part_ok", service="mirror", part="query.totals.follows.counter") == 0
    assert value(found, "zhuce_ready", service="mirror") == 0


def test_not_ready_before_every_follower_has_caught_up(toys: Bench) -> None:
    toys.begin("counter")
    for _ in range(3):
        toys.insist("counter", "increment", increment("c"))
    toys.kill("counter")
    toys.begin("mirror")  # its source cannot be reached: nobody knows what it misses
    health = toys.insist("mirror", "health", None)
    assert not health["ok"] and health["parts"]["database"]["ok"] and health["parts"]["broker"]["ok"]
    assert health["parts"]["mirror.follows.counter"]["caught_up"] is False
    assert health["parts"]["query.totals.follows.counter"]["lag"] is None
    toys.begin("counter")
    eventually(lambda: toys.insist("mirror", "health", None)["ok"])
    told: dict[str, Any] = {}  # how far its source's log goes is asked for now and then only
    eventually(lambda: told.update(toys.health()["mirror.follows.counter"]) or told["lag"] is not None, why=lambda: told)
    assert (told["position"], told["lag"], told["caught_up"]) == (3, 0, True)


def test_a_lost_broker_connection_is_not_ready_and_a_scrape_says_what_it_can(
    toys: Bench, rabbit_server: RabbitServer
) -> None:
    toys.start()
    toys.insist("counter", "increment", increment("c"))
    counter = toys.toys["counter"]
    assert counter.order(do="health")["parts"]["broker"] == {"ok": True}
    rabbit_server.stop()
    try:
        eventually(lambda: counter.order(do="health")["parts"]["broker"] == {"ok": False})
        assert not counter.order(do="health")["ok"]
        found = scraped(toys, "counter")
        assert value(found, "zhuce_log_position", service="counter") == 1
        assert value(found, "zhuce_queue_messages_ready", service="counter", queue="rpc-counter") is None
        counted = value(scraped(toys, "counter"), "zhuce_scrape_failures_total", service="counter", part="queues")
        assert counted is not None and counted >= 1
    finally:
        rabbit_server.start()
    eventually(lambda: toys.insist("counter", "health", None)["ok"])


def test_a_scrape_without_a_database(rabbit: str, tmp_path: Path) -> None:
    with PostgresServer() as postgres, bench(rabbit, postgres.admin_url, tmp_path) as toys:
        toys.start()
        toys.insist("counter", "increment", increment("c"))
        postgres.kill()
        try:
            found = scraped(toys, "counter")
            assert value(found, "zhuce_log_position", service="counter") is None
            assert value(found, "zhuce_ready", service="counter") == 0
            assert value(found, "zhuce_part_ok", service="counter", part="database") == 0
            assert value(found, "zhuce_commands_total", service="counter", command="Increment", outcome="done") == 1
            again = scraped(toys, "counter")
            assert (value(again, "zhuce_scrape_failures_total", service="counter", part="log") or 0) >= 1
        finally:
            postgres.start()
        eventually(lambda: toys.insist("counter", "health", None)["ok"])


def test_a_replica_that_does_not_publish_is_well_while_another_does(toys: Bench) -> None:
    toys.begin("counter", "counter/2")
    both = ("counter", "counter/2")

    def relays() -> list[tuple[bool, bool]]:
        told = [toys.toys[one].order(do="status")["relay"] for one in both]
        return sorted((one["active"], one["elsewhere"]) for one in told if one is not None)  # None: not begun yet

    eventually(lambda: relays() == [(False, True), (True, False)], why=relays)
    for one in both:
        assert toys.toys[one].order(do="health")["parts"]["relay"]["ok"]
    publishing = next(one for one in both if toys.toys[one].order(do="status")["relay"]["active"])
    toys.kill(publishing)
    (other,) = toys.toys
    eventually(lambda: (toys.toys[other].order(do="status")["relay"] or {}).get("active"))


def test_one_correlation_id_leads_from_the_command_to_the_rows(either: Bench) -> None:
    either.start()
    command = increment("c")
    command["meta"]["correlation_id"] = "request-7"
    either.insist("counter", "increment", command)
    settle(either)

    def hops() -> list[dict[str, Any]]:
        found = [one for toy in either.toys for one in lines(either, toy)]
        mine = [x for x in found if x.get("correlation_id") == "request-7" or "request-7" in x.get("correlation_ids", ())]
        kinds = {(x["event"], x["service"]) for x in mine}
        wanted = {("command", "counter"), ("command", "mirror"), ("reacted", "mirror"), ("projected", "mirror")}
        return mine if kinds >= wanted else []

    mine = eventually(hops)
    (told,) = [one for one in mine if one["event"] == "command" and one["service"] == "counter"]
    assert (told["command"], told["outcome"], told["position"]) == ("counter.Increment.v1", "done", 1)
    assert told["command_id"] == command["meta"]["command_id"] and told["category"] == COUNTER.category
