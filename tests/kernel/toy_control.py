"""What a test does inside a toy process: let it die at a chosen step, and have it call, purge, inject and report."""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

import eventlet
import eventlet.tpool
from kombu import Connection
from nameko.runners import ServiceRunner

from services.kernel import metrics
from services.kernel.follower import Follower
from services.kernel.kernel import Ground


def set_constants(settings: str | None) -> None:
    """``services.kernel.confirms:CONFIRMED=1.5``, several with spaces between: what takes minutes, in seconds."""
    for setting in (settings or "").split():
        path, value = setting.split("=")
        module, name = path.split(":")
        owner = import_module(module)
        assert hasattr(owner, name), path
        setattr(owner, name, json.loads(value))


def die_at(step: str | None) -> None:
    """``services.kernel.log:EventLog._commit:3:after``: SIGKILL to itself before or after the third such call.

    A function of a module has no class before its name. A number at the end counts only calls whose last argument
    has so many items at least: ``services.kernel.recorder:PostgresRecorder.append_batch:1:after:2``.
    """
    if step is None:
        return
    module, name, number, when, *least = step.split(":")
    owner_name, _, method_name = name.rpartition(".")
    owner = import_module(module)
    if owner_name:
        owner = getattr(owner, owner_name)
    method = getattr(owner, method_name)
    calls = 0

    @functools.wraps(method)
    def doomed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += not least or len(args[-1]) >= int(least[0])
        last = calls == int(number)
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, method_name, doomed)


def obey(runner: ServiceRunner) -> None:
    """Answer each line of standard input with a line on standard output. memory:// cannot be reached from outside."""
    container = next(iter(runner.containers))
    ground = next(e for e in container.extensions if isinstance(e, Ground))
    channel = Connection(os.environ["AMQP_URI"]).channel() if os.environ["AMQP_URI"] == "memory://" else None

    def work(order: dict[str, Any]) -> Any:
        if order["do"] == "call":
            return ground.rpc.call(order["service"], order["method"], order["payload"], order.get("timeout", 15))
        if order["do"] == "calls":
            pool = eventlet.GreenPool(100)
            return list(pool.imap(lambda one: ground.rpc.call(order["service"], order["method"], one), order["payloads"]))
        if order["do"] == "health":
            return ground.health()
        if order["do"] == "status":
            return ground.status().model_dump(mode="json")
        if order["do"] == "metrics":
            return metrics.exposition().decode()
        if order["do"] == "waiting":
            return {e.name: len(e._inbox) for e in container.extensions if isinstance(e, Follower)}
        if order["do"] == "pending":
            return len(ground.rpc.calls.waiting)
        if order["do"] == "purge":
            return [channel.queue_purge(queue) for queue in order["queues"]]
        if order["do"] == "inject":
            for body in order["messages"]:
                message = channel.prepare_message(json.dumps(body), None, "application/json", "utf-8", {}, {})
                channel.basic_publish(message, exchange="", routing_key=order["queue"])
            return None
        raise KeyError(order["do"])

    def listen() -> None:
        while line := eventlet.tpool.execute(sys.stdin.readline):
            try:
                reply = {"ok": work(json.loads(line))}
            except Exception as error:
                reply = {"failed": repr(error)}
            print(json.dumps(reply), flush=True)

    eventlet.spawn(listen)
