"""Publishes a service's log to RabbitMQ, in order, with publisher confirms, from a recorded position.

The log is the outbox. One relay per service is active (a session lock); a crash between publish and record
publishes again, and followers drop what they have seen. Nothing is published before it is committed.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import eventlet
from eventlet.hubs import trampoline
from kombu import Connection, Exchange, Producer

from services.kernel.log import EventLog
from services.kernel.observe import describe

log = logging.getLogger("zhuce.relay")
PAGE = 200
IDLE = 1.0
"""Seconds between looks at the log when no notification comes: another process may have appended."""
CONFIRMED = 10.0
"""Seconds within which the broker confirms a message; one that does not is left, and its connection with it."""
_LOCK = 7342015


def exchange_of(source: str) -> Exchange:
    """The topic exchange of a service's events; the routing key is the event's name and never personal."""
    return Exchange(f"{source}.events", type="topic", durable=True)


class Relay:
    """Runs in every replica; only the one that holds the lock publishes."""

    def __init__(self, events: EventLog, amqp_uri: str) -> None:
        self.events = events
        self.amqp_uri = amqp_uri
        self.position = 0
        self.active = False
        self.error: dict[str, Any] | None = None
        self._stopping = False

    def stop(self) -> None:
        """Ask the loop to end; what is not yet published stays in the log."""
        self._stopping = True

    def health(self) -> dict[str, Any]:
        """``lag`` is how many events wait to be published, whichever replica does it."""
        with self.events.recorder.database.cursor() as cursor:
            lag = self.events.head() - self._read_position(cursor)
        return {"ok": self.error is None, "active": self.active, "lag": lag, "error": self.error}

    def run(self) -> None:
        """Publish for ever; any failure is shown, waited out, and begun again from the recorded position."""
        pause = 0.2
        while not self._stopping:
            try:
                self._publish_while_locked()
                pause = 0.2
            except Exception as error:
                self.active, self.error = False, describe(error)
                log.warning("relay interrupted", extra={"source": self.events.source, "error": self.error})
                eventlet.sleep(pause)
                pause = min(pause * 2, 10.0)

    def _publish_while_locked(self) -> None:
        session = self.events.recorder.database.connect()
        try:
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
                if not cursor.fetchone()[0]:
                    self.active, self.error = False, None
                    eventlet.sleep(IDLE)
                    return
                cursor.execute("LISTEN events")
            with Connection(self.amqp_uri, transport_options={"confirm_publish": True}, connect_timeout=10) as broker:
                producer = Producer(broker.channel(), exchange_of(self.events.source), auto_declare=True)
                self.position = self._recorded(session)
                self.active, self.error = True, None
                while not self._stopping:
                    if not self._publish_page(session, producer):
                        self._wait(session)
        finally:
            self.active = False
            session.close()

    def _publish_page(self, session: Any, producer: Producer) -> bool:
        page = self.events.read(self.position, PAGE)
        for message in page:
            self._publish(producer, message)
        if page:
            self.position = page[-1]["position"]
            self._record(session)
        return bool(page)

    def _publish(self, producer: Producer, message: dict[str, Any]) -> None:
        producer.publish(
            json.dumps(message, ensure_ascii=False),
            routing_key=message["name"],
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            confirm_timeout=CONFIRMED,
        )

    def _record(self, session: Any) -> None:
        with session.cursor() as cursor:
            cursor.execute("UPDATE published SET position = %s WHERE position < %s", [self.position, self.position])

    def _recorded(self, session: Any) -> int:
        with session.cursor() as cursor:
            return self._read_position(cursor)

    def _read_position(self, cursor: Any) -> int:
        cursor.execute("SELECT position FROM published")
        return int(cursor.fetchone()[0])

    def _wait(self, session: Any) -> None:
        """Until something is appended, here or in another process."""
        deadline = time.monotonic() + IDLE
        while not self._stopping and time.monotonic() < deadline:
            session.poll()
            if session.notifies:
                session.notifies.clear()
                return
            try:
                trampoline(session.fileno(), read=True, timeout=max(0.01, deadline - time.monotonic()))
            except eventlet.Timeout:
                return
