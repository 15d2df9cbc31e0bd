"""The gateway on memory://, beside services that say what the tests need. Prints its port when it listens.

``python -m tests.services.gateway_host``: SETTINGS in the environment are nameko's, as JSON.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
from typing import Any  # noqa: E402

from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refused  # noqa: E402
from services.gateway.server import FlaskServer  # noqa: E402
from services.gateway.service import GatewayService  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.rpc import answer  # noqa: E402


class _Well:
    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        return answer(lambda: {"service": type(self).__name__.lower(), "ok": True, "parts": {}}, "health")


class Identity(_Well):
    name = "identity"

    @rpc
    def sign_in(self, payload: dict[str, Any]) -> dict[str, Any]:
        account = "00000000-0000-0000-0000-000000000002"
        actor = {"kind": "enterprise", "account_id": account, "enterprise_id": account}
        return answer(lambda: {"account_id": account, "actor": actor, "name": payload["username"]}, "sign_in")


class Filing(_Well):
    name = "filing"

    @rpc
    def list_matters(self, payload: dict[str, Any]) -> dict[str, Any]:
        while os.path.exists(os.environ["BUSY"]):
            eventlet.sleep(0.02)
        return answer(list, "list_matters")

    @rpc
    def draft_filing(self, payload: dict[str, Any]) -> dict[str, Any]:
        def refuse() -> None:
            raise Refused("open_filing_exists")

        return answer(refuse, "draft_filing")


class Review(_Well):
    name = "review"


class Certificate(_Well):
    name = "certificate"


class Query(_Well):
    name = "query"

    @rpc
    def health(self, payload: None = None) -> dict[str, Any]:
        if os.path.exists(os.environ["STUCK"]):
            eventlet.sleep(30)  # does not answer in time
        return answer(lambda: {"service": "query", "ok": True, "parts": {}}, "health")


def main() -> None:
    log_to()
    memory_broker.install()
    runner = ServiceRunner(json.loads(os.environ["SETTINGS"]))
    for service in (Identity, Filing, Review, Certificate, Query, GatewayService):
        runner.add_service(service)
    stopping = eventlet.event.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.send(None))
    runner.start()
    gateway = next(one for one in runner.containers if one.service_name == "gateway")
    server = next(one for one in gateway.extensions if isinstance(one, FlaskServer))
    print(server._sock.getsockname()[1], flush=True)
    stopping.wait()
    runner.stop()


if __name__ == "__main__":
    main()
