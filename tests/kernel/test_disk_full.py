"""The database's disk is full, to the last block: commands fail and say so, nothing that was accepted is lost, and when
there is room again everything goes on by itself.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from deploy.postgres.server import PostgresServer
from tests.kernel.caller import NoReply
from tests.kernel.harness import Bench, all_well, bench
from tests.kernel.proof import increment, prove, prove_published
from tests.kernel.stream import Stream
from tests.kernel.waiting import eventually

SIZE = "160m"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, which can be filled.

    Not under tmp_path: whoever starts pytest locks all but root out of that, and PostgreSQL is not root.
    """
    directory = Path(tempfile.mkdtemp(prefix="zhuce-test-disk-"))
    options = ["-t", "tmpfs", "-o", f"size={SIZE},mode=755", "zhuce-test"]
    try:
        done = subprocess.run(["mount", *options, str(directory)], capture_output=True, text=True)
        problem = done.stderr if done.returncode else ""
    except OSError as error:
        problem = str(error)
    if problem:
        if os.environ.get("CI") == "true":
            raise RuntimeError(f"no small disk: {problem}")
        pytest.skip(f"a small disk needs root on Linux (sudo make test): {problem}")
    yield directory
    subprocess.run(["umount", "-l", str(directory)], check=True)
    directory.rmdir()


@pytest.fixture
def small_server(small_disk: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(small_disk / "postgres")
    server.start()
    yield server
    print(server.log.read_text()[-3000:])  # it goes with its disk; whoever looks for why a test failed sees this
    server.discard()


@contextlib.contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte is free."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\1" * size)
    assert os.statvfs(disk).f_bavail == 0
    try:
        yield
    finally:
        ballast.unlink()


def give_until_full(toys: Bench, accepted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Commands until ten have failed for want of room; those ten, which are not sent again."""
    failed: list[dict[str, Any]] = []
    for number in range(3000):
        command = increment(f"c{number % 7}", by=number + 1)
        reply = toys.call("counter", "increment", command)
        if "ok" in reply:
            accepted.append(command)
        else:
            assert reply == {"failed": "DiskFull"}
            failed.append(command)
            if len(failed) == 10:
                return failed
    raise AssertionError("the disk was not full")


def test_what_does_not_fit_is_refused_and_what_was_accepted_stays(
    rabbit: str, small_disk: Path, small_server: PostgresServer, tmp_path: Path
) -> None:
    """The log's table cannot grow. The services stay up, and are well again when there is room."""
    with bench(rabbit, small_server.admin_url, tmp_path) as toys:
        toys.witness()
        toys.start()
        accepted = [increment("first") for _ in range(20)]
        for command in accepted:
            toys.insist("counter", "increment", command)
        with full(small_disk):
            failed = give_until_full(toys, accepted)
            assert toys.insist("counter", "read_log", {"after": 0, "limit": 5}), "what is there can still be read"
            # Of a batch some may fit into a gap while others do not: whoever is told that it failed sends it again.
            batch = [increment(f"batch{n}") for n in range(30)]
            assert toys.call("counter", "increment_all", batch) == {"failed": "DiskFull"}
        for command in batch:
            toys.insist("counter", "increment", command)
        with Stream(toys) as stream:
            eventually(lambda: len(stream.accepted) > 5)
        accepted += [*batch, *stream.accepted]
        prove(toys, accepted)  # and none of those that failed
        for command in failed:  # their senders try again: the same commands, now carried out
            toys.insist("counter", "increment", command)
        prove(toys, [*accepted, *failed])
        prove_published(toys)
        all_well(toys)


def test_a_database_that_goes_down_for_want_of_room_is_waited_for(
    rabbit: str, small_disk: Path, small_server: PostgresServer, tmp_path: Path
) -> None:
    """The write-ahead log cannot grow: PostgreSQL panics, and cannot come up again while the disk is full."""
    with bench(rabbit, small_server.admin_url, tmp_path) as toys:
        toys.start()
        with Stream(toys) as stream:
            eventually(lambda: len(stream.accepted) > 20)
            with full(small_disk):
                with contextlib.suppress(psycopg2.Error):
                    fill_wal(small_server.admin_url)
                eventually(lambda: down(small_server))
                with contextlib.suppress(NoReply):
                    assert "ok" not in toys.call("counter", "read_log", {"after": 0, "limit": 1}, timeout=1)
            small_server.stop()
            small_server.start()
            since = len(stream.accepted)
            eventually(lambda: len(stream.accepted) > since + 5)
            all_well(toys)
        text = small_server.log.read_text()
        assert "PANIC" in text and os.strerror(errno.ENOSPC) in text
        prove(toys, stream.accepted)
        all_well(toys)


def fill_wal(url: str) -> None:
    """Until another segment is needed."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for _ in range(20):
            cursor.execute("SELECT pg_switch_wal(); SELECT pg_logical_emit_message(true, 'x', repeat('x', 1000000))")


def down(server: PostgresServer) -> bool:
    """Whether nobody can work with it."""
    try:
        psycopg2.connect(server.admin_url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return True
    return False
