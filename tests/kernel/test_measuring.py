"""How measurements are made and told, without a server: labels, quantiles, readiness, lines about many."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram

from contracts.status import FollowerStatus, PartStatus, RebuildStatus, ServiceStatus
from services.kernel import hops, metrics, standing
from services.kernel.collector import Standing


def test_only_our_own_codes_become_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_codes", set())
    monkeypatch.setattr(metrics, "CODES", 2)
    said = ["claim_taken", "张三", "a b", "x" * 65, 7, None, "second", "third", "claim_taken"]
    assert [metrics.code_label(one) for one in said] == [
        "claim_taken", "other", "other", "other", "other", "other", "second", "other", "claim_taken"
    ]  # fmt: skip


def test_quantiles_are_read_from_a_histogram() -> None:
    histogram = Histogram("t_seconds", "t", ["service", "command"], buckets=(1, 2, 4), registry=CollectorRegistry())
    for seconds in (0.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 99):
        histogram.labels("s", "C").observe(seconds)
    histogram.labels("other", "C").observe(0.1)
    (found,) = metrics.quantiles(histogram, (0.05, 0.5, 0.99), service="s").values()
    assert found == [0.5, 1.5, 4.0]


def test_counts_are_read_back_by_their_other_labels() -> None:
    counter = Counter("t", "t", ["service", "code"], registry=CollectorRegistry())
    counter.labels("a", "x").inc(3)
    counter.labels("b", "y").inc()
    assert metrics.counted(counter, service="a") == {("x",): 3.0}


def test_a_scrape_leaves_out_a_service_that_cannot_answer() -> None:
    def broken() -> ServiceStatus:
        raise RuntimeError("away")

    both = Standing()
    both.watch("ill", broken)
    making = RebuildStatus(view="timeline", running=True, done=70, total=200)
    both.watch("fine", lambda: ServiceStatus(service="fine", ok=True, position=7, rebuilds=(making,)))
    registry = CollectorRegistry()
    registry.register(both)
    assert registry.get_sample_value("zhuce_log_position", {"service": "fine"}) == 7
    assert registry.get_sample_value("zhuce_log_position", {"service": "ill"}) is None
    for name, expected in (("running", 1), ("events", 70), ("events_expected", 200)):
        labels = {"service": "fine", "view": "timeline"}
        assert registry.get_sample_value(f"zhuce_rebuild_{name}", labels) == expected
    failed = metrics.REGISTRY.get_sample_value("zhuce_scrape_failures_total", {"service": "ill", "part": "status"})
    assert failed is not None and failed >= 1
    both.forget(broken)
    assert registry.get_sample_value("zhuce_ready", {"service": "fine"}) == 1


def test_a_follower_that_is_far_behind_is_degraded_and_one_that_never_caught_up_is_not_ok() -> None:
    def part(lag: int, caught_up: bool) -> dict[str, Any]:
        one = FollowerStatus(follower="f", source="s", position=1, head=1 + lag, lag=lag, caught_up=caught_up)
        return standing.with_lag({"f.follows.s": {"ok": True}}, {"f.follows.s": one})["f.follows.s"]

    assert standing.well({"f": part(standing.FAR_BEHIND, True)}) and part(standing.FAR_BEHIND, True)["ok"]
    behind = part(standing.FAR_BEHIND + 1, True)
    assert (behind["ok"], behind["degraded"]) == (False, True) and standing.well({"f": behind})
    assert not standing.well({"f": part(0, False)})


def test_a_part_tells_codes_and_numbers_but_no_texts() -> None:
    error = {"type": "DataError", "text": "value 张三", "at": ["x.py:1:f"]}
    assert PartStatus.of({"ok": False, "error": error}).detail == "DataError"
    assert PartStatus.of({"ok": False, "error": {**error, "event": "filing:3 filing.X.v1"}}).detail == "filing:3 filing.X.v1"
    assert PartStatus.of({"ok": False, "degraded": True, "waiting": 4, "note": "张三"}).detail == "waiting=4"


def test_a_line_about_many_names_some_and_counts_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    class Meta:
        def __init__(self, n: int) -> None:
            self.correlation_id = f"r{n}"

    class One:
        def __init__(self, n: int) -> None:
            self.meta, self.position = Meta(n), n

    with caplog.at_level("INFO", "zhuce.hops"):
        hops.projected("query", "parties", "identity", [One(n) for n in range(hops.IDS + 5)])
        hops.projected("query", "parties", "identity", [])
    (line,) = caplog.records
    told = vars(line)
    assert len(told["correlation_ids"]) == hops.IDS and told["and_others"] == 5 and told["events"] == hops.IDS + 5
