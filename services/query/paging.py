"""Pages of long lists, by index however many rows there are: newest first or by name, by number or after a row.

PostgreSQL reads an index in its order only where everything before the order is fixed. A list therefore keeps what it is
filtered by in one column, ``facet``; a filter chooses some of the few texts that occur there, the first rows of each are read
(``LATERAL``), and the first of all these are the page. So a filter that chooses one row in a million costs what any other costs.
Without a filter the list is read in its order.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from contracts.errors import Refused
from contracts.message import Model
from contracts.query import Listing, Page
from services.query.sql import Where, read

R = TypeVar("R", bound=Model)
COUNTED = 10_000
"""So many rows are counted; of more it is said that there are at least so many."""
BY_NUMBER = 1_000
"""So many rows can be reached by numbers of pages: each of them is read for every facet."""
AT_ONCE = 2_000
"""So many rows are read at once to choose a page's from; where it would be more, it is first found out where the page ends."""
BY_INDEX = "SET LOCAL enable_seqscan TO off; SET LOCAL jit TO off"
"""The planner takes a limit for a reason to read a table from its beginning, and hope."""
_READS: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "timestamptz": datetime.fromisoformat,
    "uuid": UUID,
    "text": str,
    "int": int,
}


@dataclass(frozen=True)
class Order:
    """Columns with their types, all in one direction; the last is the key. ``name`` keeps a place in one order from being
    taken for a place in another."""

    name: str
    columns: tuple[tuple[str, str], ...]
    newest_first: bool = False

    @property
    def direction(self) -> str:
        return " DESC" if self.newest_first else ""

    @property
    def by(self) -> str:
        """For ORDER BY where the columns have their own names."""
        return ", ".join(f"{column}{self.direction}" for column, _ in self.columns)

    @property
    def chosen(self) -> str:
        """The columns as a select list: o0, o1 …"""
        return ", ".join(f"{column} AS o{n}" for n, (column, _) in enumerate(self.columns))

    @property
    def by_chosen(self) -> str:
        """For ORDER BY where the columns are called o0, o1 …"""
        return ", ".join(f"o{n}{self.direction}" for n in range(len(self.columns)))

    @property
    def key(self) -> str:
        """What the last column is called in the select list."""
        return f"o{len(self.columns) - 1}"

    def after(self, where: Where, row: str | None) -> Where:
        """Only what comes after this place."""
        return where if row is None else self._beyond(where, "<" if self.newest_first else ">", self._place(row))

    def until(self, where: Where, place: Sequence[Any] | None) -> Where:
        """Only what comes no later than this place."""
        return where if place is None else self._beyond(where, ">=" if self.newest_first else "<=", place)

    def _beyond(self, where: Where, sign: str, place: Sequence[Any]) -> Where:
        columns = ", ".join(column for column, _ in self.columns)
        places = ", ".join(f"%s::{kind}" for _, kind in self.columns)
        return where.add(f"({columns}) {sign} ({places})", *place)

    def place(self, values: Sequence[Any]) -> str:
        """The place of a row, to be given back."""
        texts = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
        said = json.dumps([self.name, *texts], ensure_ascii=False)
        return base64.urlsafe_b64encode(said.encode()).decode()

    def _place(self, row: str) -> list[Any]:
        try:
            name, *texts = json.loads(base64.urlsafe_b64decode(row.encode()))
            if name == self.name:
                return [_READS[kind](text) for (_, kind), text in zip(self.columns, texts, strict=True)]
        except (ValueError, TypeError):
            pass
        raise Refused("row_unknown", problems=[{"code": "row_unknown", "field": "after_row"}])


@dataclass(frozen=True)
class Branch:
    """Some of the rows; no row is in two branches of a list. ``facets`` none: whatever the facet. ``first``: all of these
    rows are looked up before they are put in order, because they are few."""

    where: Where
    facets: Sequence[str] | None = None
    first: bool = False


