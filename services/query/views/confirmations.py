"""Whose agreement each hand-in was asked for, and what they answered. A part of filing_progress; filing's rows only."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

from contracts.filing import (
    ConfirmationDeclined,
    ConfirmationsAsked,
    ConfirmationTimedOut,
    FilingConfirmed,
    FilingLapsed,
    FilingTookEffect,
    FilingWithdrawn,
)
from contracts.matters.route import Party
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
    -- what was handed in then: the filing may say something else by now
    matter text, credential text, registration_type text, subject_id uuid, subject_name text COLLATE "C", resident_id text,
    certificate_number text, former_enterprise_id uuid, former_enterprise text, new_enterprise_id uuid, new_enterprise text,
    -- what the party said, and whether it can be answered no more
    said text NOT NULL, over boolean NOT NULL DEFAULT false,
    asked_at timestamptz, due_on date, answered_at timestamptz, reason text, by_silence boolean,
    status text COLLATE "C" GENERATED ALWAYS AS (CASE WHEN over AND said IN ('waiting', 'asked') THEN 'withdrawn' ELSE said END) STORED
);
"""
# Nothing of a filter is to be looked up in the tables: a large enterprise's rows lie anywhere in them.
_SHOWN_BY = "INCLUDE (status, subject_name, registration_type, credential, matter"
INDEXES = f"""
CREATE INDEX IF NOT EXISTS confirmation_by_filing ON confirmation (filing_id);
CREATE INDEX IF NOT EXISTS confirmation_by_resident_id ON confirmation (resident_id);
CREATE INDEX IF NOT EXISTS confirmation_by_person ON confirmation (person_id, handed_in_at, confirmation_id)
    WHERE asked_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS confirmation_by_enterprise ON confirmation (enterprise_id, handed_in_at, confirmation_id)
    {_SHOWN_BY}, filing_id) WHERE asked_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS confirmation_waiting ON confirmation (enterprise_id, handed_in_at, confirmation_id)
    INCLUDE (filing_id) WHERE status = 'asked';
CREATE INDEX IF NOT EXISTS confirmation_of_enterprise ON confirmation (filer_enterprise_id, handed_in_at, confirmation_id)
    {_SHOWN_BY}, enterprise_id, asked_at);
CREATE INDEX IF NOT EXISTS confirmation_of_person ON confirmation (filer_person_id, handed_in_at, confirmation_id);
"""
NOBODY = dict.fromkeys(("waits_for", "waits_person_id", "waits_enterprise_id", "waits_since", "waits_until"))
# The authority still waits for its correction, where it has had it before.
_TAKEN_BACK = """
    UPDATE filing SET status = CASE WHEN submitted_at IS NULL THEN 'draft' ELSE 'returned' END, waits_for = NULL,
        waits_person_id = NULL, waits_enterprise_id = NULL, waits_since = NULL, waits_until = NULL WHERE filing_id = %s"""
# Of whichever round it is: the authority's time for a correction may end while parties look at the corrected one.
_GIVEN_UP = "UPDATE confirmation SET over = true WHERE filing_id = %s"
# Nobody is moved by these, though they may be filed by another than the employer.
_ENDS = ("cancellation", "forced_cancellation")


def row(rows: Rows, filing_id: UUID, round: int, party: str, **columns: Any) -> None:
    rows.change("confirmation", {"confirmation_id": derived_id("confirmation", filing_id, round, party)}, **columns)


def filing(rows: Rows, filing_id: UUID, **columns: Any) -> None:
    rows.put("filing", {"filing_id": filing_id}, **columns)


def over(rows: Rows, filing_id: UUID, round: int) -> None:
    """Whoever has not answered is not waited for any more."""
    for party in get_args(Party):
        row(rows, filing_id, round, party, over=True)


def _handed_in(e: ConfirmationsAsked) -> dict[str, Any]:
    """What the parties are asked about."""
    filer, certificate = e.filer, e.certificate
    from_id = certificate.employer_id if certificate is not None else None
    moves = filer is not None and filer.enterprise_id != from_id and e.registration_type not in _ENDS
    return {
        "matter": e.matter,
        "credential": e.credential,
        "registration_type": e.registration_type,
        "subject_id": e.subject.person_id,
        "subject_name": e.subject.name,
        "resident_id": e.subject.resident_id,
        "certificate_number": certificate.number if certificate is not None else None,
        "former_enterprise_id": from_id,
        "former_enterprise": certificate.employer if certificate is not None else None,
        "new_enterprise_id": filer.enterprise_id if filer is not None and moves else None,
        "new_enterprise": filer.name if filer is not None and moves else None,
    }


def asked(rows: Rows, one: Recorded[ConfirmationsAsked]) -> None:
    e, first, handed_in = one.event, one.event.asked[0], _handed_in(one.event)
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
            said="asked" if turn else "waiting",
            asked_at=e.submitted_at if turn else None,
            due_on=e.due_on if turn else None,
            **handed_in,
        )
    waits = {"waits_person_id": first.person_id, "waits_enterprise_id": first.enterprise_id, "waits_until": e.due_on}
    filing(rows, e.filing_id, status="awaiting_confirmation", waits_for=first.by, waits_since=e.submitted_at, **waits)


