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
from nameko.containers import WorkerContext
from nameko.exceptions import UnknownService
from nameko.extensions import Entrypoint, SharedExtension
from nameko.rpc import MethodProxy, ReplyListener, Rpc, RpcConsumer, RpcReply, rpc
from pydantic import BaseModel, ValidationError

from contracts.errors import Refusal, Refused, Unavailable
from contracts.message import Accepted, Command, Message
from services.kernel import hops
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


class _Consumer(RpcConsumer):  # type: ignore[misc]
    """nameko ends the whole service when one reply cannot be sent: the broker was away, or nobody is named to reply to."""

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        try:
            return super().handle_result(message, result, exc_info)
        except Exception as error:
            log.warning("reply not sent", extra={"error": describe(error)})
            # On a lost connection this does nothing, and the call is delivered and answered again.
            self.queue_consumer.ack_message(message)
            return result, exc_info


Rpc.rpc_consumer = _Consumer()  # of every @rpc, wherever it was imported from: all share one queue


class _Outgoing(Entrypoint):  # type: ignore[misc]
    method_name = "outgoing"


class RpcClient(SharedExtension):  # type: ignore[misc]
    """Calls other services from anywhere in a container: requests, followers, timers."""

    replies = ReplyListener()

    def setup(self) -> None:
        self._proxies: dict[tuple[str, str, float], MethodProxy] = {}
        self._context = WorkerContext(self.container, None, _Outgoing())

    def call(self, service: str, method: str, payload: Any = None, timeout: float = TIMEOUT) -> Any:
        """The result; raises what the service refused with, or Unavailable."""
        pending: RpcReply | None = None
        try:
            with eventlet.Timeout(timeout):
                # A reply that comes before our queue for replies was declared would be lost.
                self.replies.queue_consumer._consumers_ready.wait()
                pending = self._proxy(service, method, timeout).call_async(payload)
                reply = pending.result()
        except (eventlet.Timeout, UnknownService, OSError, AMQPError, KombuError) as error:
            self._forget(pending)
            raise Unavailable("service_unavailable", params={"service": service}) from error
        if "ok" in reply:
            return reply["ok"]
        if "refusal" in reply:
            raise Refusal.from_wire(reply["refusal"])
        raise Unavailable("service_failed", params={"service": service, "error": reply["failed"]})

    def _proxy(self, service: str, method: str, timeout: float) -> MethodProxy:
        key = (service, method, timeout)
        if key not in self._proxies:
            # A call expires when its caller gives up: a service that was long away would else come back to a heap of
            # them, and carry out orders whose givers were told that it could not be reached.
            proxy = MethodProxy(self._context, service, method, self.replies, expiration=timeout)
            self._proxies[key] = proxy
        return self._proxies[key]

    def _forget(self, pending: RpcReply | None) -> None:
        """nameko would keep the place of a reply that never comes."""
        places = self.replies._reply_events
        for call in [c for c, place in places.items() if pending is not None and place is pending.reply_event]:
            del places[call]

    def send(self, message: Message, timeout: float = TIMEOUT) -> Any:
        """Give a command or ask a question of the service that its name begins with."""
        service = message.NAME.split(".")[0]
        return self.call(service, method_of(type(message)), message.model_dump(mode="json"), timeout)
