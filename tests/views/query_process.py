"""The query service on memory:// in a process of its own, beside four logs that a story fills.

``python -m tests.views.query_process``: prints a line for each JSON line {method, payload} that it reads.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

import eventlet.tpool  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from contracts.errors import Refusal  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.kernel import Ground  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.query.service import QueryService  # noqa: E402
from tests.views.story import SOURCES, Story, messages  # noqa: E402

STORY = Story().authorities().enterprise(1).qualification(1).person(1).employment(1, 1)
FILING = STORY.whole(1, 1)


def log_of(source: str) -> type[Any]:
    """A service that only has a log."""

    class Log:
        name = source

        @rpc
        def read_log(self, payload: dict[str, int]) -> dict[str, Any]:
            return {"ok": messages(STORY.logs[source])[payload["after"] :][: payload["limit"]]}

        @rpc
        def head(self, payload: None = None) -> dict[str, Any]:
            return {"ok": len(STORY.logs[source])}

    return Log


def main() -> None:
    log_to()
    memory_broker.install()
    databases = {"query": os.environ["DATABASE_URL"]}
    runner = ServiceRunner({"AMQP_URI": memory_broker.URI, "DATABASES": databases, "DATA": os.environ["DATA"]})
    for service in (QueryService, *map(log_of, SOURCES)):
        runner.add_service(service)
    runner.start()
    query = next(c for c in runner.containers if c.service_name == "query")
    ground = next(e for e in query.extensions if isinstance(e, Ground))
    print(json.dumps({"ready": str(FILING)}), flush=True)
    while line := eventlet.tpool.execute(sys.stdin.readline):
        order = json.loads(line)
        try:
            reply = {"ok": ground.rpc.call("query", order["method"], order["payload"])}
        except Refusal as refusal:
            reply = {"refusal": refusal.to_wire()}
        print(json.dumps(reply), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
