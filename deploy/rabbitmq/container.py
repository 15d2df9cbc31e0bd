"""RabbitMQ in a container, as docker-compose.yml has it, for a machine with Docker and without RabbitMQ."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.process import DidNotStart, free_port
from deploy.stack import engine
from deploy.stack.compose import COMPOSE_FILE, ROOT, NoCompose, Project, command
from deploy.stack.images import resolve

PUBLISHED = ROOT / "deploy" / "rabbitmq" / "published.yml"


class RabbitContainer:
    """``amqp_uri`` names it once it is started. Its data go with it."""

    patience = 120.0

    def __init__(self) -> None:
        self.port = free_port()
        self._scratch = tempfile.TemporaryDirectory(prefix="zhuce-rabbitmq-")
        secrets = Path(self._scratch.name) / "secrets"
        subprocess.run([ROOT / "deploy" / "secrets.sh", secrets], check=True, capture_output=True)
        settings = dict(line.split("=", 1) for line in secrets.read_text().splitlines())
        self.amqp_uri = f"amqp://zhuce:{settings['RABBITMQ_PASSWORD']}@127.0.0.1:{self.port}//"
        self.origin = f"RabbitMQ in a container, on port {self.port}"
        self._project = Project(f"zhuce-rabbitmq-{self.port}", secrets, (COMPOSE_FILE, PUBLISHED))
        self._environment: dict[str, str] = {}

    @staticmethod
    def possible() -> bool:
        """Whether an engine and Compose are there. None is started or installed for this."""
        try:
            command()
        except NoCompose:
            return False
        return engine.answers()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._environment = {**resolve(frozenset({"rabbitmq"})), "ZHUCE_RABBITMQ_PORT": str(self.port)}
        self._project.run("up", "-d", "--no-build", "rabbitmq", environment=self._environment)
        until = time.monotonic() + self.patience
        while not self._answers():
            if time.monotonic() > until:
                said = self._project.run("logs", "--tail=15", "rabbitmq", environment=self._environment)
                self.stop()
                raise DidNotStart(
                    f"RabbitMQ's container did not answer within {self.patience:.0f} s:\n{said}"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it and delete its data."""
        self._project.run("down", "--volumes", "--remove-orphans", environment=self._environment)

    def _answers(self) -> bool:
        try:
            # The engine's own forwarder accepts before the broker listens: only a reply counts.
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                connection.settimeout(5)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._scratch.cleanup()
