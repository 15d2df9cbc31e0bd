"""Two routes of a gateway that is measured: each sends what came to an echo and hands back what it says.

Sessions, roles, body checks, log line and measurements are those of every route. ``echo`` calls as nameko is used,
``echo-ours`` by the kernel's way to services.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify
from nameko.containers import WorkerContext
from nameko.extensions import Entrypoint
from nameko.rpc import ReplyListener, ServiceProxy

from services.gateway import server
from services.gateway.api.filings import FILERS, FormBody
from services.gateway.asking import here
from services.gateway.routes import route, section
from services.gateway.service import Web


class _Outgoing(Entrypoint):
    method_name = "outgoing"


class EchoServer(server.FlaskServer):
    """The product's, and the echo's routes."""

    replies = ReplyListener()

    def get_wsgi_app(self) -> Flask:
        app = super().get_wsgi_app()
        api = section("bench")

        @route(api, "patch", "/bench/echo", who=FILERS, gives=FormBody, changes=True)
        def echo(body: FormBody) -> Response:
            context = WorkerContext(self.container, None, _Outgoing())
            return jsonify(ServiceProxy(context, "echo", self.replies).echo(_said(body))["ok"])

        @route(api, "patch", "/bench/echo-ours", who=FILERS, gives=FormBody, changes=True)
        def echo_ours(body: FormBody) -> Response:
            return jsonify(here().rpc.call("echo_ours", "echo", _said(body)))

        app.register_api(api)  # type: ignore[attr-defined]
        return app


def _said(body: FormBody) -> Any:
    return body.model_dump(mode="json")


def install() -> None:
    """Before the gateway's service is built."""
    Web.server = EchoServer()
