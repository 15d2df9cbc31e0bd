"""Finds the header of a table: below titles, over one row or two, its columns by the names that departments give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cli.importing.columns import Columns
from cli.importing.reading import Cells, Row
from cli.importing.values import plain

LOOKED_AT = 30
"""Lines from the top in which the header is looked for."""
_ASIDE = re.compile(r"[((【\[].*?[))】\]]")
_MARKS = re.compile(r"[\s*:;,、。.]+")


@dataclass(frozen=True)
class Header:
    """``columns``: field → where it is and what the file calls it. ``last_line``: data come after it. ``unknown``: columns of the
    file that stand for no field."""

    last_line: int
    columns: Mapping[str, tuple[int, str]]
    names: frozenset[Cells]
    unknown: tuple[str, ...] = ()

    def cell(self, cells: Cells, field: str) -> str:
        """What a row says in this column; nothing where there is no such column."""
        found = self.columns.get(field)
        return cells[found[0]] if found is not None and found[0] < len(cells) else ""

    def called(self, field: str) -> str:
        """What the file calls this column."""
        found = self.columns.get(field)
        return found[1] if found is not None else field

    def is_repeated(self, cells: Cells) -> bool:
        """Whether this row is the header again, as on each page of what was made to be printed."""
        return tuple(map(normal, cells)) in self.names


def normal(text: str) -> str:
    """A heading without spaces, marks and what is set aside in brackets.

    >>> normal(" *身份证\\n号码(必填):")
    '身份证号码'
    """
    found = _MARKS.sub("", plain(text))
    return _ASIDE.sub("", found) or found


def find_header(rows: Iterable[Row], columns: Columns) -> Header | None:
    """The row, or the two rows, that name most of the columns; none where fewer than three are named."""
    top = [row for row, _ in zip(rows, range(LOOKED_AT), strict=False)]
    best: Header | None = None
    for at, row in enumerate(top):
        found = [_named((row,), columns)]
        if at + 1 < len(top) and any(row.cells):
            found.append(_named((row, top[at + 1]), columns))
        for one in found:
            if best is None or len(one.columns) > len(best.columns):
                best = one
    return best if best is not None and len(best.columns) >= 3 else None


def _named(rows: Sequence[Row], columns: Columns) -> Header:
    upper, lower = (rows[0].cells, rows[-1].cells)
    found: dict[str, tuple[int, str]] = {}
    unknown: list[str] = []
    for position, names in enumerate(_merged(upper, lower) if len(rows) > 1 else ((one,) for one in upper)):
        for called in names:
            field = columns.field(normal(called)) if called else None
            if field is not None:
                found.setdefault(field, (position, plain(called)))
                break
        else:
            unknown += [plain(names[0])] if names[0].strip() else []
    repeated = frozenset(tuple(map(normal, one.cells)) for one in rows)
    return Header(rows[-1].line, found, repeated, tuple(unknown))


def _merged(upper: Cells, lower: Cells) -> Iterable[tuple[str, ...]]:
    """Each column's names, the likeliest first. Of merged cells only the first has the text, so it holds for those after it,
    as long as there is something below."""
    over = ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        over = above if above.strip() else (over if below.strip() else "")
        yield (f"{over}{below}", below) if below.strip() else (over,)
