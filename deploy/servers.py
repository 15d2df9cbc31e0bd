"""The servers of a real deployment, on one machine: yours if you name them, else private ones for a while.

``AMQP_URI`` and ``DATABASE_URL`` (an administrator's) in the environment win over everything: then nothing
is started. Otherwise PostgreSQL comes from its wheel, and RabbitMQ from what is installed or Docker Compose.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.postgres.server import PostgresServer
from deploy.process import DidNotStart, NotInstalled, Server, free_port
from deploy.rabbitmq.container import RabbitContainer
from deploy.rabbitmq.server import RabbitServer

__all__ = [
    "DidNotStart",
    "NotInstalled",
    "PostgresServer",
    "RabbitContainer",
    "RabbitServer",
    "Server",
    "Servers",
    "free_port",
    "servers",
]


@dataclass(frozen=True)
class Servers:
    """Where both servers are, and in words where they came from."""

    admin_url: str
    amqp_uri: str
    origin: tuple[str, str]


def _silent(_: str) -> None:
    return None


@contextmanager
def servers(home: Path | None = None, say: Callable[[str], None] = _silent) -> Iterator[Servers]:
    """Both servers, for as long as the block lasts. Their data stay in ``home``; without one they go too."""
    with ExitStack() as stack:
        admin_url, amqp_uri = os.environ.get("DATABASE_URL"), os.environ.get("AMQP_URI")
        origin = ["DATABASE_URL", "AMQP_URI"]
        if not admin_url:
            say("starting PostgreSQL")
            postgres = stack.enter_context(PostgresServer(home / "postgres" if home else None))
            admin_url, origin[0] = postgres.admin_url, f"PostgreSQL of our own on port {postgres.port}"
        if not amqp_uri:
            say("starting RabbitMQ")
            rabbit = _rabbit(home / "rabbitmq" if home else None)
            stack.enter_context(rabbit)
            amqp_uri, origin[1] = rabbit.amqp_uri, rabbit.origin
        yield Servers(admin_url, amqp_uri, (origin[0], origin[1]))


def _rabbit(home: Path | None) -> RabbitServer | RabbitContainer:
    if RabbitServer.installed():
        return RabbitServer(home)
    if RabbitContainer.possible():
        return RabbitContainer()
    raise NotInstalled(f"{RabbitServer.INSTALL}\nOr start Docker, or set AMQP_URI to a RabbitMQ of yours.")
