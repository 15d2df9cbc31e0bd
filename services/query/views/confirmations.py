"""Whose agreement each hand-in was asked for, and what they answered. A part of filing_progress; filing's rows only.

What was taken back, or handed in anew, before a party had answered is not a row: it is seen from the filing when asked.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingTookEffect,
    FilingWithdrawn,
)
from contracts.message import Actor, Event, Recorded, derived_id
from contracts.query import ConfirmationRow, ListConfirmations, Page
from services.kernel.rows import Rows
from services.kernel.view import Handler
from services.query.paging import Branch, Listed, Order
from services.query.sql import Where, person_asked

TABLES = """
CREATE TABLE IF NOT EXISTS confirmation (
    confirmation_id uuid PRIMARY KEY, filing_id uuid NOT NULL, round int NOT NULL, party text NOT NULL,
    person_id uuid, enterprise_id uuid, filer_person_id uuid, filer_enterprise_id uuid, handed_in_at timestamptz NOT NULL,
    status text NOT NULL, asked_at timestamptz, due_on date, answered_at timestamptz, reason text, by_silence boolean
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS confirmation_by_filing ON confirmation (filing_id);
CREATE INDEX IF NOT EXISTS confirmation_by_person ON confirmation (person_id, handed_in_at, confirmation_id);
CREATE INDEX IF NOT EXISTS confirmation_by_enterprise ON confirmation (enterprise_id, handed_in_at, confirmation_id);
CREATE INDEX IF NOT EXISTS confirmation_waiting ON confirmation (enterprise_id, handed_in_at, confirmation_id)
    WHERE status = 'asked';
CREATE INDEX IF NOT EXISTS confirmation_of_enterprise ON confirmation (filer_enterprise_id, handed_in_at, confirmation_id);
CREATE INDEX IF NOT EXISTS confirmation_of_person ON confirmation (filer_person_id, handed_in_at, confirmation_id);
"""
NOBODY = dict.fromkeys(("waits_for", "waits_person_id", "waits_enterprise_id", "waits_since", "waits_until"))
# The authority still waits for its correction, where it has had it before.
_TAKEN_BACK = """
    UPDATE filing SET status = CASE WHEN submitted_at IS NULL THEN 'draft' ELSE 'returned' END, waits_for = NULL,
        waits_person_id = NULL, waits_enterprise_id = NULL, waits_since = NULL, waits_until = NULL WHERE filing_id = %s"""


def row(rows: Rows, filing_id: UUID, round: int, party: str, **columns: Any) -> None:
    rows.change("confirmation", {"confirmation_id": derived_id("confirmation", filing_id, round, party)}, **columns)


def filing(rows: Rows, filing_id: UUID, **columns: Any) -> None:
    rows.put("filing", {"filing_id": filing_id}, **columns)


def asked(rows: Rows, one: Recorded[ConfirmationsAsked]) -> None:
    e, first = one.event, one.event.asked[0]
    for party in e.asked:
        turn = party is first
        rows.put(
            "confirmation",
            {"confirmation_id": derived_id("confirmation", e.filing_id, e.round, party.by)},
            filing_id=e.filing_id,
            round=e.round,
            party=party.by,
            person_id=party.person_id,
            enterprise_id=party.enterprise_id,
            filer_person_id=e.person_id if e.enterprise_id is None else None,
            filer_enterprise_id=e.enterprise_id,
            handed_in_at=e.submitted_at,
            status="asked" if turn else "waiting",
            asked_at=e.submitted_at if turn else None,
            due_on=e.due_on if turn else None,
        )
    waits = {"waits_person_id": first.person_id, "waits_enterprise_id": first.enterprise_id, "waits_until": e.due_on}
    filing(rows, e.filing_id, status="awaiting_confirmation", waits_for=first.by, waits_since=e.submitted_at, **waits)


def confirmed(rows: Rows, one: Recorded[FilingConfirmed]) -> None:
    e, at = one.event, one.event.at or one.meta.at
    row(rows, e.filing_id, e.round, e.by, status="confirmed", answered_at=at, by_silence=e.account_id is None)
    if e.next is None:
        filing(rows, e.filing_id, **NOBODY)
        return
    row(rows, e.filing_id, e.round, e.next.by, status="asked", asked_at=at, due_on=e.due_on)
    waits = {"waits_person_id": e.next.person_id, "waits_enterprise_id": e.next.enterprise_id, "waits_until": e.due_on}
    filing(rows, e.filing_id, waits_for=e.next.by, waits_since=at, **waits)


def declined(rows: Rows, one: Recorded[ConfirmationDeclined]) -> None:
    e, at = one.event, one.event.at or one.meta.at
    said = {"answered_at": at, "reason": e.reason, "by_silence": e.by_silence}
    row(rows, e.filing_id, e.round, e.by, status="declined", **said)
    filing(rows, e.filing_id, status="returned", reason=e.reason, **NOBODY)


def timed_out(rows: Rows, one: Recorded[ConfirmationTimedOut]) -> None:
    """What silence counts as follows, unless it ends the filing."""
    e = one.event
    if e.means == "removed":
        row(rows, e.filing_id, e.round, e.by, status="timed_out", answered_at=e.at or one.meta.at, by_silence=True)
        filing(rows, e.filing_id, status="lapsed", reason=e.legal_basis, **NOBODY)


def withdrawn(rows: Rows, one: Recorded[FilingWithdrawn]) -> None:
    rows.sql(_TAKEN_BACK, [str(one.event.filing_id)])


def took_effect(rows: Rows, one: Recorded[FilingTookEffect]) -> None:
    filing(rows, one.event.filing_id, status="approved", effective_on=one.event.effective_on, **NOBODY)


HANDLERS: dict[type[Event], Handler] = {
    ConfirmationsAsked: asked,
    FilingConfirmed: confirmed,
    ConfirmationDeclined: declined,
    ConfirmationTimedOut: timed_out,
    FilingWithdrawn: withdrawn,
    FilingTookEffect: took_effect,
}

# -- what is asked --------------------------------------------------------------------------------------------

_OPEN = "f.status = 'awaiting_confirmation' AND f.round = n.round"
STATUS = f"CASE WHEN n.status IN ('waiting', 'asked') AND NOT ({_OPEN}) THEN 'withdrawn' ELSE n.status END"
NEWEST = Order("newest", (("n.handed_in_at", "timestamptz"), ("n.confirmation_id", "uuid")), newest_first=True)
COLUMNS = (
    "n.filing_id, n.round, n.party, f.number, f.matter, f.title, f.credential, f.registration_type, f.person_id, f.person_name,"
    " f.resident_id, f.former_enterprise_id, f.former_enterprise, f.enterprise_id AS new_enterprise_id,"
    " f.enterprise_name AS new_enterprise, f.certificate_number, n.handed_in_at, f.status AS filing_status,"
    f" {STATUS} AS status, n.asked_at, n.due_on, n.answered_at, n.reason, coalesce(n.by_silence, false) AS by_silence"
)
_SHOWN = "JOIN confirmation n ON n.confirmation_id = key.id JOIN filing f ON f.filing_id = n.filing_id"


def list_confirmations(cursor: Any, question: ListConfirmations) -> Page[ConfirmationRow]:
    """A party's from its turn on, and the filer's. An operator finds those of one filing."""
    viewer = question.viewer
    known, where = person_asked(question.who), Where()
    where.opens("f.person_name", known.get("name")).equal(
        n__filing_id=question.filing_id,
        f__resident_id=known.get("resident_id"),
        f__matter=question.matter,
        f__credential=question.credential,
        f__registration_type=question.registration_type,
    )
    if question.status is not None:
        where.add(f"{STATUS} = %s", question.status)
    if question.open is not None:
        where.add(f"{'' if question.open else 'NOT '}(n.status = 'asked' AND {_OPEN})")
    party, filer = _sides(viewer)
    branches = []
    if viewer.kind == "operator" and question.filing_id is not None:
        branches = [Branch(where)]
    elif party is not None and filer is not None:
        if question.side in (None, "party"):
            branches.append(Branch(where.copy().add(f"{party} AND n.asked_at IS NOT NULL")))
        if question.side in (None, "filer"):
            branches.append(Branch(where.copy().add(f"{filer} AND ({party} AND n.asked_at IS NOT NULL) IS NOT TRUE")))
    side = f"CASE WHEN {party} THEN 'party' WHEN {filer} THEN 'filer' END" if party else "NULL::text"
    listed = Listed("confirmation n JOIN filing f ON f.filing_id = n.filing_id", "''", f"{COLUMNS}, {side} AS side", _SHOWN)
    return listed.page(cursor, question, ConfirmationRow, branches, NEWEST)


def _sides(viewer: Actor) -> tuple[str | None, str | None]:
    """The viewer's being asked, and having filed, as conditions."""
    for kind in ("person", "enterprise"):
        if viewer.kind == kind and (own := getattr(viewer, f"{kind}_id")) is not None:
            return f"n.{kind}_id = '{own}'", f"n.filer_{kind}_id = '{own}'"
    return None, None


def party_to(kind: str, own: UUID, answered: bool = True) -> str:
    """The filings that somebody is asked about, ``answered``: or was: a condition on ``f``."""
    which = "asked_at IS NOT NULL" if answered else "status = 'asked'"
    asked = f"SELECT filing_id FROM confirmation WHERE {kind}_id = '{own}' AND {which}"
    return f"f.filing_id = ANY(ARRAY({asked}))"
