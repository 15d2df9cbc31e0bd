"""Nothing asks the machine for the date but the one clock, and a few that measure the machine itself, named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = {
    "services/kernel/clock.py": "the clock itself",
    "services/kernel/filestore.py": "how old an unfinished upload on the disk is",
    "services/kernel/exports.py": "how old a workbook on the disk is",
    "services/kernel/standing.py": "when this process was started",
    "services/kernel/migrations.py": "when a migration was applied: told to operators",
    "services/kernel/rebuilding.py": "when a rebuild began and ended: told to operators",
    "services/kernel/seal/development_key.py": "from when a development key's certificate is valid, in the world",
}
ASKS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "ctime"), ("time", "strftime"),
}  # fmt: skip
SQL = re.compile(
    r"\b(now\(\)|current_date|current_timestamp|localtimestamp|clock_timestamp\(\)|statement_timestamp\(\))", re.I
)


def found_in(path: str, text: str) -> Iterator[str]:
    """Each place that asks, with its line."""
    if path.endswith(".sql"):
        lines = enumerate(re.sub(r"--[^\n]*", "", text).splitlines(), start=1)
        yield from (f"{path}:{number}" for number, line in lines if SQL.search(line))
        return
    tree = ast.parse(text)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in documents and asks(node):
            yield f"{path}:{getattr(node, 'lineno', 0)}"


def asks(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name) | ast.Attribute(value=ast.Attribute(attr=owner), attr=name):
            return (owner, name) in ASKS
        case ast.ImportFrom(module="time", names=names):
            return any(("time", alias.name) in ASKS for alias in names)
        case ast.Constant(value=str(text)):
            return SQL.search(text) is not None
    return False


def everywhere() -> dict[str, list[str]]:
    places: dict[str, list[str]] = {}
    for directory in ("contracts", "services"):
        for file in sorted((ROOT / directory).rglob("*")):
            if file.suffix in (".py", ".sql"):
                path = str(file.relative_to(ROOT))
                if here := list(found_in(path, file.read_text("utf-8"))):
                    places[path] = here
    return places


def test_nothing_else_asks_the_machine_for_the_date() -> None:
    places = everywhere()
    others = [place for path, here in places.items() if path not in ALLOWED for place in here]
    assert not others, f"let an entrypoint ask services.kernel.clock, and pass the time on: {others}"


def test_whoever_is_named_still_asks() -> None:
    assert set(ALLOWED) == set(everywhere()), "take out of the list what no longer asks"


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(CHINA)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "from time import time",
        "ask = datetime.now", 'cursor.execute("SELECT now()")', 'sql = f"WHERE due_on < CURRENT_DATE AND {more}"',
    ],
)  # fmt: skip
def test_the_search_finds_it(text: str) -> None:
    assert list(found_in("some.py", text)) == ["some.py:1"]


@pytest.mark.parametrize("text", ["clock.now()", "time.monotonic()", '"""It is not now()."""', "self.now()"])
def test_the_search_leaves_the_rest_alone(text: str) -> None:
    assert list(found_in("some.py", text)) == []


def test_the_search_reads_sql_files() -> None:
    assert list(found_in("some.sql", "-- now() is not asked\nSELECT 1;\nSELECT current_date;")) == ["some.sql:3"]
