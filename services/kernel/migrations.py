"""A service's tables, made and changed by numbered SQL files: each once, in order, in a transaction, by one replica at a time.

A database that this program cannot rightly work on is refused by name and reason, never worked on (decision 0006).
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from importlib import resources
from typing import Any

import psycopg2
import psycopg2.errors

from services.kernel.database import Database
from services.kernel.sql_files import Schema, SchemaProblem, SqlFile

log = logging.getLogger("zhuce.migrations")

_LOCK = 7342014
"""The lock that earlier releases take too when they make their tables: old and new replicas may start together."""
_TURN = 120_000
"""Milliseconds to wait for another replica that migrates."""
_LOCKED = 2_000
"""Milliseconds for which a file may wait for a table's lock: whoever comes to the table meanwhile waits behind it."""
_ATTEMPTS = 10

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    part          text        NOT NULL,
    name          text        NOT NULL,
    number        int,
    edition       int,
    sha256        text        NOT NULL,
    older_may_run boolean     NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (part, name),
    CHECK ((number IS NULL) <> (edition IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS migrations_by_number ON migrations (part, number);
"""

LOG = Schema("log", resources.files("services.kernel") / "schema", (resources.files("services.kernel") / "append.sql",))
"""What every service's log stands on."""


def migrate(database: Database, schema: Schema) -> None:
    """Bring this part of the database up to date; at once when it is.

    SchemaProblem when the database is newer, an applied file was changed, or a file fails. psycopg2's OperationalError
    when the server is away or a table stays locked: then it may be tried again.
    """
    try:
        _bring_up(database, schema)
    except SchemaProblem as problem:
        # The service ends with it; its text must reach whoever looks for the reason.
        log.error("database refused", extra={"part": schema.part, "why": str(problem)})
        raise


def _bring_up(database: Database, schema: Schema) -> None:
    files = schema.files()
    with database.cursor() as cursor:
        # Without any lock: a replica that starts while others work holds nobody up.
        if not _to_do(schema, files, _applied(cursor, schema.part)):
            return
    attempts = 0
    while True:
        try:
            if _step(database, schema, files):
                return
            attempts = 0
        except psycopg2.errors.LockNotAvailable:
            attempts += 1
            log.warning("a table is locked", extra={"part": schema.part, "attempt": attempts})
            if attempts >= _ATTEMPTS:
                raise
            # Give way: those who queued up behind the wait go first.
            time.sleep(random.uniform(0.5, 1.5))


def schema_version(cursor: Any) -> dict[str, int]:
    """The number of the last file applied, by part; empty for a database without such tables."""
    if not _has_table(cursor):
        return {}
    cursor.execute("SELECT part, max(number) FROM migrations WHERE number IS NOT NULL GROUP BY part ORDER BY part")
    return {str(part): int(number) for part, number in cursor.fetchall()}


def _step(database: Database, schema: Schema, files: Sequence[SqlFile]) -> bool:
    """Apply the next file, in a transaction; True when nothing is left. The state is read under the lock."""
    with database.transaction() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = {_TURN}")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(f"SET LOCAL lock_timeout = {_LOCKED}")
        to_do = _to_do(schema, files, _applied(cursor, schema.part))
        if not to_do:
            return True
        cursor.execute(_TABLE)
        began = time.monotonic()
        _apply(cursor, schema, to_do[0])
    took = round(time.monotonic() - began, 3)
    log.info("applied", extra={"part": schema.part, "file": to_do[0].name, "seconds": took})
    return len(to_do) == 1


def _apply(cursor: Any, schema: Schema, file: SqlFile) -> None:
    try:
        cursor.execute(file.sql)
    except psycopg2.OperationalError:
        raise
    except psycopg2.Error as error:
        raise _failed(schema, file, error) from None
    cursor.execute(
        "INSERT INTO migrations (part, name, number, edition, sha256, older_may_run) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (part, name) DO UPDATE"
        " SET edition = excluded.edition, sha256 = excluded.sha256, at = excluded.at",
        [schema.part, file.name, file.number, file.edition, file.sha256, file.older_may_run],
    )


def _to_do(schema: Schema, files: Sequence[SqlFile], applied: Sequence[SqlFile]) -> list[SqlFile]:
    """The files that are still to be applied, in order. SchemaProblem when the database is not one of this program's."""
    here = {file.number: file for file in files if file.number is not None}
    there = {file.number: file for file in applied if file.number is not None}
    for number, known in there.items():
        file = here.get(number)
        if file is None and number > max(here, default=0):
            if not known.older_may_run:
                raise SchemaProblem(
                    f"{schema.part}/{known.name} was applied by a newer version of this program, with which older ones"
                    " cannot work: deploy that version again, or restore the backup from before it"
                )
        elif file is None or file.sha256 != known.sha256:
            raise SchemaProblem(
                f"{schema.part}/{known.name} is not the file that was applied to this database: restore it, and put what"
                " is new into a file of the next number"
            )
    functions = {file.name: file for file in applied if file.number is None}
    return [
        *(file for number, file in sorted(here.items()) if number not in there),
        *(file for file in files if file.number is None and file.replaces(functions.get(file.name))),
    ]


def _applied(cursor: Any, part: str) -> list[SqlFile]:
    if not _has_table(cursor):
        return []
    cursor.execute("SELECT name, number, edition, sha256, older_may_run FROM migrations WHERE part = %s", [part])
    return [SqlFile(name, "", number, edition, sha256, older) for name, number, edition, sha256, older in cursor.fetchall()]


def _has_table(cursor: Any) -> bool:
    # From the catalogue itself: what PostgreSQL keeps cached of names may be from before the lock was waited for.
    cursor.execute("SELECT FROM pg_class WHERE relname = 'migrations' AND relnamespace = current_schema()::regnamespace")
    return cursor.fetchone() is not None


def _failed(schema: Schema, file: SqlFile, error: psycopg2.Error) -> SchemaProblem:
    """Where and why. A message about data (classes 22 and 23) may quote it: then only its code is told."""
    state = error.pgcode or ""
    said = "" if state[:2] in ("22", "23") else f": {error.diag.message_primary or error}"
    place = error.diag.statement_position
    line = f" line {file.sql[: int(place)].count(chr(10)) + 1}" if place else ""
    return SchemaProblem(f"{schema.part}/{file.name}{line} failed and was undone whole{said} (SQLSTATE {state})")
