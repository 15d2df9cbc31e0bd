"""kombu's memory transport, made fit to carry nameko between services in one process.

Three things differ from the packaged one: a message's ``properties`` include ``content_type`` (nameko reads it there),
a waiting consumer is woken by the message that arrives instead of sleeping through a polling interval, and there is no
prefetch limit: it would be counted for the whole channel, so that messages which wait their turn in one follower
would keep a service's calls and replies from it.
"""

from __future__ import annotations

import socket
import threading
import time
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, memory

URI = "memory://"
_arrived = threading.Condition()
_count = 0


def install() -> None:
    """Make ``memory://`` mean this transport in this process."""
    TRANSPORT_ALIASES["memory"] = f"{__name__}:Transport"


class _Message(memory.virtual.Message):
    def __init__(self, payload: dict[str, Any], channel: Any = None, **kwargs: Any) -> None:
        payload["properties"].setdefault("content_type", payload.get("content-type"))
        super().__init__(payload, channel, **kwargs)  # type: ignore[no-untyped-call]


class _Channel(memory.Channel):
    Message = _Message

    def basic_qos(self, prefetch_size: int = 0, prefetch_count: int = 0, apply_global: bool = False) -> None:
        self.qos.prefetch_count = 0

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        global _count
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]
        with _arrived:
            _count += 1
            _arrived.notify_all()


class Transport(memory.Transport):
    """Registered by install()."""

    Channel = _Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            seen = _count
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]
                return
            except Empty:
                remaining = 1.0 if deadline is None else min(1.0, deadline - time.monotonic())
                if remaining <= 0:
                    raise TimeoutError() from None
                with _arrived:
                    if seen == _count:
                        _arrived.wait(remaining)


assert TimeoutError is socket.timeout  # what kombu expects of drain_events
