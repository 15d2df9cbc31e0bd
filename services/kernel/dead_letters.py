"""Jobs that were laid aside, for operators: looked at where they lie and in their order, or given a new start.

Who looks holds the letters unacknowledged, so that the broker puts each back in its place, also when the process dies
meanwhile. One looks at a time, or a letter in one operator's hands would not be there for the other. A letter that is
replayed is published, then acknowledged: a crash between the two leaves it there as well, and loses nothing.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import ResourceLocked
from kombu import Connection

from contracts.dead_letters import AT_ONCE, DeadLetter, DeadLetters, ReadDeadLetters, ReplayDeadLetters, Replayed
from contracts.errors import NotAllowed, Unavailable
from contracts.message import Actor
from services.kernel.jobs import Job, connection, dead_letter_count, dead_queue, job_queue, publish
from services.kernel.kernel import Ground

log = logging.getLogger("zhuce.jobs")
PATIENCE = 10.0
"""Seconds to wait for another operator's look to end."""
_LOOKING = threading.Lock()


def dead_letters(
    amqp_uri: str, name: str, jobs: Collection[str] | None = None, limit: int = AT_ONCE
) -> list[DeadLetter]:
    """The jobs of this name that were laid aside, oldest first; they stay where they are."""
    found: list[DeadLetter] = []
    held = []
    with _alone(amqp_uri, name) as broker:
        for message in _taken(broker, name):
            held.append(message)
            letter = _letter(name, message)
            if len(found) < limit and (jobs is None or letter.job in jobs):
                found.append(letter)
            # In memory what is put back goes to the end: only when all were taken are they in order again.
            if len(found) >= limit and not _in_memory(amqp_uri):
                break
        for message in held:
            message.requeue()
    return found


def replay(amqp_uri: str, name: str, jobs: Collection[str] | None = None, limit: int = AT_ONCE) -> list[str]:
    """Give these laid-aside jobs (when none are named all, ``limit`` at a time) a new start with all attempts; their ids.

    A job that lies there twice, because a crash doubled it, is given once.
    """
    given: list[str] = []
    others = []
    with _alone(amqp_uri, name) as broker:
        for message in _taken(broker, name):
            letter = _letter(name, message)
            if jobs is not None and letter.job not in jobs:
                others.append(message)
                continue
            if letter.job not in given:
                publish(broker, job_queue(name), letter.body, {"job": letter.job, "attempt": 1})
                given.append(letter.job)
            message.ack()
            if jobs is None and len(given) >= limit:
                break
        for message in others:
            message.requeue()
    return given


def _taken(broker: Connection, name: str) -> Iterator[Any]:
    """Those that are there now, one by one: what is laid aside while we look is for the next look."""
    queue = dead_queue(name)(broker.default_channel)
    there = broker.default_channel.queue_declare(queue.name, durable=True, auto_delete=False).message_count
    for _ in range(there):
        if (message := queue.get()) is None:
            return
        yield message


@contextmanager
def _alone(amqp_uri: str, name: str) -> Iterator[Connection]:
    """A connection, while no other process looks at these letters: the broker gives an exclusive queue to one at a time, and
    takes it back when its connection ends, however that ends."""
    if not _LOOKING.acquire(timeout=PATIENCE):
        raise Unavailable("dead_letters_busy")
    try:
        with connection(amqp_uri) as broker:
            deadline = time.monotonic() + PATIENCE
            while not _in_memory(amqp_uri) and not _held(broker, f"jobs.{name}.dead.look"):
                if time.monotonic() > deadline:
                    raise Unavailable("dead_letters_busy")
                time.sleep(0.05)
            yield broker
    finally:
        _LOOKING.release()


def _held(broker: Connection, lock: str) -> bool:
    try:
        broker.channel().queue_declare(lock, exclusive=True)
    except ResourceLocked:
        return False
    return True


def _in_memory(amqp_uri: str) -> bool:
    return amqp_uri.startswith("memory:")


def _letter(name: str, message: Any) -> DeadLetter:
    about = message.headers
    return DeadLetter(
        name=name,
        job=about.get("job", ""),
        body=message.payload,
        attempts=about.get("attempt", 0),
        error=json.loads(about.get("error", "{}")),
        failed_at=about.get("failed_at"),
    )


# -- what a service answers. Only operators ask: whoever calls, it is looked at here again ------------------------


def letters_of(ground: Ground, asked: ReadDeadLetters) -> DeadLetters:
    """Those of one name or of all, and how many there are."""
    operators_only(asked.actor)
    uri, total = ground.config["AMQP_URI"], 0
    letters: list[DeadLetter] = []
    for name in job_names(ground, asked.name):
        total += dead_letter_count(uri, name)
        if len(letters) < asked.limit:
            letters += dead_letters(uri, name, asked.jobs, asked.limit - len(letters))
    return DeadLetters(letters=tuple(letters), total=max(total, len(letters)))


def replay_for(ground: Ground, asked: ReplayDeadLetters) -> Replayed:
    """A new start for these jobs, or for all; who ordered it is logged."""
    operators_only(asked.actor)
    uri, left = ground.config["AMQP_URI"], 0
    given: list[str] = []
    for name in job_names(ground, asked.name):
        if len(given) < AT_ONCE:
            given += replay(uri, name, asked.jobs, AT_ONCE - len(given))
        left += dead_letter_count(uri, name)
    who = {"account": asked.actor.account_id, "correlation_id": asked.correlation_id}
    log.info("dead letters replayed", extra={"jobs": given, **who})
    return Replayed(jobs=tuple(given), left=left)


def job_names(ground: Ground, only: str | None = None) -> list[str]:
    """The names of the jobs that this service does."""
    names = sorted(one.name for one in ground.container.entrypoints if isinstance(one, Job))
    return [name for name in names if only in (None, name)]


def operators_only(actor: Actor) -> None:
    """Letters are the machine room's."""
    if actor.kind != "operator":
        raise NotAllowed("operators_only")
