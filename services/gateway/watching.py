"""What operators see of the gateway: a log line and a measurement a request, by route, never by value."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from services.gateway.limits import Limits
from services.gateway.routes import page

log = logging.getLogger("zhuce.gateway")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def begin() -> None:
    """The request's id, the client's if it gave a decent one."""
    given = request.headers.get("X-Request-ID", "")
    g.correlation_id = given if _ID.fullmatch(given) else str(uuid4())
    g.began = time.perf_counter()


def install(app: Flask, limits: Limits) -> None:
    """Measure and log every request; serve /metrics."""
    registry = CollectorRegistry()
    requests = Counter("zhuce_http_requests_total", "requests", ["method", "route", "status"], registry=registry)
    seconds = Histogram("zhuce_http_request_seconds", "time to reply", ["method", "route"], registry=registry)
    turned_away = Counter("zhuce_http_turned_away_total", "requests refused because too busy", registry=registry)
    limits.turned_away = turned_away.inc

    def end(response: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        # The rule, not the path: ids would make endless series, and a query may hold a name.
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(_method(), route, str(response.status_code)).inc()
        seconds.labels(_method(), route).observe(took)
        _log(route, response.status_code, took)
        response.headers["X-Request-ID"] = g.get("correlation_id", "")
        for name, value in _SECURE.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.after_request(end)
    page(app, "get", "/metrics", "metrics", metrics)


def _method() -> str:
    """A method that nobody knows must not make a series of its own."""
    return request.method if request.method in _METHODS else "other"


def _log(route: str, status: int, took: float) -> None:
    who: Any = g.get("actor")
    about = {
        "method": _method(),
        "route": route,
        "status": status,
        "ms": round(took * 1000, 1),
        "correlation_id": g.get("correlation_id"),
        "actor": who.kind if who else None,
        "account": who.account_id if who else None,
    }
    level = logging.DEBUG if route in ("/metrics", "/health/live", "/health/ready") else logging.INFO
    log.log(level, "request", extra=about)
