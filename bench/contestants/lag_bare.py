"""The limit: a message of the same size through RabbitMQ from one process to another, and nothing done with it."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

from kombu import Connection, Consumer, Exchange, Queue

from bench.common import serve
from bench.contestants.steady import BODY_SIZE, steady, when_seen

QUEUE = Queue("bench.bare", Exchange("bench.bare", type="topic", durable=True), "#", durable=True)


def consume(uri: str, seen: dict[int, float]) -> None:
    """Note when each message came, for ever."""

    def arrived(message: Any) -> None:
        seen[int(message.headers["number"])] = time.time()

    with Connection(uri) as connection, Consumer(connection.channel(), [QUEUE], no_ack=True, on_message=arrived):
        while True:
            connection.drain_events()


def main(which: str, uri: str) -> None:
    seen: dict[int, float] = {}
    if which == "follower":
        threading.Thread(target=consume, args=[uri, seen], daemon=True).start()
    with Connection(uri) as connection:
        producer = connection.Producer(exchange=QUEUE.exchange)

        def publish(number: int) -> None:
            producer.publish("x" * BODY_SIZE, routing_key="source.Written.v1", headers={"number": number})

        def append(number: int) -> None:
            sent[number] = time.time()
            publish(number)

        sent: dict[int, float] = {}

        def answer(do: str, **asked: Any) -> dict[Any, Any]:
            if do != "append":
                return when_seen(seen, **asked)
            sent.clear()
            steady(append, **asked)
            return sent

        serve(answer)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
