"""A connection that breaks between a message's work and its acknowledgement ends no service."""

from __future__ import annotations

from types import SimpleNamespace

import eventlet
import pytest
from amqp.exceptions import RecoverableConnectionError

from services.kernel.answering import Consumer
from services.kernel.broker import Broker
from services.kernel.consuming import Messages
from services.kernel.jobs import Job

BROKEN = [BrokenPipeError(32, "Broken pipe"), ConnectionResetError(104, "reset"), RecoverableConnectionError("closed")]


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("what", ["ack", "requeue"])
def test_what_can_no_longer_be_said_to_the_broker_is_left(what: str, error: Exception) -> None:
    said = []

    def say() -> None:
        said.append(what)
        raise error

    message = SimpleNamespace(channel=SimpleNamespace(connection=object()), ack=say, requeue=say)
    getattr(Messages(), f"{what}_message")(message)
    assert said == [what]


def test_who_gives_a_message_back_lets_others_run_before_it_comes_again() -> None:
    """Else a service that cannot start, and is asked for something over memory://, never ends."""
    ran: list[str] = []
    given_back: list[list[str]] = []
    message = SimpleNamespace(channel=SimpleNamespace(connection=object()), requeue=lambda: given_back.append([*ran]))
    eventlet.spawn(ran.append, "another")
    Messages().requeue_message(message)
    assert given_back == [["another"]]


def test_a_broker_that_was_away_for_long_is_found_soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    class Enough(Exception):
        pass

    class Waits(Messages):
        pauses: list[float] = []  # noqa: RUF012

        def create_connection(self) -> Broker:
            return Broker("amqp://guest:guest@127.0.0.1:1//")

        def on_connection_error(self, exc: Exception, interval: float) -> None:
            super().on_connection_error(exc, interval)
            self.pauses.append(interval)
            if len(self.pauses) == 30:
                raise Enough

    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    with pytest.raises(Enough), Waits().establish_connection():
        pass
    assert Waits.pauses[0] < 0.5 and max(Waits.pauses) <= 3


def test_every_consumer_of_the_kernel_is_of_this_kind() -> None:
    assert isinstance(Consumer.queue_consumer, Messages) and isinstance(Job.queue_consumer, Messages)
