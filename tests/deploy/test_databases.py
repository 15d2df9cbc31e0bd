"""One database and one role a service: made once, mended when repeated, and no door between them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from deploy import migrate
from deploy.postgres.databases import SERVICES, prepare
from deploy.postgres.server import PostgresServer

PASSWORDS = {service: f"秘/密@{service}:1?" for service in SERVICES}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
def urls(server: PostgresServer) -> dict[str, str]:
    return prepare(server.admin_url, PASSWORDS)


def _run(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_may_do_anything_in_its_own_database(urls: dict[str, str], service: str) -> None:
    _run(urls[service], "CREATE SCHEMA rebuilt")
    _run(urls[service], "CREATE TABLE rebuilt.entry (id int)")
    _run(urls[service], "DROP SCHEMA rebuilt CASCADE")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("other", SERVICES)
def test_a_role_cannot_enter_the_database_of_another(urls: dict[str, str], service: str, other: str) -> None:
    if service == other:
        assert _run(urls[service], "SELECT current_database()") == [(f"zhuce_{other}",)]
        return
    elsewhere = urlunsplit(urlsplit(urls[service])._replace(path=f"/zhuce_{other}"))
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        psycopg2.connect(elsewhere)


def test_a_role_can_neither_make_databases_nor_roles_nor_become_another(urls: dict[str, str]) -> None:
    for statement in (
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SET ROLE zhuce_identity",
        "SET ROLE postgres",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            _run(urls["review"], statement)


def test_repeating_keeps_the_data_and_takes_back_what_was_granted_by_hand(
    server: PostgresServer, urls: dict[str, str]
) -> None:
    _run(urls["query"], "CREATE TABLE kept (value int)")
    _run(server.admin_url, "ALTER ROLE zhuce_query CREATEDB")
    _run(server.admin_url, "GRANT CONNECT ON DATABASE zhuce_identity TO PUBLIC")
    assert prepare(server.admin_url, PASSWORDS) == urls
    assert _run(urls["query"], "SELECT count(*) FROM kept") == [(0,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _run(urls["query"], "CREATE DATABASE mine")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(urlunsplit(urlsplit(urls["query"])._replace(path="/zhuce_identity")))


def test_a_new_password_takes_effect_and_the_old_one_ends(
    server: PostgresServer, urls: dict[str, str]
) -> None:
    renewed = prepare(server.admin_url, {"filing": "new"})
    assert _run(renewed["filing"], "SELECT 1") == [(1,)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(urls["filing"])
    prepare(server.admin_url, PASSWORDS)


def test_an_administrator_without_superuser_rights_will_do() -> None:
    with PostgresServer() as managed:
        _run(managed.admin_url, "CREATE ROLE manager LOGIN CREATEDB CREATEROLE PASSWORD 'm'")
        admin = f"postgresql://manager:m@127.0.0.1:{managed.port}/postgres"
        for _ in range(2):
            assert _run(prepare(admin, PASSWORDS)["identity"], "SELECT 1") == [(1,)]
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            psycopg2.connect(f"postgresql://manager:m@127.0.0.1:{managed.port}/zhuce_identity")


def test_migrate_names_every_setting_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZHUCE_ADMIN_DATABASE_URL", raising=False)
    monkeypatch.setenv("ZHUCE_IDENTITY_PASSWORD", "x")
    assert migrate.main() == 2
    said = capsys.readouterr().err
    assert "ZHUCE_ADMIN_DATABASE_URL" in said and "ZHUCE_QUERY_PASSWORD" in said
    assert "ZHUCE_IDENTITY_PASSWORD" not in said


def test_migrate_prepares_everything_and_tells_a_wrong_password_at_once(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for service, password in PASSWORDS.items():
        monkeypatch.setenv(f"ZHUCE_{service.upper()}_PASSWORD", password)
    monkeypatch.setenv("ZHUCE_ADMIN_DATABASE_URL", server.admin_url)
    assert migrate.main() == 0
    monkeypatch.setenv(
        "ZHUCE_ADMIN_DATABASE_URL", f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres"
    )
    assert migrate.main() == 1
    assert "refused" in capsys.readouterr().err
