"""A registrant's whole history, told in order, and what they had at any moment of it.

The state is not computed by other rules: the views' own handlers run over the person's events up to that
moment, in scratch schemas inside a savepoint that is always rolled back, and the views' own questions are
asked of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.errors import NotFound
from contracts.message import SYSTEM, Actor, Recorded
from contracts.query import (
    History,
    HistoryEntry,
    ListCertificates,
    ListEmployments,
    ListFilings,
    ListParties,
    ListQualifications,
    PersonHistory,
    PersonState,
    Who,
)
from services.kernel.view import View
from services.query import words
from services.query.views import timeline
from services.query.views.certificate_lists import list_certificates
from services.query.views.certificate_register import CERTIFICATE_REGISTER
from services.query.views.employment_list import EMPLOYMENT_LIST, list_employments
from services.query.views.filing_list import list_filings
from services.query.views.filing_progress import FILING_PROGRESS
from services.query.views.parties import PARTIES, list_parties
from services.query.views.qualification_list import QUALIFICATION_LIST, list_qualifications

ALL = 200
"""Rows of one list that a state shows: the longest page."""


def history(cursor: Any, question: History, today: date) -> PersonHistory:
    """For the person, an authority they belong to, or an operator; NotFound for anybody else. ``cursor`` is
    in a transaction.
    """
    PARTIES.enter(cursor)
    seen = list_parties(cursor, ListParties(viewer=question.viewer, kind="person", party_id=question.person_id))
    if not seen.rows or question.viewer.kind == "enterprise":
        raise NotFound.of("person", question.person_id)
    timeline.TIMELINE.enter(cursor)
    own = [one for one in timeline.told(cursor, question.person_id) if _by(one, question.as_of)]
    around = timeline.around(cursor, question.person_id, _enterprises(own))
    acted = {account for one in own for account in (one.meta.actor.account_id, *words.officers(one.event).values())}
    known = timeline.names(cursor, acted)
    events = {(one.source, one.position): one for one in own}
    events.update({(one.source, one.position): one for one in around if _by(one, question.as_of)})
    return PersonHistory(
        person_id=question.person_id,
        as_of=question.as_of,
        entries=tuple(_entry(one, known) for one in own),
        state=state(cursor, question.person_id, events.values(), question.as_of.date() if question.as_of else today),
    )


def state(cursor: Any, person_id: UUID, events: Iterable[Recorded[Any]], on: date) -> PersonState:
    """What the views show of a person once these events, and no others, have happened."""
    everything = sorted(events, key=lambda one: (one.source, one.position))
    all_seeing = Actor(kind="operator", account_id=SYSTEM.account_id)
    person: dict[str, Any] = {"viewer": all_seeing, "person_id": person_id, "per_page": ALL}
    party = ListParties(viewer=all_seeing, party_id=person_id)

    def within(view: View, answer: Callable[[Any], Any]) -> Any:
        return _in_scratch(cursor, view, everything, answer)

    shown = within(PARTIES, lambda c: list_parties(c, party)).rows
    resident_id = shown[0].number if shown else None
    qualified = ListQualifications(viewer=all_seeing, resident_id=resident_id, per_page=ALL)
    return PersonState(
        person=shown[0] if shown else None,
        employments=within(EMPLOYMENT_LIST, lambda c: list_employments(c, ListEmployments(**person))).rows,
        qualifications=within(QUALIFICATION_LIST, lambda c: list_qualifications(c, qualified)).rows if shown else (),
        filings=within(FILING_PROGRESS, lambda c: list_filings(c, ListFilings(**person))).rows,
        certificates=within(CERTIFICATE_REGISTER, lambda c: list_certificates(c, ListCertificates(**person), on)).rows,
    )


def _in_scratch(cursor: Any, view: View, events: list[Recorded[Any]], answer: Callable[[Any], Any]) -> Any:
    # No two replays share a name: one would wait for the other's uncommitted schema.
    schema = f"replay_{uuid4().hex}"
    cursor.execute("SAVEPOINT replay")
    try:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        view.enter(cursor, schema)
        cursor.execute(view.tables)
        view.apply(cursor, events)
        return answer(cursor)
    finally:
        cursor.execute("ROLLBACK TO SAVEPOINT replay")


def _by(one: Recorded[Any], moment: datetime | None) -> bool:
    return moment is None or one.meta.at <= moment


def _enterprises(events: Iterable[Recorded[Any]]) -> set[str]:
    """The enterprises that these events name, at the top or one level down (filer, applicant, holder)."""
    found = set()
    for one in events:
        for value in (one.event, *(getattr(one.event, name) for name in type(one.event).model_fields)):
            if (enterprise := getattr(value, "enterprise_id", None)) is not None:
                found.add(str(enterprise))
    return found


def _entry(one: Recorded[Any], known: dict[str, str]) -> HistoryEntry:
    actor = one.meta.actor
    return HistoryEntry(
        at=one.meta.at,
        source=one.source,
        position=one.position,
        stream=one.stream,
        version=one.version,
        event=one.event.NAME,
        who=Who(kind=actor.kind, account_id=actor.account_id, name=known.get(actor.account_id)),
        on_behalf_of=one.meta.on_behalf_of,
        reason=one.meta.reason,
        correlation_id=one.meta.correlation_id,
        says=words.sentence(one.event, known),
    )
