"""Connections to one service's database: psycopg2, green under eventlet, pooled, each lent to one user at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions

AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)
"""What says that the database is away, or short of something, and nothing of what it was asked to do: see ``away``."""


def away(error: BaseException) -> bool:
    """Whether it is the database's fault, and later it may go well."""
    # Class 54: what it was given is too large for it, an index's key for one. That stays so.
    return isinstance(error, AWAY) and not (error.pgcode or "").startswith("54")


def lost(error: BaseException) -> bool:
    """Whether the connection went away: what was asked for may or may not have been done."""
    if not isinstance(error, AWAY):
        return False
    # Without a code it is the client that noticed; class 57P is the server that goes away.
    return error.pgcode is None or error.pgcode.startswith("57P")


class Connection(psycopg2.extensions.connection):
    """``prepared``: its session has the statements that are prepared once."""

    prepared = False


class Database:
    """A bounded pool. ``connection()`` lends one in autocommit; ``transaction()`` commits or rolls back."""

    def __init__(self, url: str, size: int = 8) -> None:
        self.url = url
        self.size = size
        self.in_use = 0
        self._idle: deque[Any] = deque()
        self._permits = threading.BoundedSemaphore(size)

    def connect(self) -> Any:
        """A connection of its own, outside the pool, in autocommit: for locks and LISTEN."""
        # A silent partition must not hold the pool for ever.
        connection = psycopg2.connect(self.url, connect_timeout=10, tcp_user_timeout=30_000, connection_factory=Connection)
        connection.autocommit = True
        return connection

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """Lend an autocommit connection. A broken one is thrown away, not given back."""
        with self._permits:
            self.in_use += 1
            try:
                connection = self._idle_and_alive() or self.connect()
                try:
                    yield connection
                except Exception as error:
                    # A statement cut short (timeout, kill) leaves the protocol in the middle: only errors that the
                    # server itself reported leave the connection usable.
                    if isinstance(error, AWAY):
                        connection.close()
                    raise
                except BaseException:
                    connection.close()
                    raise
                finally:
                    self._give_back(connection)
            finally:
                self.in_use -= 1

    def _idle_and_alive(self) -> Any:
        """A connection that lies idle; those that the server closed meanwhile (a restart) are thrown away."""
        while self._idle:
            connection = self._idle.pop()
            try:
                for _ in ("goodbye", "end of stream"):  # what a server that goes away leaves to be read, without waiting
                    connection.poll()
                return connection
            except psycopg2.Error:
                connection.close()
        return None

    def _give_back(self, connection: Any) -> None:
        if connection.closed:
            return
        if connection.info.transaction_status != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
            connection.close()
            return
        self._idle.append(connection)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Lend a cursor inside one transaction."""
        with self.connection() as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield cursor
            except BaseException:
                if not connection.closed:
                    try:
                        cursor.execute("ROLLBACK")
                    except psycopg2.Error:
                        connection.close()
                raise
            cursor.execute("COMMIT")

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Lend a cursor in autocommit."""
        with self.connection() as connection, connection.cursor() as cursor:
            yield cursor

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()
