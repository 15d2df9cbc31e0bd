"""The web application: routes, limits, errors, metrics and pages around a way to the services."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from contracts.status import ServiceStatus
from services.gateway import health, objecting, refusals, routes, watching
from services.gateway.api import (
    authorities,
    batches,
    calendar,
    cases,
    certificates,
    confirmations,
    dead_letters,
    desks,
    development,
    documents,
    employments,
    enterprises,
    exports,
    feeds,
    files,
    filings,
    imports,
    matters,
    objections,
    own,
    persons,
    public,
    public_register,
    registers,
    sessions,
    spot_checks,
    statistics,
    status,
    views,
)
from services.gateway.asking import Gateway, Rpc
from services.gateway.limits import Limits
from services.gateway.openapi import ApiDocument
from services.gateway.portal import gazette, publicity, reference, verify
from services.gateway.reading import StrictRequest
from services.gateway.sessions import HOURS, Sessions, session_key
from services.kernel.filestore import FileStore, evidence_store

PERMITS = 64
RESOURCES = (
    sessions,
    authorities,
    persons,
    enterprises,
    employments,
    files,
    matters,
    filings,
    confirmations,
    cases,
    documents,
    desks,
    batches,
    spot_checks,
    calendar,
    certificates,
    imports,
    registers,
    own,
    exports,
    public,
    public_register,
    objections,
    feeds,
    statistics,
    dead_letters,
    status,
    views,
)
CLOCK_PAUSE = 2.0


def make_app(
    rpc: Rpc, store: FileStore, config: Mapping[str, Any], own: Callable[[], ServiceStatus] | None = None
) -> Flask:
    """An application of its own; several may live in one process. ``own``: how the process stands that it runs in.

    config: DATA, PUBLIC_URL, and if wished DEVELOPMENT, SESSION_KEY, SESSION_HOURS, MAX_REQUESTS.
    """
    app = ApiDocument(refusals.from_validation)
    app.request_class = StrictRequest
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = routes.JSON_LIMIT
    sessions_of = Sessions(session_key(config), float(config.get("SESSION_HOURS", HOURS)))
    gateway = Gateway(rpc=rpc, store=store, evidence=evidence_store(store.root), sessions=sessions_of, config=config)
    if own is not None:
        gateway.own = own
    app.extensions["zhuce"] = gateway
    app.before_request(watching.begin)
    if gateway.development:
        app.before_request(_keep_clock(rpc))
    objecting.install(app)
    app.before_request(routes.admit)
    for resource in RESOURCES:
        app.register_api(resource.api)
    if gateway.development:
        app.register_api(development.api)
    refusals.install(app)
    limits = Limits(app.wsgi_app, int(config.get("MAX_REQUESTS", PERMITS)))
    watching.install(app, limits)
    health.install(app)
    reference.install(app)
    verify.install(app)
    publicity.install(app)
    gazette.install(app)
    app.wsgi_app = limits  # type: ignore[method-assign]
    return app


def _keep_clock(rpc: Rpc) -> Any:
    """A development product lives at the time that review keeps: read it before the first request."""
    known = {"read": False, "tried": -CLOCK_PAUSE}

    def keep() -> None:
        now = time.monotonic()
        if not known["read"] and now - known["tried"] >= CLOCK_PAUSE:
            known["tried"] = now
            known["read"] = development.read_clock(rpc)

    return keep
