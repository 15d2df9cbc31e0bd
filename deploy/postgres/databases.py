"""One database and one role a service: a role owns its own database and cannot enter another's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
import psycopg2.errors
from psycopg2 import sql

# The gateway is missing on purpose: it owns no data.
SERVICES = ("identity", "filing", "review", "certificate", "query")

# Two preparations at once (two operators, two hosts) would trip over each other's catalogue rows.
_LOCK = 0x7A68756365  # "zhuce"


_TOO_MUCH = {
    "rolsuper": "SUPERUSER",
    "rolcreatedb": "CREATEDB",
    "rolcreaterole": "CREATEROLE",
    "rolreplication": "REPLICATION",
    "rolbypassrls": "BYPASSRLS",
}


def name_of(service: str) -> str:
    """The name of a service's database, and of its role."""
    return f"zhuce_{service}"


def prepare(admin_url: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Create or mend each service's database and role; return each service's own URL."""
    connection = psycopg2.connect(admin_url)
    try:
        connection.autocommit = True  # CREATE DATABASE runs in no transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            for service, password in passwords.items():
                _prepare_role(cursor, name_of(service), password)
                _prepare_database(cursor, name_of(service))
    finally:
        connection.close()
    return {service: url_of(admin_url, service, password) for service, password in passwords.items()}


def url_of(admin_url: str, service: str, password: str) -> str:
    """The URL of a service's own database on the server that ``admin_url`` names."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{name_of(service)}:{quote(password, safe='')}@{host}"
    return urlunsplit(("postgresql", netloc, f"/{name_of(service)}", parts.query, ""))


def _prepare_role(cursor: Any, name: str, password: str) -> None:
    role = sql.Identifier(name)
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
    if cursor.fetchone() is None:
        cursor.execute(sql.SQL("CREATE ROLE {}").format(role))
    # The new password takes effect, and a role that was given more by hand loses it. Only what is too much is
    # named: an administrator who is no superuser may not even say NOSUPERUSER.
    cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
    for column, attribute in _TOO_MUCH.items():
        cursor.execute(
            sql.SQL("SELECT 1 FROM pg_roles WHERE rolname = %s AND {}").format(sql.Identifier(column)),
            (name,),
        )
        if cursor.fetchone() is not None:
            cursor.execute(sql.SQL("ALTER ROLE {} NO{}").format(role, sql.SQL(attribute)))
    _keep_people_out_of_the_log(cursor, role)


def _keep_people_out_of_the_log(cursor: Any, role: sql.Composable) -> None:
    """A refused statement would be logged whole, with names and ID numbers in it, and DETAIL would quote the key."""
    try:
        cursor.execute(sql.SQL("ALTER ROLE {} SET log_min_error_statement = 'panic'").format(role))
        cursor.execute(sql.SQL("ALTER ROLE {} SET log_error_verbosity = 'terse'").format(role))
    except psycopg2.errors.InsufficientPrivilege:
        # The administrator of a managed server may not: then the server's own settings must say so.
        wanted = "log_min_error_statement=panic and log_error_verbosity=terse"
        print(f"set {wanted} on the PostgreSQL server, or its log will hold personal data", file=sys.stderr)


def _prepare_database(cursor: Any, name: str) -> None:
    role = database = sql.Identifier(name)
    # An administrator who is no superuser must belong to the role whose database it arranges.
    cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    try:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            create = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
            cursor.execute(create.format(database, role))
        # PostgreSQL lets everyone connect to a new database; here nobody but the owner may.
        cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        cursor.execute(sql.SQL("GRANT ALL ON DATABASE {} TO {}").format(database, role))
    finally:
        cursor.execute(sql.SQL("REVOKE {} FROM CURRENT_USER").format(role))
