"""What operators see of the gateway: a log line and a measurement a request, by route, never by value."""

from __future__ import annotations

import logging
import re
import time
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from services.gateway.limits import Limits
from services.gateway.routes import page
from services.kernel import metrics

log = logging.getLogger("zhuce.gateway")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WATCHERS = ("/metrics", "/health/live", "/health/ready", "/api/v1/status")
"""Routes of those who look every few seconds: told at DEBUG, or nothing else would be seen."""
_SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}

REQUESTS = Counter(
    "zhuce_http_requests", "requests", ["method", "route", "status"], registry=metrics.REGISTRY
)
SECONDS = Histogram(
    "zhuce_http_request_seconds", "time to reply", ["method", "route"], buckets=metrics.SECONDS, registry=metrics.REGISTRY
)
PROBLEMS = Counter("zhuce_http_problems", "replies that were a problem", ["code"], registry=metrics.REGISTRY)
TURNED_AWAY = Counter("zhuce_http_turned_away", "requests refused because too busy", registry=metrics.REGISTRY)


def begin() -> None:
    """The request's id, the client's if it gave a decent one."""
    given = request.headers.get("X-Request-ID", "")
    g.correlation_id = given if _ID.fullmatch(given) else str(uuid4())
    g.began = time.perf_counter()


def install(app: Flask, limits: Limits) -> None:
    """Measure and log every request; serve /metrics."""
    limits.turned_away = TURNED_AWAY.inc

    def end(response: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        # The rule, not the path: ids would make endless series, and a query may hold a name.
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(_method(), route, str(response.status_code)).inc()
        SECONDS.labels(_method(), route).observe(took)
        if code := g.get("problem"):
            PROBLEMS.labels(metrics.code_label(code)).inc()
        _log(route, response.status_code, took)
        response.headers["X-Request-ID"] = g.get("correlation_id", "")
        for name, value in _SECURE.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def show() -> Response:
        return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)

    app.after_request(end)
    page(app, "get", "/metrics", "metrics", show)


def problems() -> dict[str, int]:
    """How often each kind of problem was answered with, the most frequent first."""
    found = metrics.counted(PROBLEMS)
    return {key[0]: int(n) for key, n in sorted(found.items(), key=lambda one: -one[1])}


def _method() -> str:
    """A method that nobody knows must not make a series of its own."""
    return request.method if request.method in _METHODS else "other"


def _log(route: str, status: int, took: float) -> None:
    who: Any = g.get("actor")
    about = {
        "method": _method(),
        "route": route,
        "status": status,
        "code": g.get("problem"),
        "ms": round(took * 1000, 1),
        "correlation_id": g.get("correlation_id"),
        "actor": who.kind if who else None,
        "account": who.account_id if who else None,
    }
    level = logging.DEBUG if route in _WATCHERS else logging.INFO
    log.log(level, "request", extra=about)
