"""How the whole product stands, for those who operate it."""

from __future__ import annotations

from flask import Response

from contracts.status import SystemStatus
from services.gateway import health
from services.gateway.asking import here, shown
from services.gateway.routes import only, route, section

api = section("status")


@route(api, "get", "/status", who=only("operator"), gives=SystemStatus)
def get_status() -> Response:
    return shown(health.system(here()))
