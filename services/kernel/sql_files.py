"""The SQL files that make up a part of a database: numbered ones, applied once, and functions, which are replaced.

Two things can be said in a comment line of a file: ``-- older code may run`` (numbered: a program that does not know
this file works on) and ``-- edition 2`` (functions: which of two is newer; raise it in the release that changes one).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_EDITION = re.compile(r"^-- edition (\d+)\s*$", re.MULTILINE)
_OLDER = re.compile(r"^-- older code may run\s*$", re.MULTILINE)
_NOT_STATEMENTS = re.compile(r"--[^\n]*|/\*.*?\*/|(\$\w*\$).*?\1|'(?:[^']|'')*'", re.DOTALL)
_TRANSACTION = re.compile(r"(?:^|;)\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|PREPARE\s+TRANSACTION)\b", re.IGNORECASE)


class SchemaProblem(RuntimeError):
    """The database and the program do not belong together, or a file is wrong. Waiting mends nothing; the text says what
    does, and holds no data."""


@dataclass(frozen=True)
class SqlFile:
    """``number`` of a file that is applied once, ``edition`` of one that is replaced."""

    name: str
    sql: str
    number: int | None
    edition: int | None
    sha256: str
    older_may_run: bool = False

    def replaces(self, applied: SqlFile | None) -> bool:
        """Whether this function file is to be applied over that one.

        Never over a later edition: in a rolling upgrade an old replica that starts would take a new function back.
        """
        if applied is None:
            return True
        return self.sha256 != applied.sha256 and (self.edition or 0) >= (applied.edition or 0)


@dataclass(frozen=True)
class Schema:
    """``directory`` holds ``0001_name.sql`` and so on; ``functions`` are files of CREATE OR REPLACE."""

    part: str
    directory: Traversable
    functions: tuple[Traversable, ...] = ()

    def files(self) -> list[SqlFile]:
        """All of them, numbered ones first. SchemaProblem when they do not make a row."""
        numbered = sorted(self._numbered(), key=lambda file: file.number or 0)
        for expected, file in enumerate(numbered, start=1):
            if file.number != expected:
                raise SchemaProblem(f"{self.part}/{file.name}: number {expected:04} is missing or there twice")
        return [*numbered, *(self._read(path, None) for path in self.functions)]

    def _numbered(self) -> Iterator[SqlFile]:
        for path in self.directory.iterdir():
            matched = _NAME.fullmatch(path.name)
            if matched is not None:
                yield self._read(path, int(matched[1]))
            elif path.name.endswith(".sql"):
                raise SchemaProblem(f"{self.part}/{path.name}: the name is not of the form 0001_what_it_does.sql")

    def _read(self, path: Traversable, number: int | None) -> SqlFile:
        # Line ends are no part of what was applied: a checkout on Windows has others.
        sql = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
        if found := _TRANSACTION.search(_NOT_STATEMENTS.sub("", sql)):
            raise SchemaProblem(f"{self.part}/{path.name}: {found[1].upper()}: every file has one transaction, made for it")
        said = _EDITION.search(sql)
        edition = (int(said[1]) if said else 1) if number is None else None
        digest = hashlib.sha256(sql.encode()).hexdigest()
        return SqlFile(path.name, sql, number, edition, digest, _OLDER.search(sql) is not None)
