"""Private servers: real, with ports and data of their own, surviving a power cut, gone when stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import psycopg2
import pytest
from kombu import Connection, Consumer, Queue

from deploy import servers as own
from deploy.postgres.server import PostgresServer
from deploy.process import DidNotStart
from deploy.rabbitmq.server import RabbitServer
from services.kernel.jobs import ON_DISK


@pytest.fixture
def database() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def _ask(server: PostgresServer, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(server.admin_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def test_what_was_committed_survives_a_power_cut(database: PostgresServer) -> None:
    _ask(database, "CREATE TABLE kept (value int)")
    _ask(database, "INSERT INTO kept VALUES (42)")
    database.kill()
    assert not database.running
    database.start()
    assert _ask(database, "SELECT value FROM kept") == [(42,)]


def test_a_restart_keeps_the_address(database: PostgresServer) -> None:
    before = database.admin_url
    database.restart()
    assert database.admin_url == before
    assert _ask(database, "SELECT 1") == [(1,)]


def test_a_client_that_stays_does_not_hold_up_the_end(database: PostgresServer) -> None:
    idle = psycopg2.connect(database.admin_url)
    began = time.monotonic()
    database.stop()
    assert time.monotonic() - began < 20, "it had to be killed"
    idle.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent ended")
def test_a_server_ends_when_its_owner_is_killed_outright() -> None:
    owner = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "from deploy.postgres.server import PostgresServer; import time; server = PostgresServer(); "
            "server.start(); print(server._process.pid, server.home, flush=True); time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    pid, home = owner.stdout.readline().split()
    orphan = psutil.Process(int(pid))
    owner.kill()
    owner.wait()
    owner.stdout.close()
    orphan.wait(60)
    shutil.rmtree(home)


def test_a_first_start_that_was_cut_short_does_not_spoil_the_next() -> None:
    server = PostgresServer()
    half = server.home / "data.draft"
    half.mkdir()
    (half / "base").mkdir()
    try:
        server.start()
        assert _ask(server, "SELECT 1") == [(1,)]
    finally:
        server.discard()


def test_nobody_enters_without_the_password(database: PostgresServer) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgresql://postgres:guess@127.0.0.1:{database.port}/postgres")


def test_the_server_is_postgresql_18_with_one_order_of_text_everywhere(database: PostgresServer) -> None:
    assert int(str(_ask(database, "SHOW server_version_num")[0][0])) >= 180000
    assert _ask(database, "SELECT datlocale FROM pg_database WHERE datname = 'template1'") == [("C.UTF-8",)]


def test_leaving_the_block_ends_every_process_and_deletes_the_data() -> None:
    with PostgresServer() as server:
        home = server.home
        assert server._process is not None
        family = [
            server._process.pid,
            *(child.pid for child in psutil.Process(server._process.pid).children()),
        ]
        assert len(family) > 3
    assert not home.exists()
    assert not [pid for pid in family if psutil.pid_exists(pid)]


def test_a_server_that_cannot_start_shows_its_own_words() -> None:
    server = PostgresServer()
    try:
        server.start()
        server.stop()
        (server.data / "postgresql.conf").write_text("no_such_setting = 1\n")
        with pytest.raises(DidNotStart, match="no_such_setting"):
            server.start()
        assert not server.running
    finally:
        server.discard()


def test_a_durable_message_survives_the_death_of_the_broker(rabbit_server: RabbitServer) -> None:
    name = "test-deploy-durable"
    with Connection(rabbit_server.amqp_uri, transport_options={"confirm_publish": True}) as connection:
        queue = Queue(name, durable=True, channel=connection)
        queue.declare()
        time.sleep(ON_DISK)  # the message is safe when confirmed; the queue that it lies in takes longer
        connection.Producer().publish("还在", routing_key=name, delivery_mode="persistent")
    rabbit_server.kill()
    assert not rabbit_server.running
    rabbit_server.start()
    received: list[object] = []
    with Connection(rabbit_server.amqp_uri) as connection:
        with Consumer(
            connection,
            [Queue(name, durable=True)],
            callbacks=[lambda body, message: received.append(body) or message.ack()],
        ):
            connection.drain_events(timeout=60)  # a busy machine takes long to recover a queue
        Queue(name, durable=True, channel=connection).delete()
    assert received == ["还在"]


def test_the_node_listens_on_the_loopback_address_only_and_leaves_nothing_behind(
    rabbit_server: RabbitServer,
) -> None:
    assert rabbit_server._process is not None and rabbit_server._names is not None
    pids = [rabbit_server._process.pid, rabbit_server._names.pid]
    listening = [
        c.laddr
        for pid in pids
        for c in psutil.Process(pid).net_connections("inet")
        if c.status == psutil.CONN_LISTEN
    ]
    assert listening
    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}
    rabbit_server.stop()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    rabbit_server.start()


def test_servers_named_in_the_environment_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@elsewhere/postgres")
    monkeypatch.setenv("AMQP_URI", "amqp://elsewhere//")
    children = len(psutil.Process().children())
    with own.servers() as named:
        assert (named.admin_url, named.amqp_uri) == (
            "postgresql://someone@elsewhere/postgres",
            "amqp://elsewhere//",
        )
        assert len(psutil.Process().children()) == children


def test_a_port_that_is_given_out_can_be_listened_on() -> None:
    assert 1024 < own.free_port() < 65536


def test_the_signal_of_a_power_cut_is_not_the_polite_one(database: PostgresServer) -> None:
    assert database._process is not None
    process = database._process
    database.kill()
    assert process.returncode == -signal.SIGKILL
    assert not os.path.exists(f"/proc/{process.pid}")