@dataclass(frozen=True)
class Listed:
    """A list: its table with an alias, what is shown of a row, and what is joined to show it. ``facet`` is a column."""

    table: str
    facet: str
    columns: str
    shown: str

    def page(
        self, cursor: Any, question: Listing, row: type[R], branches: Sequence[Branch], order: Order
    ) -> Page[R]:
        """The page that was asked for."""
        cursor.execute(BY_INDEX)
        skipped = 0 if question.after_row is not None else (question.page - 1) * question.per_page
        found = [] if skipped else self._places(cursor, branches, order, question, 0)
        if question.after_row is None and not skipped and len(found) <= question.per_page:
            total = len(found)  # what is all on one page is counted
        else:
            total = self.count(cursor, branches, COUNTED + 1)
        if skipped and skipped + question.per_page > BY_NUMBER and skipped < total:
            raise Refused("page_too_deep", params={"rows": BY_NUMBER})
        if 0 < skipped < total:
            found = self._places(cursor, branches, order, question, skipped)
        more = len(found) > question.per_page
        found = found[: question.per_page]
        rows = self._rows(cursor, row, [one[-1] for one in found])
        answer: type[Page[R]] = Page[row]  # type: ignore[valid-type]
        return answer(
            rows=rows,
            total=min(total, COUNTED),
            page=question.page,
            per_page=question.per_page,
            total_is_at_least=total > COUNTED,
            next_row=order.place(found[-1]) if more else None,
        )

    def count(self, cursor: Any, branches: Sequence[Branch], most: int) -> int:
        """How many there are, up to so many."""
        counted, parameters = [], []
        for one in branches:
            sql, given = self._read(one, None, most)
            counted.append(f"({sql})")
            parameters += given
        if not counted:
            return 0
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM ({' UNION ALL '.join(counted)}) AS found LIMIT {most}) AS bounded", parameters
        )
        return int(cursor.fetchone()[0])

    def _places(
        self, cursor: Any, branches: Sequence[Branch], order: Order, question: Listing, skipped: int
    ) -> list[tuple[Any, ...]]:
        wanted = question.per_page + 1
        down_to = skipped + wanted
        parts = [replace(one, where=order.after(one.where.copy(), question.after_row)) for one in branches]
        facets = sum(len(one.facets or ()) for one in parts)
        if facets * down_to > AT_ONCE:
            # The page ends no later than among a few rows of each facet; and so few of them reach as far down as it.
            sql, given = self._in_order(parts, order, 2 * down_to // facets + 1)
            cursor.execute(f"{sql} LIMIT 1 OFFSET {down_to - 1}", given)
            last = cursor.fetchone()
            parts = [replace(one, where=order.until(one.where, last)) for one in parts]
        if not parts:
            return []
        sql, given = self._in_order(parts, order, down_to)
        cursor.execute(f"{sql} LIMIT {wanted} OFFSET {skipped}", given)
        return list(cursor.fetchall())

    def _in_order(self, branches: Sequence[Branch], order: Order, most: int) -> tuple[str, list[Any]]:
        """The first so many of each branch's facets."""
        read = [self._read(one, order, most) for one in branches]
        found = " UNION ALL ".join(f"({sql})" for sql, _ in read)
        return f"SELECT * FROM ({found}) AS found ORDER BY {order.by_chosen}", [one for _, given in read for one in given]

    def _read(self, branch: Branch, order: Order | None, limit: int) -> tuple[str, list[Any]]:
        where, chosen, by = branch.where, "1", ""
        if order is not None:
            chosen, by = order.chosen, f" ORDER BY {order.by}"
        if branch.first or branch.facets is None:
            if branch.facets is not None:
                where = where.copy().add(f"{self.facet} = ANY(%s)", list(branch.facets))
            every = f"SELECT {chosen} FROM {self.table}{where.sql}"
            if branch.first and order is not None:
                # Otherwise the planner may walk the list in its order, and look at every row.
                every, by = f"WITH few AS MATERIALIZED ({every}) SELECT * FROM few", f" ORDER BY {order.by_chosen}"
            return f"{every}{by} LIMIT {limit}", where.parameters
        inside = where.copy().add(f"{self.facet} = chosen.facet")
        lateral = f"SELECT {chosen} FROM {self.table}{inside.sql}{by} LIMIT {limit}"
        sql = f"SELECT one.* FROM unnest(%s::text[]) AS chosen (facet) CROSS JOIN LATERAL ({lateral}) AS one LIMIT ALL"
        return sql, [list(branch.facets), *inside.parameters]

    def _rows(self, cursor: Any, row: type[R], keys: Sequence[Any]) -> tuple[R, ...]:
        if not keys:
            return ()
        sql = f"SELECT {self.columns} FROM unnest(%s::uuid[]) WITH ORDINALITY AS key (id, number) {self.shown} ORDER BY key.number"
        return read(cursor, row, sql, [[str(key) for key in keys]])

    def by(self, column: str) -> Listed:
        """The same list, chosen from by this column: the places of a city."""
        return replace(self, facet=column)

    def facets(self, cursor: Any, where: Where, first: str | None = None) -> list[tuple[str, ...]]:
        """The facets that occur among these rows, each as its parts: one look into the index for each, not one for each row.
        ``first``: only those whose first part it is."""
        cursor.execute(BY_INDEX)
        where = where.copy().within(self.facet, f"{first}|" if first else "")
        later = where.copy().add(f"{self.facet} > chosen.facet")
        column = self.facet
        cursor.execute(
            f"""WITH RECURSIVE chosen (facet) AS (
                (SELECT {column} FROM {self.table}{where.sql} ORDER BY 1 LIMIT 1)
                UNION ALL
                SELECT (SELECT {column} FROM {self.table}{later.sql} ORDER BY 1 LIMIT 1) FROM chosen WHERE chosen.facet IS NOT NULL
            ) SELECT facet FROM chosen WHERE facet IS NOT NULL""",
            [*where.parameters, *later.parameters],
        )
        return [tuple(facet.split("|")) for (facet,) in cursor.fetchall()]
