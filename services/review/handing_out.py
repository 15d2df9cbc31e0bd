"""Handing out what waits unclaimed at one authority, and the desks of its officers, from the view of desks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import TypeAdapter

from contracts.errors import NotAllowed, Refusal
from contracts.identity import Duty, Level, Place
from contracts.message import Actor
from contracts.places import area
from contracts.review import (
    AbsenceView,
    AssignCase,
    Desks,
    DeskView,
    HandedOut,
    HandOutCases,
    HandOutReport,
)
from services.kernel.database import Database
from services.review.desks import DESKS
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.decide import CASE
from services.review.domain.desk import unfit
from services.review.domain.hand_out import share_out
from services.review.filling import cases_of, employed

if TYPE_CHECKING:
    from services.review.service import ReviewService

_DUTIES: TypeAdapter[tuple[Duty, ...]] = TypeAdapter(tuple[Duty, ...])
PAGE = 500
"""Cases read and assigned at a stretch."""
_UNCLAIMED = "FROM cases WHERE waits AND holder IS NULL AND level = %s AND starts_with(place, %s)"
_OFFICERS = """
    SELECT account_id, name, actor,
           (SELECT count(*) FROM cases WHERE waits AND holder = account_id)
    FROM officers WHERE authority_id = %s ORDER BY name, account_id"""
_ABSENCES = """
    SELECT absence_id, officer, from_on, CASE WHEN ended_on <= until_on THEN ended_on - 1 ELSE until_on END, cover
    FROM absences JOIN officers ON officer = account_id
    WHERE authority_id = %s AND until_on >= %s AND (ended_on IS NULL OR ended_on > greatest(from_on, %s))
    ORDER BY from_on, absence_id"""


@dataclass(frozen=True)
class Officer:
    """One officer of the authority."""

    actor: Actor
    name: str
    open_cases: int
    absences: tuple[AbsenceView, ...]

    def is_away(self, today: date) -> bool:
        """Whether they are absent on that day."""
        return any(one.from_on <= today <= one.until_on for one in self.absences)


def hand_out(service: ReviewService, command: HandOutCases) -> HandOutReport:
    """Case by case, each by its own command: one that somebody took meanwhile stands in nobody's way."""
    actor, today = command.meta.actor, china_day(command.meta.at)
    authority_id, level, place = _who_assigns(actor)
    with service.kernel.database.transaction() as cursor:
        DESKS.create(cursor)  # its follower may not have come to it yet
        present = [one for one in _officers(cursor, authority_id, today) if not one.is_away(today)]
        waiting = _waiting(cursor, level, place, command)
    by_account = {one.actor.account_id: one.actor for one in present}
    employers = employed(service.kernel, list(by_account.values()))
    handed_out: list[HandedOut] = []
    left: list[tuple[UUID, str]] = []
    counts = {one.actor.account_id: one.open_cases for one in present}
    for start in range(0, len(waiting), PAGE):
        page = waiting[start : start + PAGE]
        cases = cases_of(service.kernel.log, page)
        shared, stay = share_out(page, counts, _unfit_for(cases, by_account, employers))
        left += stay
        orders = [
            (CASE, case_id, _order(command, cases[case_id], by_account[account], employers))
            for case_id, account in shared
        ]
        for (case_id, account), outcome in zip(shared, service.kernel.log.handle_all(orders), strict=True):
            if isinstance(outcome, Refusal):
                left.append((case_id, outcome.code))
            else:
                handed_out.append(HandedOut(case_id=case_id, officer=account))
                counts[account] += 1
    return HandOutReport(handed_out=tuple(handed_out), waiting=tuple(left))


def desks_of(database: Database, viewer: Actor, today: date) -> Desks:
    """The answer to ReadDesks: officers and auditors see their own authority's."""
    if viewer.kind not in ("officer", "auditor") or viewer.authority_id is None or not viewer.level or not viewer.place:
        raise NotAllowed("officers_only")
    with database.transaction() as cursor:
        DESKS.create(cursor)
        officers = _officers(cursor, viewer.authority_id, today)
        cursor.execute(f"SELECT count(*) {_UNCLAIMED}", [viewer.level, area(viewer.place)])
        unclaimed = int(cursor.fetchone()[0])
    return Desks(
        authority_id=viewer.authority_id,
        level=viewer.level,
        place=viewer.place,
        unclaimed=unclaimed,
        desks=tuple(
            DeskView(
                officer=one.actor.account_id,
                name=one.name,
                duties=_DUTIES.validate_python(one.actor.duties),
                open_cases=one.open_cases,
                absent_today=one.is_away(today),
                absences=one.absences,
            )
            for one in officers
        ),
    )


def _who_assigns(actor: Actor) -> tuple[UUID, Level, Place]:
    if actor.kind != "officer" or actor.authority_id is None or actor.level is None or actor.place is None:
        raise NotAllowed("officers_only")
    if not actor.may("assign"):
        raise NotAllowed("duty_missing", params={"duty": "assign"})
    return actor.authority_id, actor.level, actor.place


def _officers(cursor: Any, authority_id: UUID, today: date) -> list[Officer]:
    cursor.execute(_ABSENCES, [str(authority_id), today, today])
    absences: dict[str, list[AbsenceView]] = {}
    for absence_id, officer, from_on, until_on, cover in cursor.fetchall():
        told = AbsenceView(absence_id=UUID(str(absence_id)), from_on=from_on, until_on=until_on, cover=cover)
        absences.setdefault(officer, []).append(told)
    cursor.execute(_OFFICERS, [str(authority_id)])
    return [
        Officer(Actor.model_validate(actor), name, count, tuple(absences.get(account, ())))
        for account, name, actor, count in cursor.fetchall()
    ]


def _waiting(cursor: Any, level: Level, place: Place, command: HandOutCases) -> list[UUID]:
    """Whoever waits longest comes first."""
    stage = " AND stage = %s" if command.stage is not None else ""
    cursor.execute(
        f"SELECT case_id {_UNCLAIMED}{stage} ORDER BY submitted_at, case_id LIMIT %s",
        [level, area(place), *([command.stage] if stage else []), command.at_most],
    )
    return [UUID(str(case_id)) for (case_id,) in cursor.fetchall()]


def _unfit_for(
    cases: Mapping[UUID, Case], officers: Mapping[str, Actor], employers: Mapping[UUID, UUID]
) -> Callable[[UUID, str], str | None]:
    def why(case_id: UUID, account: str) -> str | None:
        case, officer = cases[case_id], officers[account]
        if case.opened is None or case.stage is None:
            return "already_decided"
        refused = unfit(case, case.opened, case.stage, officer, _employers(officer, employers))
        return refused.code if refused is not None else None

    return why


def _employers(officer: Actor, employers: Mapping[UUID, UUID]) -> tuple[UUID, ...]:
    found = employers.get(officer.person_id) if officer.person_id is not None else None
    return (found,) if found is not None else ()


def _order(command: HandOutCases, case: Case, officer: Actor, employers: Mapping[UUID, UUID]) -> AssignCase:
    assert case.opened is not None and case.stage is not None
    case_id = case.opened.case_id
    meta = {"command_id": f"{command.meta.command_id}/{case_id}", "expected_version": None}
    return AssignCase(
        case_id=case_id,
        stage=case.stage.name,
        officer=officer.account_id,
        how="handed_out",
        assignee=officer,
        assignee_employers=_employers(officer, employers),
        meta=command.meta.model_copy(update=meta),
    )
