"""Calls between services: pydantic in, JSON out, and only the errors of contracts.errors come back.

nameko would send an exception's module path; here every reply is ``{"ok": …}``, ``{"refusal": …}`` or ``{"failed": …}``.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError
from nameko.exceptions import UnknownService
from nameko.extensions import SharedExtension
from nameko.rpc import rpc
from pydantic import BaseModel, ValidationError

from contracts.errors import Refusal, Refused, Unavailable
from contracts.message import Accepted, Command, Message
from services.kernel import hops
from services.kernel.answering import install
from services.kernel.calls import Calls
from services.kernel.observe import describe

log = logging.getLogger("zhuce.rpc")
TIMEOUT = 15.0
"""Seconds a caller waits before it is told that the service cannot be reached."""

M = TypeVar("M", bound=Message)
B = TypeVar("B", bound=BaseModel)


def method_of(message: type[Message]) -> str:
    """SubmitFiling → submit_filing."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", message.__name__).lower()


def handles(message: type[M]) -> Callable[[Callable[[Any, M], Any]], Callable[[Any, Any], Any]]:
    """A nameko entrypoint that parses this command or question and answers in the reply's three forms."""

    def decorate(function: Callable[[Any, M], Any]) -> Callable[[Any, Any], Any]:
        @functools.wraps(function)
        def entrypoint(self: Any, payload: Any) -> dict[str, Any]:
            def work() -> dict[str, Any]:
                return answer(lambda: function(self, parse(message, payload)), message.__name__)

            return hops.answered(self.name, message, payload, work)

        return rpc(entrypoint)  # type: ignore[no-any-return]

    return decorate


def executes(command: type[Command]) -> Callable[[Any, Any], Any]:
    """The entrypoint of a command that needs nothing but its decider: ``submit_filing = executes(SubmitFiling)``."""

    def execute(self: Any, parsed: Command) -> Accepted:
        return self.kernel.execute(parsed)  # type: ignore[no-any-return]

    execute.__name__ = method_of(command)
    return handles(command)(execute)


def parse(message: type[B], payload: Any) -> B:
    """The message, or a refusal that names every field that is wrong."""
    try:
        return message.model_validate(payload)
    except ValidationError as error:
        raise Refused("invalid_message", problems=field_problems(error)) from None


def field_problems(error: ValidationError) -> list[dict[str, Any]]:
    """Each mistake with its field and a code; never the value, which may be personal."""
    return [
        {
            "code": e["type"],
            "field": ".".join(str(part) for part in e["loc"]),
            "params": {k: str(v) for k, v in e.get("ctx", {}).items() if k != "error"},
        }
        for e in error.errors(include_input=False, include_url=False)
    ]


def answer(work: Callable[[], Any], what: str) -> dict[str, Any]:
    """Run, and put the outcome in the reply's form."""
    try:
        result = work()
    except Refusal as refusal:
        return {"refusal": refusal.to_wire()}
    except Exception as error:
        log.error("failed", extra={"what": what, "error": describe(error)})
        return {"failed": type(error).__name__}
    return {"ok": result.model_dump(mode="json") if isinstance(result, BaseModel) else result}


install()


class RpcClient(SharedExtension):  # type: ignore[misc]
    """Calls other services from anywhere in a container: requests, followers, timers."""

    calls = Calls()

    def call(self, service: str, method: str, payload: Any = None, timeout: float = TIMEOUT) -> Any:
        """The result; raises what the service refused with, or Unavailable."""
        try:
            reply = self.calls.call(service, method, payload, timeout)
        except (eventlet.Timeout, UnknownService, OSError, AMQPError, KombuError) as error:
            raise Unavailable("service_unavailable", params={"service": service}) from error
        if "ok" in reply:
            return reply["ok"]
        if "refusal" in reply:
            raise Refusal.from_wire(reply["refusal"])
        raise Unavailable("service_failed", params={"service": service, "error": reply["failed"]})

    def send(self, message: Message, timeout: float = TIMEOUT) -> Any:
        """Give a command or ask a question of the service that its name begins with."""
        service = message.NAME.split(".")[0]
        return self.call(service, method_of(type(message)), message.model_dump(mode="json"), timeout)
