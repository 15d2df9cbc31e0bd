"""A connection to the broker that is left at once when something is wrong with it.

amqp says goodbye and waits for the answer, however long: behind a balancer that lost the broker, or before a broker that
hangs, that is for ever, and whoever noticed by a missing heartbeat or confirm would never connect anew.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from kombu import Connection


class Broker(Connection):
    """As a context: after an error its socket is closed without a word. The broker takes back what was not acknowledged."""

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        super().__init__(options.pop("hostname", uri), **options)  # type: ignore[no-untyped-call]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and self._connection is not None and self.transport.implements.asynchronous:
            self._connection.collect()
        super().__exit__(kind, error, at)
