"""Lines of a table → rows that the product takes, and what is wrong with the others: line, column, code.

Left out in silence: blank lines, the header repeated, and what stands below a table or a page (合计, 制表人, 第1页 共3页).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from cli.importing.columns import Columns, columns_of, is_total, levels, scope_field, scopes_of, statuses
from cli.importing.headers import Header, find_header
from cli.importing.reading import Cells, Table, Unreadable
from cli.importing.scopes import scopes
from cli.importing.values import Wrong, day, name, number, plain, resident_id, year
from contracts.imports import ImportKind, LineProblem

CLASSES = {"1": "first-class", "2": "second-class"}
"""What the end of a kind says of its class."""
WHO = ("number", "resident_id", "name")
"""A line with none of these is of nobody: a heading between the lines, or what a merged cell has left empty."""
_NUMBER = re.compile(r"[0-9A-Za-z.+]{8}")
"""Long enough for a number of somebody, be it a rounded one; 26人 and 2026年 are not."""
_PAGE = re.compile(r"第?\d+页?([/共,,、;;]+第?\d+页?)*")


@dataclass(frozen=True)
class Read:
    """One line of data: its values, or its problems."""

    line: int
    values: dict[str, Any] | None
    problems: tuple[LineProblem, ...] = ()


class Wrongs:
    """Collects what is wrong with one line while its cells are read."""

    def __init__(self, line: int, cells: Cells, header: Header, required: frozenset[str]) -> None:
        self.line, self.cells, self.header, self.required = line, cells, header, required
        self.problems: list[LineProblem] = []

    def read(self, field: str, how: Callable[[str], Any]) -> Any:
        """The value of a cell; None where it is blank or wrong, which is kept."""
        text = self.header.cell(self.cells, field)
        try:
            if text.strip() in ("", "-", "—", "--", "/", "无", "\\"):
                if field in self.required:
                    raise Wrong("cell_blank")
                return None
            return how(text)
        except Wrong as wrong:
            self.problems.append(LineProblem(line=self.line, code=wrong.code, column=self.header.called(field)[:40]))
            return None


@dataclass
class Lines:
    """``for read in Lines(table, "certificates", "constructor-2"): …``; iterating reads the table anew."""

    table: Table
    kind: ImportKind
    credential: str
    columns: Columns = field(init=False)
    header: Header = field(init=False)

    def __post_init__(self) -> None:
        self.columns = columns_of(self.kind)
        found = find_header(self.table.rows(), self.columns)
        if found is None:
            raise Unreadable("header_not_found")
        self.header = found

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that the file must have and has not, as we call them."""
        return tuple(self.columns.called(one) for one in sorted(self.columns.required - self.header.columns.keys()))

    def __iter__(self) -> Iterator[Read]:
        """Every line of data, in order."""
        with closing(_Seen()) as seen:
            yield from map(seen.once, _together(self._reads()))

    def _reads(self) -> Iterator[Read]:
        for row in self.table.rows():
            if row.line > self.header.last_line and not self._is_no_data(row.cells):
                yield self._read(row.line, row.cells)

    def _is_no_data(self, cells: Cells) -> bool:
        said = [text for text in map(plain, cells) if text]
        if not said or self.header.is_repeated(cells):
            return True
        if any(_NUMBER.search(plain(self.header.cell(cells, one))) for one in ("resident_id", "number")):
            return False  # of somebody whose ID number is missing, or whose number is
        return is_total(said[0].replace(" ", "")) or _PAGE.fullmatch("".join(said).replace(" ", "")) is not None

    def _read(self, line: int, cells: Cells) -> Read:
        if not any(self.header.cell(cells, field).strip() for field in WHO):
            return Read(line, None, (LineProblem(line=line, code="nobody_in_line"),))
        wrongs = Wrongs(line, cells, self.header, self.columns.required)
        values = (self._qualification if self.kind == "qualifications" else self._certificate)(wrongs)
        if wrongs.problems:
            return Read(line, None, tuple(wrongs.problems))
        return Read(line, {key: value for key, value in values.items() if value is not None})

    def _qualification(self, wrongs: Wrongs) -> dict[str, Any]:
        own, given = wrongs.read("resident_id", resident_id) or (None, None)
        found = wrongs.read("specialty", self._one_scope)
        obtained_on = wrongs.read("obtained_on", day)
        passed_year = wrongs.read("passed_year", year) or (obtained_on.year if obtained_on else None)
        return {
            "number": wrongs.read("number", number),
            "resident_id": own,
            "resident_id_given": given,
            "name": wrongs.read("name", name),
            "credential": self.credential,
            "specialty": found,
            "level": wrongs.read("level", self._level) or CLASSES.get(self._class),
            "passed_year": passed_year,
            "obtained_on": obtained_on.isoformat() if obtained_on else None,
        }

    @property
    def _class(self) -> str:
        return self.credential.rpartition("-")[2]

    def _level(self, text: str) -> str | None:
        """Lists of two classes at once are exported too: each line counts for its own class only."""
        said = next((level for word, level in levels().items() if word in plain(text)), None)
        if said is not None and said != CLASSES.get(self._class, said):
            raise Wrong("level_differs")
        return said

    def _one_scope(self, text: str) -> str:
        found = scopes(text, scopes_of(self.credential))
        if len(found) > 1:
            raise Wrong("scope_ambiguous")
        return found[0][0]

    def _certificate(self, wrongs: Wrongs) -> dict[str, Any]:
        own, given = wrongs.read("resident_id", resident_id) or (None, None)
        days = {one: wrongs.read(one, day) for one in ("granted_on", "valid_from", "valid_until")}
        found = wrongs.read("scopes", lambda text: scopes(text, scopes_of(self.credential))) or []
        return {
            "number": wrongs.read("number", number),
            "name": wrongs.read("name", name),
            "resident_id": own,
            "enterprise_name": wrongs.read("enterprise_name", plain),
            "enterprise_uscc": wrongs.read("enterprise_uscc", number),
            "scopes": [
                {"specialty": code, "expires_on": until.isoformat() if until else None} for code, until in found
            ],
            **{one: value.isoformat() if value else None for one, value in days.items()},
            "status": wrongs.read("status", _status),
            "issuer_name": wrongs.read("issuer_name", plain),
            "attributes": {"resident_id_given": given} if given else None,
        }