def confirmed(rows: Rows, one: Recorded[FilingConfirmed]) -> None:
    e, at = one.event, one.event.at or one.meta.at
    row(rows, e.filing_id, e.round, e.by, said="confirmed", answered_at=at, by_silence=e.account_id is None)
    if e.next is None:
        filing(rows, e.filing_id, **NOBODY)
        return
    row(rows, e.filing_id, e.round, e.next.by, said="asked", asked_at=at, due_on=e.due_on)
    waits = {"waits_person_id": e.next.person_id, "waits_enterprise_id": e.next.enterprise_id, "waits_until": e.due_on}
    filing(rows, e.filing_id, waits_for=e.next.by, waits_since=at, **waits)


def declined(rows: Rows, one: Recorded[ConfirmationDeclined]) -> None:
    e, at = one.event, one.event.at or one.meta.at
    said = {"answered_at": at, "reason": e.reason, "by_silence": e.by_silence}
    row(rows, e.filing_id, e.round, e.by, said="declined", **said)
    over(rows, e.filing_id, e.round)
    filing(rows, e.filing_id, status="returned", reason=e.reason, **NOBODY)


def timed_out(rows: Rows, one: Recorded[ConfirmationTimedOut]) -> None:
    """What silence counts as follows, unless it ends the filing."""
    e = one.event
    if e.means == "removed":
        row(rows, e.filing_id, e.round, e.by, said="timed_out", answered_at=e.at or one.meta.at, by_silence=True)
        over(rows, e.filing_id, e.round)
        filing(rows, e.filing_id, status="lapsed", reason=e.legal_basis, **NOBODY)


def withdrawn(rows: Rows, one: Recorded[FilingWithdrawn]) -> None:
    over(rows, one.event.filing_id, one.event.round)
    rows.sql(_TAKEN_BACK, [str(one.event.filing_id)])


def given_up(rows: Rows, one: Recorded[FilingLapsed]) -> None:
    rows.sql(_GIVEN_UP, [str(one.event.filing_id)])


def took_effect(rows: Rows, one: Recorded[FilingTookEffect]) -> None:
    filing(rows, one.event.filing_id, status="approved", effective_on=one.event.effective_on, **NOBODY)


HANDLERS: dict[type[Event], Handler] = {
    ConfirmationsAsked: asked,
    FilingConfirmed: confirmed,
    ConfirmationDeclined: declined,
    ConfirmationTimedOut: timed_out,
    FilingWithdrawn: withdrawn,
    FilingLapsed: given_up,
    FilingTookEffect: took_effect,
}

# -- what is asked --------------------------------------------------------------------------------------------

NEWEST = Order("newest", (("n.handed_in_at", "timestamptz"), ("n.confirmation_id", "uuid")), newest_first=True)
COLUMNS = (
    "n.filing_id, n.round, n.party, f.number, n.matter, f.title, n.credential, n.registration_type, n.subject_id AS person_id,"
    " n.subject_name AS person_name, n.resident_id, n.former_enterprise_id, n.former_enterprise, n.new_enterprise_id,"
    " n.new_enterprise, n.certificate_number, n.handed_in_at, f.status AS filing_status, n.status, n.asked_at, n.due_on,"
    " n.answered_at, n.reason, coalesce(n.by_silence, false) AS by_silence"
)
_SHOWN = "JOIN confirmation n ON n.confirmation_id = key.id JOIN filing f ON f.filing_id = n.filing_id"


def list_confirmations(cursor: Any, question: ListConfirmations) -> Page[ConfirmationRow]:
    """A party's from its turn on, and the filer's. An operator finds those of one filing."""
    viewer = question.viewer
    known, where = person_asked(question.who), Where()
    where.opens("n.subject_name", known.get("name")).equal(
        n__filing_id=question.filing_id,
        n__resident_id=known.get("resident_id"),
        n__matter=question.matter,
        n__credential=question.credential,
        n__registration_type=question.registration_type,
        n__status=question.status,
    )
    if question.open is not None:
        where.add(f"n.status {'=' if question.open else '<>'} 'asked'")
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
    listed = Listed("confirmation n", "''", f"{COLUMNS}, {side} AS side", _SHOWN)
    return listed.page(cursor, question, ConfirmationRow, branches, NEWEST)


def _sides(viewer: Actor) -> tuple[str | None, str | None]:
    """The viewer's being asked, and having filed, as conditions."""
    for kind in ("person", "enterprise"):
        if viewer.kind == kind and (own := getattr(viewer, f"{kind}_id")) is not None:
            return f"n.{kind}_id = '{own}'", f"n.filer_{kind}_id = '{own}'"
    return None, None


def party_to(kind: str, own: UUID, answered: bool = True) -> str:
    """The filings that somebody is asked about, ``answered``: or was, of the same person: a condition on ``f``."""
    which = "asked_at IS NOT NULL" if answered else "status = 'asked'"
    theirs = f"SELECT filing_id FROM confirmation WHERE {kind}_id = '{own}' AND {which}"
    asked = f"f.filing_id = ANY(ARRAY({theirs}))"
    if not answered:
        return asked
    # sent back, it may have been filed for somebody else, who is no business of theirs
    return f"{asked} AND f.person_id IN ({theirs.replace('filing_id', 'subject_id', 1)} AND filing_id = f.filing_id)"
