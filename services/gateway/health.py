"""Health: alive means that this process answers; ready means that it and every service behind it can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import eventlet
from eventlet.event import Event
from flask import Flask, Response, jsonify

from contracts.errors import Refusal
from contracts.status import PartStatus, ServiceStatus, SystemStatus
from services.gateway.asking import Gateway, here
from services.gateway.routes import page
from services.kernel.clock import clock

SERVICES = ("identity", "filing", "review", "certificate", "query")
PATIENCE = 2.0
PATIENCE_FOR_STATUS = 3.0


def install(app: Flask) -> None:
    """Serve /health/live and /health/ready."""
    ask = _Shared(lambda: _readiness(here()))

    def ready() -> Response:
        found = ask()
        response = jsonify(found)
        response.status_code = 200 if found["ok"] else 503
        return response

    page(app, "get", "/health/live", "live", live)
    page(app, "get", "/health/ready", "ready", ready)


def live() -> Response:
    """This process answers."""
    return jsonify({"ok": True})


class _Shared:
    """Whoever asks while the question is under way gets that answer: strangers may ask, and asking costs every service."""

    def __init__(self, work: Callable[[], dict[str, Any]]) -> None:
        self._work = work
        self._under_way: Event | None = None

    def __call__(self) -> dict[str, Any]:
        if self._under_way is not None:
            found: dict[str, Any] = self._under_way.wait()
            return found
        event = self._under_way = Event()
        try:
            found = self._work()
        except BaseException:
            event.send({"ok": False, "services": {}})
            raise
        else:
            event.send(found)
            return found
        finally:
            self._under_way = None


def _readiness(gateway: Gateway) -> dict[str, Any]:
    """Every service and this process: ok or not, by part. Strangers read it: codes only."""
    found = dict(_of_each(lambda name: _ask(gateway, name)))
    own = gateway.own()
    found["gateway"] = {"ok": own.ok, "parts": {name: _shown(part) for name, part in own.parts.items()}}
    return {"ok": all(one["ok"] for one in found.values()), "services": found}


def _of_each(work: Callable[[str], Any]) -> Mapping[str, Any]:
    """All services are asked at once."""
    pool = eventlet.GreenPool(len(SERVICES))
    return dict(zip(SERVICES, pool.imap(work, SERVICES), strict=True))


def _ask(gateway: Gateway, service: str) -> dict[str, Any]:
    try:
        found = gateway.rpc.call(service, "health", None, PATIENCE)
    except Refusal as refusal:
        return {"ok": False, "code": refusal.code}
    parts = {str(name): _shown(PartStatus.of(part)) for name, part in (found.get("parts") or {}).items()}
    return {"ok": bool(found.get("ok")), "parts": parts}


def _shown(part: PartStatus) -> dict[str, Any]:
    return part.model_dump(exclude_defaults=True)


def system(gateway: Gateway) -> SystemStatus:
    """For operators: everything that every service says of itself, and this process too."""
    services = (*_of_each(lambda name: _status(gateway, name)).values(), gateway.own())
    return SystemStatus(ok=all(one.ok for one in services), at=clock.now(), services=services)


def _status(gateway: Gateway, service: str) -> ServiceStatus:
    try:
        return ServiceStatus.model_validate(gateway.rpc.call(service, "status", None, PATIENCE_FOR_STATUS))
    except Refusal as refusal:
        return ServiceStatus(service=service, ok=False, parts={"rpc": PartStatus(ok=False, detail=refusal.code)})