def _together(reads: Iterable[Read]) -> Iterator[Read]:
    """A certificate of which each specialty has a line of its own, one below the other, is one row, of its first line."""
    held: Read | None = None
    for one in reads:
        whole = _joined(held, one) if held is not None else None
        if held is not None and whole is None:
            yield held
        held = whole or one
    if held is not None:
        yield held


def _joined(first: Read, other: Read) -> Read | None:
    if first.values is None or other.values is None or "scopes" not in first.values:
        return None
    one, more = first.values, other.values
    said = ("number", "resident_id", "name", "enterprise_name", "enterprise_uscc", "status", "issuer_name")
    own, added = ({scope["specialty"] for scope in values["scopes"]} for values in (one, more))
    if any(one.get(key) != more.get(key) for key in said) or own & added:
        return None
    # Each then has the last day of its own line.
    scopes = [
        {**scope, "expires_on": scope["expires_on"] or values["valid_until"]}
        for values in (one, more)
        for scope in values["scopes"]
    ]
    days = {
        "granted_on": min(one["granted_on"], more["granted_on"]),
        "valid_until": max(one["valid_until"], more["valid_until"]),
    }
    return Read(first.line, {**one, **days, "scopes": scopes})


def field_called(kind: ImportKind, credential: str | None, field: str) -> str:
    """What a field that the product names is called: of several words for it ours."""
    if field == "scopes" and credential and scope_field(credential) == "category":
        return "操作类别"
    return columns_of(kind).called(field)


def _status(text: str) -> str:
    found = statuses().get(plain(text).replace(" ", ""))
    if found is None:
        raise Wrong("status_unknown")
    return found


class _Seen:
    """The numbers of this very file, on disk: memory does not grow with it."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect("", isolation_level=None)
        self._kept.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
            "CREATE TABLE seen (number BLOB PRIMARY KEY, line INT, facts BLOB) WITHOUT ROWID;"
        )

    def once(self, read: Read) -> Read:
        """The same row for its first line; a problem that names the first line for others of the same number."""
        if read.values is None:
            return read
        number, facts = _hash(read.values["number"]), _hash(repr(sorted(read.values.items(), key=str)))
        new = self._kept.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (number, read.line, facts)).rowcount
        if new:
            return read
        first, kept = self._kept.execute("SELECT line, facts FROM seen WHERE number = ?", (number,)).fetchone()
        code = "repeated_in_file" if kept == facts else "differs_in_file"
        return Read(read.line, None, (LineProblem(line=read.line, code=code, params={"first": first}),))

    def close(self) -> None:
        self._kept.close()


def _hash(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
