"""Ordinary messages: done at least once, tried again with growing pauses, at last laid aside for an operator to replay.

    @job("sms")
    def send_sms(self, body): ...                  # raising means: again later; a Refusal means: never
    publish_job(amqp_uri, "sms", {...})            # returns when the broker has it safely

A job may be done twice (a crash after it and before its acknowledgement), so it must be harmless the second time.
Every step publishes with confirms before it acknowledges: a crash doubles, never loses. On ``memory://`` there are no
queues that let messages wait: pauses are spent in this process, and end with it as the queues themselves do.

What waits and what is laid aside has no limit: a full queue would have to lose a job or stop all others, and a job is small,
because it holds ids and nothing else. Health and metrics count what is laid aside (``dead_letters.py``).
"""

from __future__ import annotations

import functools
import json
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import eventlet
from kombu import Connection, Producer, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from contracts.errors import Refusal, Unavailable
from services.kernel.broker import Broker
from services.kernel.clock import clock
from services.kernel.consuming import Messages
from services.kernel.kernel import Ground
from services.kernel.observe import describe

log = logging.getLogger("zhuce.jobs")
DELAYS = (1.0, 10.0, 60.0, 600.0)
"""Seconds before the second, third, … attempt, where the setting JOB_DELAYS says no others. After the last the job is
laid aside."""
CONFIRMED = 10.0
ON_DISK = 3.0
"""Seconds after which RabbitMQ has the definition of a new queue on disk."""


def publish_job(amqp_uri: str, name: str, body: Any, job_id: str | None = None) -> str:
    """Give a job to whoever does jobs of this name, also when nobody runs now; its id."""
    job_id = job_id or str(uuid4())
    with connection(amqp_uri) as broker:
        publish(broker, job_queue(name), body, {"job": job_id, "attempt": 1})
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

    queue_consumer = Messages()
    ground = Ground()

    def __init__(self, name: str, delays: Sequence[float] = DELAYS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.name, self.delays = name, tuple(delays)

    def setup(self) -> None:
        self.queue = job_queue(self.name)
        self.delays = tuple(self.container.config.get("JOB_DELAYS") or self.delays)
        self.ground.checks[f"jobs.{self.name}"] = self.health
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        self.queue_consumer.unregister_provider(self)

    def health(self) -> dict[str, Any]:
        """How many were laid aside: for an operator to look at, but no reason to keep people out."""
        laid_aside = dead_letter_count(self.container.config["AMQP_URI"], self.name)
        return {"ok": laid_aside == 0, "dead_letters": laid_aside, "degraded": laid_aside > 0}

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
                self._failed(body, message, _told(error), hopeless)
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
                self._pass_on(dead_queue(self.name), body, about)
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
            eventlet.spawn_after(delay, self._pass_on, job_queue(self.name), body, about)
        else:
            self._pass_on(_waiting(self.name, delay), body, about)

    def _pass_on(self, queue: Queue, body: Any, about: dict[str, Any]) -> None:
        with connection(self.container.config["AMQP_URI"]) as broker:
            publish(broker, queue, body, about)


def _told(error: BaseException) -> dict[str, Any]:
    """For the operator: a refusal says by its code what to mend, and which setting or service it is about."""
    about = describe(error)
    if isinstance(error, Refusal):
        about |= {"code": error.code, "params": {k: v for k, v in error.params.items() if k in ("setting", "service")}}
    return about


def dead_letter_count(amqp_uri: str, name: str) -> int:
    """How many jobs of this name lie aside now."""
    with connection(amqp_uri) as broker:
        return int(broker.default_channel.queue_declare(dead_queue(name).name, durable=True, auto_delete=False).message_count)


# -- queues ----------------------------------------------------------------------------------------------------


def job_queue(name: str) -> Queue:
    """Where jobs of this name wait for a worker."""
    return Queue(f"jobs.{name}", durable=True)


def dead_queue(name: str) -> Queue:
    """Where they lie when they were tried for the last time."""
    return Queue(f"jobs.{name}.dead", durable=True)


def _waiting(name: str, delay: float) -> Queue:
    """Nobody consumes it: its messages expire, and RabbitMQ puts them back into the job's own queue."""
    back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": f"jobs.{name}"}
    wait = int(delay * 1000)
    return Queue(f"jobs.{name}.again.{wait}", durable=True, queue_arguments={"x-message-ttl": wait, **back})


def connection(amqp_uri: str) -> Broker:
    """To the broker, with publisher confirms."""
    return Broker(amqp_uri, connect_timeout=CONFIRMED, transport_options={"confirm_publish": True})


def publish(broker: Connection, queue: Queue, body: Any, about: dict[str, Any]) -> None:
    """Returns when the broker has it safely in this very queue; raises otherwise."""
    Producer(_channel_with(broker, queue), serializer="json").publish(
        body,
        exchange="",
        routing_key=queue.name,
        headers=about,
        delivery_mode=2,
        mandatory=True,
        confirm_timeout=CONFIRMED,
    )


def _channel_with(broker: Connection, queue: Queue) -> Any:
    """A channel of a broker that has the queue, and has it on disk.

    RabbitMQ writes a message to disk before it confirms it, but the commit of a new queue's definition up to two
    seconds after saying that it is declared (Erlang's disk_log keeps it that long): a broker killed in between comes
    back without the queue, and so without the confirmed job. Hence a new queue is waited for, once in its life.
    """
    channel = broker.channel()
    place = (broker.as_uri(), queue.name)
    try:
        queue(channel).queue_declare(passive=True)
    except broker.channel_errors:  # there is none, and the channel is gone with the question
        channel = broker.channel()
        queue(channel).declare()
        if broker.transport.driver_type != "memory":
            _new[place] = time.monotonic() + ON_DISK
    if (on_disk := _new.get(place)) is not None:  # whoever comes second waits as long
        eventlet.sleep(max(0.0, on_disk - time.monotonic()))
        _new.pop(place, None)
    return channel


_new: dict[tuple[str, str], float] = {}
"""When the queues that this process has just declared are on disk, by this process's clock."""
