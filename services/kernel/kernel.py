"""What a service stands on: its database, its log, its way to other services, and its health, in one dependency.

    kernel = Kernel("filing", {SubmitFiling: (FILING, "filing_id"), ...})
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import eventlet
import psycopg2
from nameko.extensions import DependencyProvider, SharedExtension

from contracts.decider import Decider
from contracts.message import Accepted, Command
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.observe import describe
from services.kernel.recorder import PostgresRecorder
from services.kernel.relay import Relay
from services.kernel.rpc import RpcClient, answer

log = logging.getLogger("zhuce.kernel")

Handlers = Mapping[type[Command], tuple[Decider[Any, Any, Any], str]]
"""Which decider carries out a command, and which of its fields is the stream's id."""


class Ground(SharedExtension):  # type: ignore[misc]
    """One per container, shared by Kernel and every follower. Opens the database when first needed.

    nameko sets extensions up in no promised order, so nothing here may rely on setup having run.
    """

    rpc = RpcClient()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._log: EventLog | None = None
        self._database: Database | None = None
        self.handlers: Handlers = {}
        self.has_log = True
        self.checks: dict[str, Callable[[], dict[str, Any]]] = {}

    def __dir__(self) -> list[str]:
        # nameko looks at every attribute when it builds a container; looking must not open the database yet.
        return [name for name in super().__dir__() if name not in ("log", "database", "config")]

    @property
    def config(self) -> dict[str, Any]:
        """The container's settings."""
        return self.container.config  # type: ignore[no-any-return]

    @property
    def database(self) -> Database:
        """This service's own database."""
        if self._database is None:
            self._database = Database(self.config["DATABASES"][self.container.service_name])
        return self._database

    @property
    def log(self) -> EventLog:
        """This service's own log, its tables made when missing."""
        with self._lock:
            if self._log is None:
                recorder = PostgresRecorder(self.database)
                recorder.create_tables()
                self._log = EventLog(self.container.service_name, recorder)
            return self._log

    def execute(self, command: Command, *, followed: tuple[str, int] | None = None) -> Accepted:
        """Carry out a command by the decider that its type names."""
        decider, key = self.handlers[type(command)]
        return self.log.handle(decider, getattr(command, key), command, followed=followed)

    def health(self) -> dict[str, Any]:
        """Each part's state; ``ok`` only when every one is, or is merely ``degraded``: to be looked at, but no reason
        to keep people out."""
        parts = {}
        for name, check in {"database": self._database_answers, **self.checks}.items():
            parts[name] = answer(check, f"health.{name}").get("ok", {"ok": False})
        return {"service": self.container.service_name, "ok": all(p["ok"] or p.get("degraded") for p in parts.values()), "parts": parts}

    def _database_answers(self) -> dict[str, Any]:
        if self.has_log:
            return {"ok": True, "head": self.log.head()}
        with self.database.cursor() as cursor:
            cursor.execute("SELECT 1")
        return {"ok": True}

    def stop(self) -> None:
        if self._database is not None:
            self._database.close()


class Kernel(DependencyProvider):  # type: ignore[misc]
    """The service's handle on its ground; runs the relay when the service has a log to publish."""

    ground = Ground()

    def __init__(self, handlers: Handlers | None = None, publishes: bool = True) -> None:
        super().__init__()
        self.handlers = handlers or {}
        self.publishes = publishes
        self._relay: Relay | None = None
        self._stopping = False

    def setup(self) -> None:
        self.ground.handlers = self.handlers
        self.ground.has_log = self.publishes

    def start(self) -> None:
        if self.publishes:
            self.ground.checks["relay"] = self._relay_health
            self.container.spawn_managed_thread(self._run_relay, identifier="relay")

    def _run_relay(self) -> None:
        while not self._stopping and self._relay is None:
            try:
                self._relay = Relay(self.ground.log, self.ground.config["AMQP_URI"])
                self._relay.run()
            except psycopg2.Error as error:  # the database may be later than the service
                log.warning("database not reachable", extra={"error": describe(error)})
                eventlet.sleep(0.5)

    def _relay_health(self) -> dict[str, Any]:
        return self._relay.health() if self._relay else {"ok": False, "active": False}

    def stop(self) -> None:
        self._stopping = True
        if self._relay:
            self._relay.stop()

    kill = stop

    def get_dependency(self, worker_ctx: Any) -> Ground:
        return self.ground
