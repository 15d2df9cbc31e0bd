"""Health: alive means that this process answers; ready means that every service behind it does."""

from __future__ import annotations

from typing import Any

import eventlet
from flask import Flask, Response, jsonify

from contracts.errors import Refusal
from services.gateway.asking import Rpc, here
from services.gateway.routes import page

SERVICES = ("identity", "filing", "review", "certificate", "query")
PATIENCE = 2.0


def install(app: Flask) -> None:
    """Serve /health/live and /health/ready."""
    page(app, "get", "/health/live", "live", live)
    page(app, "get", "/health/ready", "ready", ready)


def live() -> Response:
    """This process answers."""
    return jsonify({"ok": True})


def ready() -> Response:
    """Every service answers and is well; 503 and what is wrong otherwise. All are asked at once."""
    rpc = here().rpc
    pool = eventlet.GreenPool(len(SERVICES))
    services = dict(zip(SERVICES, pool.imap(lambda name: _ask(rpc, name), SERVICES), strict=True))
    ok = all(found["ok"] for found in services.values())
    response = jsonify({"ok": ok, "services": services})
    response.status_code = 200 if ok else 503
    return response


def _ask(rpc: Rpc, service: str) -> dict[str, Any]:
    try:
        found = rpc.call(service, "health", None, PATIENCE)
    except Refusal as refusal:
        return {"ok": False, "code": refusal.code}
    return {**found, "ok": bool(found.get("ok"))}
