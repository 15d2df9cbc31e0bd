"""Publishes a service's log to RabbitMQ, in order, with publisher confirms, from a recorded position.

The log is the outbox. One relay per service is active (a session lock); a crash between publish and record
publishes again, and followers drop what they have seen. Nothing is published before it is committed.

A message leaves at once; confirms are taken in while the next ones leave, and the position that they have reached is
recorded now and then.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import eventlet
from eventlet.green import select
from kombu import Exchange

from services.kernel.broker import Broker
from services.kernel.confirms import Outgoing
from services.kernel.log import EventLog
from services.kernel.observe import describe

log = logging.getLogger("zhuce.relay")
PAGE = 500
WINDOW = 2000
"""Messages that may be on their way to the broker unconfirmed: as many are published again after a crash."""
TURN = 50
"""Messages after which the other greenlets of the service have their turn: sending alone never waits."""
IDLE = 1.0
"""Seconds between looks at the log when no notification comes: another process may have appended."""
RECORD = 0.05
"""Seconds, at least, between recordings of the position. What a crash leaves unrecorded is published twice."""
SHORTEST, LONGEST = 0.2, 10.0
"""Seconds before what failed is tried again: twice as long each time, until everything sent is confirmed."""
RELAY_LOCK = 7342015


def exchange_of(source: str) -> Exchange:
    """The topic exchange of a service's events; the routing key is the event's name and never personal."""
    return Exchange(f"{source}.events", type="topic", durable=True)


class Relay:
    """Runs in every replica; only the one that holds the lock publishes. ``position``: up to where, as recorded."""

    def __init__(self, events: EventLog, amqp_uri: str) -> None:
        self.events = events
        self.amqp_uri = amqp_uri
        self.sent = 0
        self.position = 0
        self.active = False
        self.error: dict[str, Any] | None = None
        self._recorded_at = 0.0
        self._pause = SHORTEST
        self._stopping = False

    def stop(self) -> None:
        """Ask the loop to end; what is not yet published stays in the log."""
        self._stopping = True

    def run(self) -> None:
        """Publish for ever; any failure is shown, waited out, and begun again from the recorded position."""
        while not self._stopping:
            try:
                self._publish_while_locked()
                self._pause = SHORTEST
            except Exception as error:
                self.active, self.error = False, describe(error)
                log.warning("relay interrupted", extra={"source": self.events.source, "error": self.error})
                eventlet.sleep(self._pause)
                self._pause = min(self._pause * 2, LONGEST)

    def _publish_while_locked(self) -> None:
        session = self.events.recorder.database.connect()
        try:
            with session.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [RELAY_LOCK])
                if not cursor.fetchone()[0]:
                    self.active, self.error = False, None
                    eventlet.sleep(IDLE)
                    return
                # A position lost with the database's last moments costs a few messages twice; an fsync each costs more.
                cursor.execute("LISTEN events; SET synchronous_commit TO off")
                # A machine that is gone without a word must not hold the lock for the two hours that a system waits.
                cursor.execute("SET tcp_keepalives_idle TO 10; SET tcp_keepalives_interval TO 5; SET tcp_keepalives_count TO 3")
                cursor.execute("SELECT position FROM published")
                self.sent = self.position = int(cursor.fetchone()[0])
            with Broker(self.amqp_uri, connect_timeout=10) as broker:
                out = Outgoing(broker, exchange_of(self.events.source), self.position)
                self.active, self.error = True, None
                while not self._stopping:
                    if not self._publish_page(session, out):
                        self._wait(session, out)
        finally:
            self.active = False
            session.close()

    def _publish_page(self, session: Any, out: Outgoing) -> bool:
        page = self.events.read(self.sent, PAGE)
        for number, message in enumerate(page, start=1):
            self._publish(out, message)
            self.sent = message["position"]
            if number % TURN == 0:
                out.collect()
                eventlet.sleep(0)
        while len(out.window) > WINDOW and not self._stopping:
            out.collect(wait=IDLE)
        self._settle(session, out)
        if page:
            log.debug("published", extra={"source": self.events.source, "first": page[0]["position"], "last": self.sent})
        return bool(page)

    def _publish(self, out: Outgoing, message: dict[str, Any]) -> None:
        out.publish(message["position"], message["name"], json.dumps(message, ensure_ascii=False))

    def _settle(self, session: Any, out: Outgoing) -> None:
        """Take in confirms, and record the position that they have reached when it is time."""
        out.collect()
        if out.confirmed == self.sent:  # it may not fail again for months, and then it is not to wait for long
            self._pause = SHORTEST
        if out.confirmed > self.position and time.monotonic() >= self._recorded_at + RECORD:
            self.position = out.confirmed
            self._record(session)
            self._recorded_at = time.monotonic()

    def _record(self, session: Any) -> None:
        with session.cursor() as cursor:
            cursor.execute("UPDATE published SET position = %s WHERE position < %s", [self.position, self.position])

    def _wait(self, session: Any, out: Outgoing) -> None:
        """Until something is appended, here or in another process."""
        deadline = time.monotonic() + IDLE
        while not self._stopping:
            self._settle(session, out)
            session.poll()
            if session.notifies:  # looked at last: recording may have brought some
                session.notifies.clear()
                return
            until = deadline if out.confirmed == self.position else min(deadline, self._recorded_at + RECORD)
            if (left := until - time.monotonic()) > 0:
                select.select([session, *out.sockets], [], [], left)
            elif until == deadline:
                return
