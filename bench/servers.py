"""The PostgreSQL that ours, peers and limits are all measured on: private, the product's own binary and settings.

Also the same binary with a slow disk: a library of a few lines, loaded into the server, waits before every fsync.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from deploy.postgres.server import PostgresServer

SHIM = Path(__file__).with_name("slow_fsync.c")


class NoCompiler(Exception):
    """A disk can only be slowed down where there is a C compiler; the message says what to install."""


class SlowPostgres(PostgresServer):
    """Every fsync of this server takes ``milliseconds`` longer: commits, as on a disk that means it."""

    def __init__(self, milliseconds: float) -> None:
        self._shim = _built_shim()
        self._milliseconds = milliseconds
        super().__init__()

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        ours = {"LD_PRELOAD": str(self._shim / "slow_fsync.so"), "SLOW_FSYNC_US": str(int(self._milliseconds * 1000))}
        before = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            return super()._spawn(log)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def discard(self) -> None:
        super().discard()
        shutil.rmtree(self._shim, ignore_errors=True)


def _built_shim() -> Path:
    """A directory of its own with the library in it."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        raise NoCompiler(
            "no C compiler to build the slow disk with; on Debian or Ubuntu: apt-get install gcc libc6-dev"
        )
    directory = Path(tempfile.mkdtemp(prefix="zhuce-slow-"))
    directory.chmod(0o755)  # the server runs under an account of its own
    build = [compiler, "-shared", "-fPIC", "-O1", "-o", str(directory / "slow_fsync.so"), str(SHIM), "-ldl"]
    built = subprocess.run(build, capture_output=True, text=True)
    if built.returncode:
        shutil.rmtree(directory)
        raise NoCompiler(f"{compiler} could not build the slow disk: {built.stderr.strip()[-300:]}")
    return directory


@contextmanager
def private_postgres() -> Iterator[str]:
    """The administrator's URL of a PostgreSQL of our own, for as long as the block lasts."""
    with PostgresServer() as server:
        yield server.admin_url


@contextmanager
def slow_postgres(milliseconds: float) -> Iterator[str]:
    """The same with a slow disk. Raises NoCompiler where there is no way to slow it down."""
    with SlowPostgres(milliseconds) as server:
        yield server.admin_url


@contextmanager
def fresh_database(admin_url: str, name: str) -> Iterator[str]:
    """The URL of an empty database, dropped afterwards together with whoever is still connected."""
    connection = psycopg2.connect(admin_url)
    connection.autocommit = True
    database = f"bench_{name}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {database} TEMPLATE template0")
            try:
                parts = urlsplit(admin_url)
                yield urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))
            finally:
                cursor.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    finally:
        connection.close()
