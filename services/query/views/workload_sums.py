"""Answers GetWorkload: acts of a period summed by authority or by officer, and what waits now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.errors import Refused
from contracts.identity import Level
from contracts.message import Actor
from contracts.places import area
from contracts.query import GetWorkload, Workload, WorkloadRow
from services.query.sql import Where

DECIDED = ("passed", "rejected")
"""What ends a stage, once for each time it is received: a return does not, the same stage goes on afterwards."""
COUNTED = (*DECIDED, "received", "returned", "approved", "deemed", "missed")
DIGITS: dict[str, int] = {"ministry": 0, "province": 2, "city": 4, "county": 6}
"""How many digits of a place's code an authority of this level goes by."""
# Where no authority acted, it is that of the stage's level and the case's place; after the last stage, of that one's.
_ACTS = """
    SELECT a.kind, a.authority_id::text, coalesce(a.level, s.level, c.level) AS level, c.place, a.officer, a.on_time,
           count(*)
    FROM act a JOIN cases c USING (case_id) LEFT JOIN stage s ON s.case_id = a.case_id AND s.name = a.stage{where}
    GROUP BY 1, 2, 3, 4, 5, 6"""
# From the receipt to the decision, without what lay between each return and the next hand-in.
_TOOK = """
    SELECT a.authority_id::text, a.officer, sum(a.day - r.day - away.days), count(*)
    FROM act a JOIN cases c USING (case_id) CROSS JOIN LATERAL (
        SELECT r.day, r.position FROM act r WHERE r.case_id = a.case_id AND r.stage = a.stage
        AND r.kind IN ('received', 'handed_back') AND r.position < a.position ORDER BY r.position DESC LIMIT 1
    ) r CROSS JOIN LATERAL (
        SELECT coalesce(sum(CASE w.kind WHEN 'returned' THEN a.day - w.day ELSE w.day - a.day END), 0) AS days
        FROM act w WHERE w.case_id = a.case_id AND w.stage = a.stage AND w.kind IN ('returned', 'resubmitted')
        AND w.position > r.position AND w.position < a.position
    ) away{where} GROUP BY 1, 2"""
_WAITING = "SELECT level, place, officer, count(*) FROM cases c{where} GROUP BY 1, 2, 3"


@dataclass(frozen=True)
class Authority:
    """An authority, or the place of one that is not established: then without id and name."""

    id: str | None
    name: str | None
    level: Level
    place: str


Desk = tuple[Authority, str | None]


class Sums:
    """Counts by desk. By authority all its desks are one."""

    def __init__(self, question: GetWorkload, authorities: Iterable[Authority]) -> None:
        self._question = question
        self._by_id = {one.id: one for one in authorities}
        self._resolved: dict[tuple[str, str], Authority] = {}
        self.desks: dict[Desk, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, authority: Authority, officer: str | None, what: str, count: int) -> None:
        """Some more of it, if it is the asker's to see."""
        wanted = self._question.authority_id
        if _seen_by(self._question.viewer, authority) and (wanted is None or authority.id == str(wanted)):
            self.desks[authority, officer if self._question.by == "officer" else None][what] += count

    def authority(self, key: str | None, level: str | None, place: str) -> Authority | None:
        """The one that acted, or that of a level and place."""
        if key is not None:
            return self._by_id.get(key)
        return self._at(level, place) if level is not None else None

    def _at(self, level: str, place: str) -> Authority:
        if (level, place) not in self._resolved:
            there = [one for one in self._by_id.values() if one.level == level and place.startswith(area(one.place))]
            nobody = Authority(None, None, level, place[: DIGITS[level]].ljust(6, "0"))  # type: ignore[arg-type]
            self._resolved[level, place] = max(there, key=lambda one: (area(one.place), one.id), default=nobody)
        return self._resolved[level, place]


def get_workload(cursor: Any, question: GetWorkload) -> Workload:
    """Of the viewer's own authority and those of places under it."""
    if question.from_on > question.until_on:
        raise Refused("period_reversed")
    cursor.execute("SELECT authority_id::text, name, level, place FROM authority")
    authorities = [Authority(*row) for row in cursor.fetchall()]
    cursor.execute("SELECT account_id, name, authority_id::text FROM account")
    officers = {account: (name, authority) for account, name, authority in cursor.fetchall()}
    sums = Sums(question, authorities)
    for one in authorities:
        sums.add(one, None, "received", 0)
    _acts(cursor, question, sums)
    _took(cursor, question, sums)
    _waiting(cursor, question, sums)
    names = {account: name for account, (name, _) in officers.items()}
    rows = [_row(authority, officer, counts, names) for (authority, officer), counts in sums.desks.items()]
    rows.sort(key=lambda row: (row.place, row.level, row.authority or "", row.officer is not None, row.officer or ""))
    return Workload(from_on=question.from_on, until_on=question.until_on, by=question.by, rows=tuple(rows))


def _acts(cursor: Any, question: GetWorkload, sums: Sums) -> None:
    where = _where(question).add("a.day BETWEEN %s AND %s", question.from_on, question.until_on)
    where.add("a.kind <> ALL(%s)", ["resubmitted", "handed_back"])
    cursor.execute(_ACTS.format(where=where.sql), where.parameters)
    for kind, key, level, place, officer, on_time, count in cursor.fetchall():
        authority = sums.authority(key, level, place)
        if authority is None:
            continue
        if kind == "assigned":
            if question.by == "officer":
                sums.add(authority, officer, "received", count)
            continue
        sums.add(authority, officer, kind, count)
        if kind in DECIDED:
            sums.add(authority, officer, "decided", count)
            if on_time is not None:
                sums.add(authority, officer, "on_time" if on_time else "late", count)


def _took(cursor: Any, question: GetWorkload, sums: Sums) -> None:
    where = _where(question).add("a.day BETWEEN %s AND %s", question.from_on, question.until_on)
    where.add("a.kind = ANY(%s)", list(DECIDED))
    cursor.execute(_TOOK.format(where=where.sql), where.parameters)
    for key, officer, days, count in cursor.fetchall():
        if (authority := sums.authority(key, None, "")) is not None:
            sums.add(authority, officer, "days", int(days))
            sums.add(authority, officer, "timed", count)


def _waiting(cursor: Any, question: GetWorkload, sums: Sums) -> None:
    where = _where(question).add("c.waiting")
    cursor.execute(_WAITING.format(where=where.sql), where.parameters)
    for level, place, officer, count in cursor.fetchall():
        if (authority := sums.authority(None, level, place)) is not None:
            sums.add(authority, officer, "open", count)


def _where(question: GetWorkload) -> Where:
    return Where().seen_by(question.viewer, place="c.place")


def _seen_by(viewer: Actor, authority: Authority) -> bool:
    if viewer.kind == "operator":
        return True
    return (
        viewer.kind in ("officer", "auditor")
        and viewer.place is not None
        and area(authority.place).startswith(area(viewer.place))
    )


def _row(authority: Authority, officer: str | None, counts: dict[str, int], names: dict[str, str]) -> WorkloadRow:
    timed = counts.get("timed", 0)
    told = {name: counts.get(name, 0) for name in (*COUNTED, "decided", "on_time", "late", "open")}
    return WorkloadRow(
        authority_id=UUID(authority.id) if authority.id else None,
        authority=authority.name,
        level=authority.level,
        place=authority.place,
        officer=officer,
        officer_name=names.get(officer) if officer else None,
        average_days=round(counts["days"] / timed, 1) if timed else None,
        **told,
    )
