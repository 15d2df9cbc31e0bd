"""gateway: HTTP in, RPC out; owns no data."""

from __future__ import annotations

from typing import Any

from nameko.extensions import DependencyProvider
from nameko.rpc import rpc

from services.gateway.server import FlaskServer
from services.kernel.rpc import answer


class Web(DependencyProvider):
    """Brings the HTTP server into the container."""

    server = FlaskServer()

    def get_dependency(self, worker_ctx: Any) -> FlaskServer:
        return self.server


class GatewayService:
    """Its routes are in api/; over RPC it only says that it is there."""

    name = "gateway"
    web: FlaskServer = Web()

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        """Whether it answers, and takes messages from the broker."""
        return answer(lambda: self.web.own().model_dump(mode="json", include={"service", "ok", "parts"}), "health")
