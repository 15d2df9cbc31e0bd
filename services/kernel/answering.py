"""How calls reach a service and replies leave it: nameko's workers, fed and answered by a shorter way than nameko's own.

A reply leaves on the channel that the call came by, and then the call is acknowledged: the broker takes things of one
channel in order, so an acknowledged call was answered, without a confirmation that would have to be waited for.
"""

from __future__ import annotations

import json
import logging
import sys
from functools import partial
from typing import Any

from kombu import Connection
from nameko.exceptions import ContainerBeingKilled, MethodNotFound, UnserializableValueError, serialize
from nameko.rpc import Rpc, RpcConsumer, get_rpc_exchange

from services.kernel.calls import OWN, STRAIGHT, read_ahead, send
from services.kernel.consuming import Messages
from services.kernel.observe import describe

log = logging.getLogger("zhuce.rpc")


class _Messages(Messages):
    """A connection of its own, whose messages are handed over as they are."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self._received, provider), accept=self.accept)
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        return self._consumers.values()

    def on_consume_ready(self, connection: Connection, channel: Any, consumers: Any, **kwargs: Any) -> None:
        read_ahead(connection)
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def _received(self, provider: Any, message: Any) -> None:
        # Every worker may be waiting for something that this very greenlet has to read: it must not wait for a worker.
        if self.container._worker_pool.free() > 0:
            provider.handle_message(None, message)
        else:
            self.container.spawn_managed_thread(partial(provider.handle_message, None, message), identifier="call")


class Consumer(RpcConsumer):  # type: ignore[misc]
    """Every @rpc of a container shares it."""

    queue_consumer = _Messages()

    def setup(self) -> None:
        super().setup()
        self._by_method: dict[str, Any] = {}

    def handle_message(self, body: Any, message: Any) -> None:
        """A worker for the call, or a reply that says why not."""
        try:
            provider = self._provider(message.delivery_info["routing_key"].rpartition(".")[2])
            call = json.loads(message.body)
            args, kwargs = call["args"], call["kwargs"]
            headers = provider.unpack_message_headers(message)
        except Exception:
            self.handle_result(message, None, sys.exc_info())
            return
        try:
            self.container.spawn_worker(
                provider, args, kwargs, context_data=headers, handle_result=partial(provider.handle_result, message)
            )
        except ContainerBeingKilled:
            self.requeue_message(message)

    def _provider(self, method: str) -> Any:
        if method not in self._by_method:
            self._by_method = {provider.method_name: provider for provider in self._providers}
        if method not in self._by_method:
            raise MethodNotFound(method)
        return self._by_method[method]

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        """Answer. nameko ends the whole service when one reply cannot be sent: the broker was away, or nobody is
        named to reply to."""
        try:
            self._reply(message, result, exc_info)
        except Exception as error:
            log.warning("reply not sent", extra={"error": describe(error)})
        # On a lost connection this does nothing, and the call is delivered and answered again.
        self.queue_consumer.ack_message(message)
        return result, exc_info

    def _reply(self, message: Any, result: Any, exc_info: Any) -> None:
        error = serialize(exc_info[1]) if exc_info else None
        try:
            body = json.dumps({"result": result, "error": error}, ensure_ascii=False)
        except (TypeError, ValueError):
            body = json.dumps({"result": None, "error": serialize(UnserializableValueError(result))})
        to = message.properties["reply_to"]
        # Whoever calls as nameko does waits at a queue that is bound to its exchange.
        exchange = "" if to.startswith((STRAIGHT, OWN)) else get_rpc_exchange(self.container.config).name
        about = {"correlation_id": message.properties.get("correlation_id")}
        send(message.channel, body, exchange, to, {k: v for k, v in about.items() if v})


def install() -> None:
    """Of every @rpc, wherever it was imported from: all share one queue."""
    Rpc.rpc_consumer = Consumer()
