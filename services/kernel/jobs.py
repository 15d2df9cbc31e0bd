"""Ordinary messages: done at least once, tried again with growing pauses, at last laid aside for an operator to replay.

    @job("sms")
    def send_sms(self, body): ...                  # raising means: again later; a Refusal means: never
    publish_job(amqp_uri, "sms", {...})            # returns when the broker has it safely

A job may be done twice (a crash after it and before its acknowledgement), so it must be harmless the second time.
Every step publishes with confirms before it acknowledges: a crash doubles, never loses. On ``memory://`` there are no
queues that let messages wait: pauses are spent in this process, and end with it as the queues themselves do.
"""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import eventlet
from kombu import Connection, Producer, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer

from contracts.errors import Refusal, Unavailable
from services.kernel.clock import clock
from services.kernel.observe import describe

log = logging.getLogger("zhuce.jobs")
DELAYS = (1.0, 10.0, 60.0, 600.0)
"""Seconds before the second, third, … attempt. After the last the job is laid aside."""
CONFIRMED = 10.0


def publish_job(amqp_uri: str, name: str, body: Any, job_id: str | None = None) -> str:
    """Give a job to whoever does jobs of this name, also when nobody runs now; its id."""
    job_id = job_id or str(uuid4())
    with _connection(amqp_uri) as broker:
        _publish(broker, _queue(name), body, {"job": job_id, "attempt": 1})
    return job_id


def job(name: str, delays: Sequence[float] = DELAYS) -> Callable[[Callable[[Any, Any], Any]], Any]:
    """A nameko entrypoint that does the jobs of this name."""

    def decorate(function: Callable[[Any, Any], Any]) -> Any:
        @functools.wraps(function)
        def attempt(self: Any, body: Any) -> Exception | None:
            try:
                function(self, body)
            except Exception as error:  # nameko would log its text, which may hold what a person typed in
                return error
            return None

        return Job.decorator(name, delays)(attempt)

    return decorate


class Job(Entrypoint):  # type: ignore[misc]
    """Consumes ``jobs.<name>``; what fails goes through ``jobs.<name>.again.<ms>`` and ends in ``jobs.<name>.dead``."""

    queue_consumer = QueueConsumer()

    def __init__(self, name: str, delays: Sequence[float] = DELAYS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name, self.delays = name, tuple(delays)

    def setup(self) -> None:
        self.queue = _queue(self.name)
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def handle_message(self, body: Any, message: Any) -> None:
        """Called by the queue consumer for each job."""
        if message.delivery_info.get("redelivered"):
            # A process died with it. That is an attempt too, or a job that kills would kill for ever.
            self._failed(body, message, {"type": "Interrupted"}, hopeless=False)
            return

        def ended(worker_ctx: Any, result: Any = None, exc_info: Any = None) -> tuple[Any, Any]:
            error = exc_info[1] if exc_info else result
            if error is None:
                self.queue_consumer.ack_message(message)
            else:
                hopeless = isinstance(error, Refusal) and not isinstance(error, Unavailable)
                self._failed(body, message, describe(error), hopeless)
            return None, None

        try:
            self.container.spawn_worker(self, (body,), {}, handle_result=ended)
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def _failed(self, body: Any, message: Any, error: dict[str, Any], hopeless: bool) -> None:
        attempt = message.headers.get("attempt")
        attempt = attempt if isinstance(attempt, int) else 1
        about = {"job": message.headers.get("job", ""), "attempt": attempt}
        log.warning("job failed", extra={"name_of_job": self.name, **about, "error": error})
        try:
            if hopeless or attempt > len(self.delays):
                about |= {"error": json.dumps(error), "failed_at": clock.now().isoformat(timespec="seconds")}
                self._pass_on(_dead(self.name), body, about)
            else:
                self._again(self.delays[attempt - 1], body, {**about, "attempt": attempt + 1})
        except Exception as unsent:
            # Not acknowledged, so the broker still has it; given back after a pause, not at once.
            log.error("job kept", extra={"name_of_job": self.name, "error": describe(unsent)})
            eventlet.sleep(1.0)
            self.queue_consumer.requeue_message(message)
        else:
            self.queue_consumer.ack_message(message)

    def _again(self, delay: float, body: Any, about: dict[str, Any]) -> None:
        if self.container.config["AMQP_URI"].startswith("memory:"):
            eventlet.spawn_after(delay, self._pass_on, _queue(self.name), body, about)
        else:
            self._pass_on(_waiting(self.name, delay), body, about)

    def _pass_on(self, queue: Queue, body: Any, about: dict[str, Any]) -> None:
        with _connection(self.container.config["AMQP_URI"]) as broker:
            _publish(broker, queue, body, about)


# -- for operators ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeadLetter:
    """A job that was laid aside. ``body`` may hold a person's data: show it, do not log it."""

    job: str
    body: Any
    attempts: int
    error: dict[str, Any]
    failed_at: str


def dead_letters(amqp_uri: str, name: str) -> list[DeadLetter]:
    """The jobs of this name that were laid aside, oldest first; they stay where they are."""
    with _connection(amqp_uri) as broker:
        messages = _all(broker, name)
        letters = [_letter(message) for message in messages]
        for message in messages:
            message.requeue()
    return letters


def replay(amqp_uri: str, name: str, jobs: Collection[str] | None = None) -> int:
    """Give these laid-aside jobs (all, when none are named) a new start with all attempts; how many."""
    replayed = 0
    with _connection(amqp_uri) as broker:
        for message in _all(broker, name):
            letter = _letter(message)
            if jobs is None or letter.job in jobs:
                _publish(broker, _queue(name), letter.body, {"job": letter.job, "attempt": 1})
                message.ack()
                replayed += 1
            else:
                message.requeue()
    return replayed


def _all(broker: Connection, name: str) -> list[Any]:
    queue = _dead(name)(broker.default_channel)
    queue.declare()
    messages = []
    # Held unacknowledged until all are read, so that each is seen once; given back when the connection ends.
    while (message := queue.get()) is not None:
        messages.append(message)
    return messages


def _letter(message: Any) -> DeadLetter:
    about = message.headers
    error = json.loads(about.get("error", "{}"))
    return DeadLetter(about.get("job", ""), message.payload, about.get("attempt", 0), error, about.get("failed_at", ""))


# -- queues ----------------------------------------------------------------------------------------------------


def _queue(name: str) -> Queue:
    return Queue(f"jobs.{name}", durable=True)


def _dead(name: str) -> Queue:
    return Queue(f"jobs.{name}.dead", durable=True)


def _waiting(name: str, delay: float) -> Queue:
    """Nobody consumes it: its messages expire, and RabbitMQ puts them back into the job's own queue."""
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"jobs.{name}"}
    wait = int(delay * 1000)
    return Queue(f"jobs.{name}.again.{wait}", durable=True, queue_arguments={"x-message-ttl": wait, **back})


def _connection(amqp_uri: str) -> Connection:
    return Connection(amqp_uri, connect_timeout=CONFIRMED, transport_options={"confirm_publish": True})


def _publish(broker: Connection, queue: Queue, body: Any, about: dict[str, Any]) -> None:
    Producer(broker.default_channel, serializer="json").publish(
        body,
        exchange="",
        routing_key=queue.name,
        declare=[queue],
        headers=about,
        delivery_mode=2,
        mandatory=True,
        confirm_timeout=CONFIRMED,
    )
