"""kombu's memory transport, made fit to carry nameko between services in one process.

Four things differ from the packaged one: a message's ``properties`` include ``content_type`` (nameko reads it there),
a waiting consumer is woken by the message that arrives for it instead of sleeping through a polling interval, a queue
that was declared with a greatest length loses its oldest messages beyond it, and there is no prefetch limit: it would
be counted for the whole channel, so that messages which wait their turn would keep a service's calls and replies from it.
"""

from __future__ import annotations

import socket
import threading
import time
import weakref
from collections import deque
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, memory

URI = "memory://"
_transports: weakref.WeakSet[Transport] = weakref.WeakSet()
_changing = threading.Lock()


def install() -> None:
    """Make ``memory://`` mean this transport in this process."""
    TRANSPORT_ALIASES["memory"] = f"{__name__}:Transport"


class _Queue:
    """What the packaged channel wants of a queue. ``bound``: the most that wait in it; more, and the oldest are lost."""

    def __init__(self, bound: int | None = None) -> None:
        self.queue: deque[Any] = deque(maxlen=bound)

    def put(self, message: Any) -> None:
        self.queue.append(message)

    def get(self, block: bool = False) -> Any:
        try:
            return self.queue.popleft()
        except IndexError:
            raise Empty from None

    def qsize(self) -> int:
        return len(self.queue)

    def empty(self) -> bool:
        return not self.queue


class _Message(memory.virtual.Message):
    def __init__(self, payload: dict[str, Any], channel: Any = None, **kwargs: Any) -> None:
        payload["properties"].setdefault("content_type", payload.get("content-type"))
        super().__init__(payload, channel, **kwargs)  # type: ignore[no-untyped-call]


class _Channel(memory.Channel):
    Message = _Message

    def basic_qos(self, prefetch_size: int = 0, prefetch_count: int = 0, apply_global: bool = False) -> None:
        self.qos.prefetch_count = 0

    def _new_queue(self, queue: str, arguments: dict[str, Any] | None = None, **kwargs: Any) -> None:
        if queue not in self.queues:
            self.queues[queue] = _Queue((arguments or {}).get("x-max-length"))

    def _queue_for(self, queue: str) -> _Queue:
        if queue not in self.queues:
            self.queues[queue] = _Queue()
        return self.queues[queue]  # type: ignore[no-any-return]

    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:
        super()._put(queue, message, **kwargs)  # type: ignore[no-untyped-call]
        with _changing:
            everyone = list(_transports)
        for transport in everyone:
            if queue in transport._callbacks:  # it consumes this queue
                transport.arrived.set()


class Transport(memory.Transport):
    """Registered by install()."""

    Channel = _Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)  # type: ignore[no-untyped-call]
        self.arrived = threading.Event()
        with _changing:
            _transports.add(self)

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self.arrived.clear()  # before looking: what comes after the look is then not slept through
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]
                return
            except Empty:
                # A consumer may be added to this connection while another greenlet waits here: look again now and then.
                remaining = 1.0 if deadline is None else min(1.0, deadline - time.monotonic())
                if remaining <= 0:
                    raise TimeoutError() from None
                self.arrived.wait(remaining)


assert TimeoutError is socket.timeout  # what kombu expects of drain_events
