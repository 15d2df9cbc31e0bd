"""Numbered SQL files are applied once, in order, whole or not at all, by one replica at a time; what does not fit is refused."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from services.kernel import migrations
from services.kernel.database import Database
from services.kernel.migrations import LOG, migrate, schema_version
from services.kernel.sql_files import Schema, SchemaProblem
from tests.kernel.harness import Bench, bench
from tests.kernel.toy_process import Toy
from tests.kernel.waiting import IN_TIME


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    made = Database(fresh_database)
    yield made
    made.close()


@pytest.fixture
def part(tmp_path: Path) -> Callable[..., Schema]:
    """``part(n1="CREATE TABLE t_a ()", f="…")``: a schema of numbered files, and functions for names that begin with f."""

    def make(**files: str) -> Schema:
        directory = tmp_path / f"version{len(list(tmp_path.iterdir()))}"
        functions = directory / "functions"
        functions.mkdir(parents=True)
        for name, sql in files.items():
            path = functions / f"{name}.sql" if name.startswith("f") else directory / f"{int(name[1:]):04}_step.sql"
            path.write_text(sql, "utf-8")
        return Schema("toy", directory, tuple(functions.iterdir()))

    return make


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def tables(database: Database) -> set[str]:
    return {name for (name,) in rows(database, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 't\\_%'")}


class TestFiles:
    def test_are_applied_in_order_and_once(self, database: Database, part: Callable[..., Schema]) -> None:
        first = {"n1": "CREATE TABLE t_a (x int); INSERT INTO t_a VALUES (1)"}
        migrate(database, part(**first))
        migrate(database, part(**first))
        migrate(database, part(**first, n2="INSERT INTO t_a SELECT x + 1 FROM t_a", n3="ALTER TABLE t_a ADD y int DEFAULT 7"))
        assert rows(database, "SELECT x, y FROM t_a ORDER BY x") == [(1, 7), (2, 7)]
        with database.cursor() as cursor:
            assert schema_version(cursor) == {"toy": 3}

    def test_of_two_parts_do_not_meet(self, database: Database, part: Callable[..., Schema]) -> None:
        migrate(database, LOG)
        migrate(database, part(n1="CREATE TABLE t_a ()"))
        with database.cursor() as cursor:
            assert schema_version(cursor) == {"log": len([f for f in LOG.files() if f.number]), "toy": 1}

    def test_that_are_all_applied_need_no_lock(self, database: Database, part: Callable[..., Schema]) -> None:
        schema = part(n1="CREATE TABLE t_a ()")
        migrate(database, schema)
        with database.transaction() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [migrations._LOCK])
            cursor.execute("LOCK TABLE migrations IN EXCLUSIVE MODE")
            migrate(database, schema)  # returns although another holds everything that could be waited for

    def test_that_fail_leave_nothing_and_say_where(self, database: Database, part: Callable[..., Schema]) -> None:
        bad = "CREATE TABLE t_b ();\nINSERT INTO t_a VALUES (2);\nALTER TABLE t_a ADD z nonsense;\n"
        good = {"n1": "CREATE TABLE t_a (x int)"}
        with pytest.raises(SchemaProblem, match=r'toy/0002_step.sql line 3 failed .* type "nonsense" does not exist'):
            migrate(database, part(**good, n2=bad, n3="CREATE TABLE t_c ()"))
        assert tables(database) == {"t_a"} and rows(database, "SELECT * FROM t_a") == []
        migrate(database, part(**good, n2="CREATE TABLE t_b ()", n3="CREATE TABLE t_c ()"))
        assert tables(database) == {"t_a", "t_b", "t_c"}

    def test_that_fail_on_data_do_not_quote_it(self, database: Database, part: Callable[..., Schema]) -> None:
        files = {"n1": "CREATE TABLE t_a (x text); INSERT INTO t_a VALUES ('430102199003071234 ')"}
        with pytest.raises(SchemaProblem, match="22P02") as problem:
            migrate(database, part(**files, n2="ALTER TABLE t_a ALTER x TYPE uuid USING x::uuid"))
        assert "4301" not in str(problem.value)

    @pytest.mark.parametrize("sql", ["COMMIT;", "CREATE TABLE t_a (); commit", "BEGIN; CREATE TABLE t_a (); END"])
    def test_may_not_end_their_transaction(self, database: Database, part: Callable[..., Schema], sql: str) -> None:
        with pytest.raises(SchemaProblem, match="every file has one transaction"):
            migrate(database, part(n1=sql))
        assert tables(database) == set()

    def test_may_hold_blocks_and_percent_signs(self, database: Database, part: Callable[..., Schema]) -> None:
        block = "DO $$ BEGIN CREATE TABLE t_a AS SELECT '5%; COMMIT' AS x; END $$; -- COMMIT;\n"
        migrate(database, part(n1=block))
        assert rows(database, "SELECT x FROM t_a") == [("5%; COMMIT",)]

    def test_must_make_a_row(self, part: Callable[..., Schema]) -> None:
        with pytest.raises(SchemaProblem, match=r"0003_step\.sql: number 0002"):
            part(n1="", n3="").files()
        schema = part(n1="")
        (Path(str(schema.directory)) / "0001_again.sql").touch()
        with pytest.raises(SchemaProblem, match="twice"):
            schema.files()
        (Path(str(schema.directory)) / "0001_again.sql").rename(Path(str(schema.directory)) / "more.sql")
        with pytest.raises(SchemaProblem, match=r"more\.sql"):
            schema.files()


class TestRefused:
    def test_a_file_that_was_changed_afterwards(self, database: Database, part: Callable[..., Schema]) -> None:
        migrate(database, part(n1="CREATE TABLE t_a ()"))
        with pytest.raises(SchemaProblem, match=r"toy/0001_step\.sql is not the file that was applied"):
            migrate(database, part(n1="CREATE TABLE t_a (x int)", n2="CREATE TABLE t_b ()"))
        assert tables(database) == {"t_a"}

    def test_not_for_its_line_ends(self, database: Database, part: Callable[..., Schema]) -> None:
        migrate(database, part(n1="CREATE TABLE t_a (\n)"))
        migrate(database, part(n1="CREATE TABLE t_a (\r\n)"))

    def test_a_database_that_is_newer(self, database: Database, part: Callable[..., Schema]) -> None:
        old = {"n1": "CREATE TABLE t_a ()"}
        migrate(database, part(**old, n2="CREATE TABLE t_b ()"))
        with pytest.raises(SchemaProblem, match=r"toy/0002_step\.sql was applied by a newer version"):
            migrate(database, part(**old))

    def test_not_when_the_newer_file_says_that_older_code_may_run(
        self, database: Database, part: Callable[..., Schema]
    ) -> None:
        old = {"n1": "CREATE TABLE t_a ()"}
        migrate(database, part(**old, n2="-- A table more.\n-- older code may run\nCREATE TABLE t_b ()"))
        migrate(database, part(**old))


    def test_a_service_ends_and_says_why(self, postgres: str, tmp_path: Path) -> None:
        with bench("memory://", postgres, tmp_path) as toys:
            database = Database(toys.urls["counter"])
            migrate(database, LOG)
            with database.cursor() as cursor:
                cursor.execute("INSERT INTO migrations VALUES ('log', '9999_later.sql', 9999, NULL, '', false)")
            database.close()
            toy = Toy("both", {"AMQP_URI": "memory://", "DATABASE_URLS": json.dumps(toys.urls)}, tmp_path / "toy.log")
            try:
                assert toy.process.stdin is not None
                toy.process.stdin.close()  # its listener keeps a toy alive
                assert toy.process.wait(IN_TIME) != 0
            finally:
                toy.kill()
            said = [json.loads(line) for line in toy.log.read_text("utf-8").splitlines() if line.startswith("{")]
            assert any("log/9999_later.sql was applied by a newer version" in line.get("why", "") for line in said)


def test_a_service_says_which_schema_it_has(memory_toys: Bench) -> None:
    memory_toys.start()
    assert memory_toys.health()["database"]["schema"] == {"log": len([f for f in LOG.files() if f.number])}


class TestFunctions:
    ONE = "CREATE OR REPLACE FUNCTION said() RETURNS text LANGUAGE sql AS $$ SELECT 'one' $$"

    def said(self, database: Database) -> str:
        return str(rows(database, "SELECT said()")[0][0])

    def test_are_replaced_when_they_change(self, database: Database, part: Callable[..., Schema]) -> None:
        migrate(database, part(f=self.ONE))
        migrate(database, part(f=self.ONE.replace("one", "two")))
        assert self.said(database) == "two"

    def test_of_an_older_edition_do_not_come_back(self, database: Database, part: Callable[..., Schema]) -> None:
        migrate(database, part(f=self.ONE))
        migrate(database, part(f="-- edition 2\n" + self.ONE.replace("one", "two")))
        migrate(database, part(f=self.ONE))  # an old replica that starts in the middle of the upgrade
        assert self.said(database) == "two"
        migrate(database, part(f="-- edition 3\n" + self.ONE))
        assert self.said(database) == "one"


class TestReplicas:
    def test_that_start_together_apply_each_file_once(self, database: Database, part: Callable[..., Schema]) -> None:
        steps = {f"n{n}": "INSERT INTO t_a VALUES (1); SELECT pg_sleep(0.02)" for n in range(2, 8)}
        schema = part(n1="CREATE TABLE t_a (x int)", **steps, f=TestFunctions.ONE)
        start = threading.Barrier(6)

        def replica(_: int) -> None:
            own = Database(database.url)
            start.wait()
            migrate(own, schema)
            own.close()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(replica, range(6)))
        assert rows(database, "SELECT count(*) FROM t_a") == [(6,)]
        assert rows(database, "SELECT count(*) FROM migrations") == [(8,)]

    def test_that_are_killed_in_the_middle_leave_the_rest_to_the_next(
        self, database: Database, part: Callable[..., Schema]
    ) -> None:
        first = {"n1": "CREATE TABLE t_a ()"}
        second = "CREATE TABLE t_b (); SELECT pg_terminate_backend(pg_backend_pid())"
        with pytest.raises(psycopg2.OperationalError):
            migrate(database, part(**first, n2=second))
        assert tables(database) == {"t_a"}
        migrate(database, part(**first, n2="CREATE TABLE t_b ()"))
        assert tables(database) == {"t_a", "t_b"}

    def test_do_not_hold_up_writers_behind_a_locked_table(
        self, database: Database, part: Callable[..., Schema], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A long reader keeps the file from its lock; those who come after the file get through between two tries."""
        monkeypatch.setattr(migrations, "_LOCKED", 200)
        first = {"n1": "CREATE TABLE t_a (x int)"}
        migrate(database, part(**first))
        reader = database.connect()
        reader.autocommit = False
        reader.cursor().execute("SELECT * FROM t_a")
        migrating = threading.Thread(target=migrate, args=(database, part(**first, n2="ALTER TABLE t_a ADD y int")))
        with caplog.at_level(logging.WARNING, "zhuce.migrations"):
            migrating.start()
            while not caplog.records:
                migrating.join(0.01)
        with database.cursor() as cursor:
            cursor.execute("SET statement_timeout = 2000")
            cursor.execute("INSERT INTO t_a VALUES (1)")
        assert migrating.is_alive()
        reader.close()
        migrating.join(20)
        assert rows(database, "SELECT x, y FROM t_a") == [(1, None)]

    def test_that_never_get_the_lock_give_up_for_now(
        self, database: Database, part: Callable[..., Schema], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(migrations, "_LOCKED", 20)
        monkeypatch.setattr(migrations, "_ATTEMPTS", 1)
        first = {"n1": "CREATE TABLE t_a (x int)"}
        migrate(database, part(**first))
        with database.transaction() as cursor:
            cursor.execute("SELECT * FROM t_a")
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                migrate(database, part(**first, n2="ALTER TABLE t_a ADD y int"))
