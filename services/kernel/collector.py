"""Gauges that are asked at scrape time: of every service that runs in this process, bounded, leaving out what does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import eventlet
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from contracts.status import ServiceStatus
from services.kernel import metrics

Values = dict[tuple[str, ...], float]
Ask = Callable[[], ServiceStatus]

_FAMILIES: dict[str, tuple[str, list[str]]] = {
    "zhuce_ready": ("1 when the service is ready", ["service"]),
    "zhuce_part_ok": ("1 when this part of the service's health is ok; degraded is 0", ["service", "part"]),
    "zhuce_log_position": ("last position of the service's log", ["service"]),
    "zhuce_appends_total": ("appends to the log by this process", ["service"]),
    "zhuce_append_transactions_total": ("transactions that those appends shared", ["service"]),
    "zhuce_relay_position": ("last position published to the broker", ["service"]),
    "zhuce_relay_lag_events": ("events committed and not yet published", ["service"]),
    "zhuce_relay_active": ("1 when this process publishes its service's log", ["service"]),
    "zhuce_follower_position": ("position followed in the source's log", ["service", "follower", "source"]),
    "zhuce_follower_lag_events": ("events of the source's log not yet applied", ["service", "follower", "source"]),
    "zhuce_follower_stopped": ("1 when it stands at an event that it cannot apply", ["service", "follower", "source"]),
    "zhuce_queue_messages_ready": ("messages that wait for a consumer", ["service", "queue"]),
    "zhuce_dead_letters": ("jobs laid aside for an operator", ["service", "job"]),
    "zhuce_rebuild_running": ("1 while this view is made anew", ["service", "view"]),
    "zhuce_rebuild_events": ("events that its making read so far, or did read", ["service", "view"]),
    "zhuce_rebuild_events_expected": ("events that it has to read, where known", ["service", "view"]),
    "zhuce_database_connections_in_use": ("connections lent out now", ["service"]),
    "zhuce_database_connections_limit": ("connections that may be lent out", ["service"]),
}


class Standing(Collector):
    """Asks all services at once; a scrape never fails because one of them does not answer."""

    def __init__(self) -> None:
        self._watched: dict[str, Ask] = {}

    def watch(self, service: str, ask: Ask) -> None:
        """From now on this service is asked; one of the same name that was asked before is not any more."""
        self._watched[service] = ask

    def forget(self, ask: Ask) -> None:
        """It stops."""
        self._watched = {service: one for service, one in self._watched.items() if one != ask}

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: registering must not ask."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """One family a metric, with what every service said."""
        values: dict[str, Values] = {name: {} for name in _FAMILIES}
        watched = dict(self._watched)
        pool = eventlet.GreenPool(max(1, len(watched)))
        for service, said in zip(watched, pool.imap(_asked, watched.values()), strict=True):
            if said is None:
                metrics.SCRAPE_FAILURES.labels(service, "status").inc()
                continue
            for part in said.unknown:
                metrics.SCRAPE_FAILURES.labels(service, part).inc()
            for name, labels, value in _measured(said):
                values[name][(service, *labels)] = value
        for name, (help_text, columns) in _FAMILIES.items():
            family = _kind(name)(name, help_text, labels=columns)
            for key, value in values[name].items():
                family.add_metric(list(key), value)
            yield family


def _kind(name: str) -> type[GaugeMetricFamily] | type[CounterMetricFamily]:
    return CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily


def _asked(ask: Ask) -> ServiceStatus | None:
    try:
        return ask()
    except Exception:
        return None


def _measured(said: ServiceStatus) -> Iterator[tuple[str, tuple[str, ...], float]]:
    yield "zhuce_ready", (), said.ok
    for name, part in said.parts.items():
        yield "zhuce_part_ok", (name,), part.ok
    if said.position is not None:
        yield "zhuce_log_position", (), said.position
    if said.writes is not None:
        yield "zhuce_appends_total", (), said.writes.appends
        yield "zhuce_append_transactions_total", (), said.writes.transactions
    if (relay := said.relay) is not None:
        yield "zhuce_relay_active", (), relay.active
        if relay.position is not None and relay.lag is not None:
            yield "zhuce_relay_position", (), relay.position
            yield "zhuce_relay_lag_events", (), relay.lag
    for one in said.followers:
        who = (one.follower, one.source)
        yield "zhuce_follower_position", who, one.position
        yield "zhuce_follower_stopped", who, one.stopped_at is not None
        if one.lag is not None:
            yield "zhuce_follower_lag_events", who, one.lag
    for queue in said.queues:
        yield "zhuce_queue_messages_ready", (queue.queue,), queue.ready
    for job, count in said.dead_letters.items():
        yield "zhuce_dead_letters", (job,), count
    for view in said.rebuilds:
        yield "zhuce_rebuild_running", (view.view,), view.running
        yield "zhuce_rebuild_events", (view.view,), view.done
        if view.total is not None:
            yield "zhuce_rebuild_events_expected", (view.view,), view.total
    if said.pool is not None:
        yield "zhuce_database_connections_in_use", (), said.pool.in_use
        yield "zhuce_database_connections_limit", (), said.pool.size


STANDING = Standing()
metrics.REGISTRY.register(STANDING)
