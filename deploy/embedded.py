"""The whole product in one process: a real PostgreSQL from a wheel, messages in memory, all services, one port.

``python -m deploy.embedded`` (what ``zhuce up`` runs). Everything it keeps is under ZHUCE_DATA.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import contextlib  # noqa: E402
import fcntl  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

import psutil._psposix  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

from deploy import settings  # noqa: E402
from deploy.postgres.databases import prepare  # noqa: E402
from deploy.postgres.server import PostgresServer  # noqa: E402
from services.kernel import memory_broker  # noqa: E402
from services.kernel.collecting import seldom  # noqa: E402
from services.kernel.observe import log_to  # noqa: E402
from services.kernel.secret_files import secret  # noqa: E402

# psutil waits for processes with select.poll, which eventlet takes away; it is only used before and after the services run.
psutil._psposix.select = eventlet.patcher.original("select")  # type: ignore[attr-defined]


def main() -> int:
    """0 after SIGTERM or SIGINT; 2 when a setting leads to nothing good, 3 when another product runs on this data
    directory, 4 when the address cannot be had.
    """
    os.umask(0o077)  # what is written here is for nobody else on this machine
    data = settings.data_directory()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    log_to((data / "zhuce.log").open("a", encoding="utf-8", buffering=1))
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(only_one(data))
        except BlockingIOError:
            print(f"another zhuce already runs on {data}", file=sys.stderr)
            return 3
        http = os.environ.get("ZHUCE_HTTP") or settings.HTTP
        try:
            can_listen(http)  # said before anything starts: services that fail to start fill the terminal
        except (OSError, ValueError) as error:
            print(f"cannot listen on {http}: {error}. Set ZHUCE_HTTP.", file=sys.stderr)
            return 4
        try:
            settings.readable_matters(os.environ)
        except settings.SettingWrong as wrong:
            print(wrong, file=sys.stderr)
            return 2
        databases = stack.enter_context(database_urls(data))
        memory_broker.install()
        amqp = os.environ.get("AMQP_URI") or memory_broker.URI
        config = settings.config_of(databases, amqp, data, os.environ)
        runner = ServiceRunner(config)
        for name in settings.SERVICES:
            runner.add_service(settings.service_class(name))
        stopping = eventlet.event.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None if stopping.ready() else stopping.send(None))
        runner.start()
        seldom()
        print(json.dumps({"ready": True, "url": config["PUBLIC_URL"], "data": str(data)}), flush=True)
        stopping.wait()
        # What is under way is done in moments; nameko then waits a second for each kind of consumer in turn, for nothing.
        with eventlet.Timeout(2, False):
            runner.stop()
    return 0


def can_listen(http: str) -> None:
    """OSError when nobody can listen at this address, or somebody does already."""
    host, _, port = http.rpartition(":")
    socket.create_server((host, int(port))).close()


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Two products on one data directory would fight over it."""
    with (data / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextlib.contextmanager
def database_urls(data: Path) -> Iterator[dict[str, str]]:
    """Each service's own database on DATABASE_URL's server when that is set, else on an embedded one."""
    passwords = {
        name: secret(data / "keys" / f"database-{name}") for name in settings.SERVICES if name != "gateway"
    }
    if outside := os.environ.get("DATABASE_URL"):
        yield prepare(outside, passwords)
        return
    with PostgresServer(data / "postgres") as server:
        yield prepare(server.admin_url, passwords)


if __name__ == "__main__":
    sys.exit(main())
