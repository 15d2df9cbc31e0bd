"""Runs one service as a process of its own: ``python -m deploy.run filing``. Settings come from the environment."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterable  # noqa: E402
from typing import Any  # noqa: E402

from eventlet import wsgi  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from deploy import settings  # noqa: E402
from services.kernel import memory_broker, metrics  # noqa: E402
from services.kernel.collecting import seldom  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402


def main() -> int:
    """0 after SIGTERM or SIGINT; 2 when a setting is missing or leads to nothing good."""
    if len(sys.argv) != 2 or sys.argv[1] not in settings.SERVICES:
        print(f"usage: python -m deploy.run {'|'.join(settings.SERVICES)}", file=sys.stderr)
        return 2
    name, environment = sys.argv[1], os.environ
    log_to()
    try:
        amqp = settings.needed(environment, "AMQP_URI", "the RabbitMQ node, e.g. amqp://zhuce:…@rabbitmq:5672/")
        databases = {}
        if name != "gateway":
            what = f"the database of {name}, e.g. postgresql://zhuce_{name}:…@postgres/zhuce_{name}"
            databases[name] = settings.needed(environment, "DATABASE_URL", what)
        settings.readable_matters(environment)
    except settings.SettingMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    memory_broker.install()
    runner = ServiceRunner(settings.config_of(databases, amqp, settings.data_directory(), environment))
    runner.add_service(settings.service_class(name))
    stopping = eventlet.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None if stopping.ready() else stopping.send(None))
    runner.start()
    seldom()
    if name != "gateway" and (where := environment.get("ZHUCE_HEALTH")):
        eventlet.spawn(serve_health, where, health_of(runner))
    stopping.wait()
    with eventlet.Timeout(15, False):
        runner.stop()
    return 0


def health_of(runner: ServiceRunner) -> Callable[[], dict[str, Any]]:
    """Asks the one service that this runner holds."""
    from services.kernel.kernel import Ground

    container = next(iter(runner.containers))
    ground = next(e for e in container.extensions if isinstance(e, Ground))
    return ground.health


def serve_health(where: str, health: Callable[[], dict[str, Any]]) -> None:
    """``/health/live`` says that the process runs, ``/health/ready`` that every part works; ``/metrics`` for Prometheus.

    For the inside only: nothing of it is meant for people, and no proxy may lead here.
    """

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", metrics.CONTENT_TYPE)])
            return [metrics.exposition()]
        state = health() if path == "/health/ready" else {"ok": True}
        known = path in ("/health/live", "/health/ready")
        status = "404 Not Found" if not known else "200 OK" if state["ok"] else "503 Service Unavailable"
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(state, ensure_ascii=False).encode()]

    host, _, port = where.rpartition(":")
    wsgi.server(eventlet.listen((host or "0.0.0.0", int(port))), app, log_output=False)


if __name__ == "__main__":
    sys.exit(main())
