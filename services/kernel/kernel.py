"""What a service stands on: its database, its log, its way to other services, and its health, in one dependency.

    kernel = Kernel("filing", {SubmitFiling: (FILING, "filing_id"), ...})
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import eventlet
import psycopg2
from nameko.extensions import DependencyProvider, SharedExtension

from contracts.decider import Decider
from contracts.message import Accepted, Command
from contracts.status import FollowerStatus, ServiceStatus, WriteStatus
from services.kernel import hops, standing
from services.kernel.collector import STANDING
from services.kernel.database import Database
from services.kernel.log import EventLog
from services.kernel.migrations import schema_version
from services.kernel.observe import describe
from services.kernel.recorder import PostgresRecorder
from services.kernel.relay import RELAY_LOCK, Relay
from services.kernel.rpc import RpcClient

log = logging.getLogger("zhuce.kernel")

Handlers = Mapping[type[Command], tuple[Decider[Any, Any, Any], str]]
"""Which decider carries out a command, and which of its fields is the stream's id."""

_POSITIONS = """
    SELECT coalesce((SELECT max(position) FROM events), 0), (SELECT position FROM published),
           EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = 0
                   AND objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


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
        self.relay_active: Callable[[], bool] = lambda: False
        self.rebuilds: Callable[[], Sequence[Any]] | None = None
        self.heads = standing.Heads(self.rpc)

    def setup(self) -> None:
        self.heads = standing.Heads(self.rpc)
        STANDING.watch(self.container.service_name, self.status)

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
        return hops.executed(
            self.container.service_name,
            command,
            decider.category,
            lambda: self.log.handle(decider, getattr(command, key), command, followed=followed),
        )

    # -- how it stands ----------------------------------------------------------------------------------------

    def health(self) -> dict[str, Any]:
        """Each part's state; ``ok`` only when every one is, or is merely ``degraded``: to be looked at, but no reason
        to keep people out. A follower is not ok before it has caught up for the first time."""
        return self.health_and_followers()[0]

    def health_and_followers(self) -> tuple[dict[str, Any], dict[str, FollowerStatus]]:
        """Both at once: a follower's health needs to know how far it is behind."""
        checks = {"database": self._database_answers, "broker": lambda: standing.broker(self.container), **self.checks}
        followers = standing.followers(self.container, self.heads)
        parts = standing.with_lag(standing.checked(checks), followers)
        return {"service": self.container.service_name, "ok": standing.well(parts), "parts": parts}, followers

    def status(self) -> ServiceStatus:
        """Everything an operator wants to know of this process."""
        return standing.status(self.container, self)

    def positions(self) -> dict[str, Any]:
        """The log's end, how far it is published, and whether any replica publishes it now."""
        with self.database.cursor() as cursor:
            cursor.execute(_POSITIONS, [RELAY_LOCK])
            head, published, somebody = cursor.fetchone()
        return {"head": head, "published": published, "published_by_somebody": somebody}

    def writes(self) -> WriteStatus | None:
        """How well appends share transactions; None before the first look at the log."""
        if self._log is None:
            return None
        writer = self._log.recorder.writer
        return WriteStatus(appends=writer.appends, transactions=writer.batches)

    def _database_answers(self) -> dict[str, Any]:
        head = {"head": self.log.head()} if self.has_log else {}
        with self.database.cursor() as cursor:
            return {"ok": True, **head, "schema": schema_version(cursor)}

    def stop(self) -> None:
        STANDING.forget(self.status)
        if self._database is not None:
            self._database.close()

    def kill(self) -> None:
        STANDING.forget(self.status)


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
            self.ground.relay_active = lambda: self._relay is not None and self._relay.active
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
        """Ok while somebody publishes, here or in another replica: what is committed then reaches its followers."""
        if self._relay is None:
            return {"ok": False, "active": False}
        found = self.ground.positions()
        error = self._relay.error
        return {
            "ok": error is None and bool(found["published_by_somebody"]),
            "active": self._relay.active,
            "published_by_somebody": found["published_by_somebody"],
            "lag": found["head"] - found["published"],
            "error": error,
        }

    def stop(self) -> None:
        self._stopping = True
        if self._relay:
            self._relay.stop()

    kill = stop

    def get_dependency(self, worker_ctx: Any) -> Ground:
        return self.ground
