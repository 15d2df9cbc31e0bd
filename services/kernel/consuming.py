"""nameko's consumer of queues, which outlives the connection that a message came by."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
from amqp.exceptions import AMQPError
from nameko.messaging import QueueConsumer

from services.kernel.broker import Broker
from services.kernel.observe import describe

log = logging.getLogger("zhuce.consuming")
GIVEN_BACK_AFTER = 0.1
"""Seconds for which a message that cannot be worked on stays here."""
AGAIN = {"interval_start": 0.2, "interval_step": 0.4, "interval_max": 3.0}
"""Seconds between attempts to reach a broker that is away. kombu's own go up to thirty: as long nobody would be served
after the broker is back.
"""


class Messages(QueueConsumer):  # type: ignore[misc]
    """nameko ends the whole service when a message is acknowledged on a connection that broke a moment ago.

    There is nothing to be done then: the broker has taken the message back, and gives it to somebody again.
    """

    def create_connection(self) -> Broker:
        """As nameko's, but left at once when it fails."""
        return Broker(**dict(self.connection._info(resolve=False)))

    @contextmanager
    def establish_connection(self) -> Iterator[Broker]:
        """As kombu's, but soon after the broker is back."""
        with self.create_connection() as connection:
            connection.ensure_connection(self.on_connection_error, self.connect_max_retries, **AGAIN)
            yield connection

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        log.warning("broker away", extra={"error": describe(exc), "again_in": interval})

    def ack_message(self, message: Any) -> None:
        try:
            super().ack_message(message)
        except (OSError, AMQPError) as error:
            log.warning("not acknowledged", extra={"error": describe(error)})

    def requeue_message(self, message: Any) -> None:
        # Nobody else may be there to take it, and then it comes back here at once: memory:// asks nobody in between, and
        # the container that is being killed would never come to an end.
        eventlet.sleep(GIVEN_BACK_AFTER)
        try:
            super().requeue_message(message)
        except (OSError, AMQPError) as error:
            log.warning("not given back", extra={"error": describe(error)})
