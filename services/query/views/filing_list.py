"""Filings in lists and one by one, for whom they concern. The question of filing_progress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.errors import NotFound
from contracts.message import Actor
from contracts.places import NATION, area
from contracts.query import FilingProgress, FilingRow, GetFilingProgress, ListFilings, Page
from services.query import calendar
from services.query.paging import Branch, Listed, Order
from services.query.sql import Where, person_asked
from services.query.views import filing_clock, filing_steps
from services.query.views.confirmations import party_to
from services.query.views.filing_deadline import deadline_of, validity_of

COLUMNS = """
    f.filing_id, f.number, f.matter, f.title, f.credential, f.registration_type,
    coalesce(f.case_specialty, f.form_specialty) AS specialty, f.place,
    (SELECT a.name FROM authority a WHERE starts_with(f.place, a.area)
     ORDER BY a.level IS NOT DISTINCT FROM f.level DESC, length(a.area) DESC LIMIT 1) AS authority,
    f.person_id, f.person_name, f.resident_id, f.enterprise_id, f.enterprise_name, f.status, f.round,
    f.drafted_at, f.submitted_at, f.reason, f.case_id, f.case_status,
    (SELECT coalesce(json_agg(
        json_build_object('name', s.name, 'level', s.level, 'state', s.state, 'at', s.at) ORDER BY s.number
     ), '[]') FROM stage s WHERE s.case_id = f.case_id) AS stages,
    f.starts_on AS publicity_starts_on, f.ends_on AS publicity_ends_on, f.announcement, f.announced_on,
    f.credential_id, f.issued_on, d.issued_at AS document_issued_at,
    f.waits_for, f.waits_since, f.waits_until, f.effective_on, f.certificate_number,
    f.filer_person_id IS NOT NULL AS filed_by_person,
    coalesce((SELECT e.name FROM enterprise e WHERE e.enterprise_id = f.waits_enterprise_id),
             CASE WHEN f.waits_person_id = f.person_id THEN f.person_name END) AS waits_for_name
"""
LISTED = Listed(
    "filing f",
    "f.facet",
    COLUMNS,
    "JOIN filing f ON f.filing_id = key.id LEFT JOIN document d ON d.identifier = f.identifier",
)
NEWEST = Order("newest", (("f.at", "timestamptz"), ("f.filing_id", "uuid")), newest_first=True)
BY_NAME = Order("name", (("f.person_name", "text"), ("f.filing_id", "uuid")))
STATUS, SUBMITTED = 0, 1
"""Which part of a facet says so."""


def visible(viewer: Actor, answered: bool = True) -> list[Where]:
    """A draft is its filer's alone; whom it is about and where they work see it once it is submitted, who must agree to it
    from their turn on. In parts of which none has a filing of another: first what they filed.

    ``answered``: also what they have agreed to long ago, which for a large enterprise is much.
    """
    kind, own = viewer.kind, viewer.person_id if viewer.kind == "person" else viewer.enterprise_id
    if kind not in ("person", "enterprise"):
        return []
    if own is None:
        return [Where().add("false")]
    filed = f"f.filer_{kind}_id = '{own}'"
    others = "f.filer_enterprise_id IS NULL" if kind == "enterprise" else f"({filed}) IS NOT TRUE"
    about = f"f.{kind}_id = '{own}' AND f.submitted_at IS NOT NULL AND {others}"
    asked = f"{party_to(kind, own, answered)} AND ({filed}) IS NOT TRUE AND ({about}) IS NOT TRUE"
    return [Where().add(one) for one in (filed, about, asked)]


def list_filings(cursor: Any, question: ListFilings) -> Page[FilingRow]:
    viewer, known = question.viewer, person_asked(question.who)
    name, resident_id = question.name or known.get("name"), question.resident_id or known.get("resident_id")
    exact = Where().equal(
        f__filing_id=question.filing_id,
        f__resident_id=resident_id,
        f__enterprise_id=question.enterprise_id,
        f__person_id=question.person_id,
    )
    # A list of an enterprise's filings has others' while they wait for it; later they are in its list of confirmations.
    mine = visible(viewer, answered=bool(exact.sql) or viewer.kind == "person")
    if not exact.sql and (viewer.kind == "enterprise" or not mine):
        scope = mine[0] if mine else of_the_place(viewer)
        chosen = ["|".join(facet) for facet in LISTED.facets(cursor, scope) if _fits(facet, question)]
        order, most = NEWEST, not any((name, *_filters(question)))
        if mine:
            scope = scope.opens("f.person_name", name)
        elif name is not None:
            # The index by name has places at its end.
            place = area(viewer.place or NATION)
            scope, order = Where().within("f.person_name", name).within("f.place", place).add("f.facet = ANY(%s)", chosen), BY_NAME
        branches = [Branch(scope, None if order is BY_NAME else chosen, most)] if chosen else []
        branches += [Branch(_filtered(one, question, name)) for one in mine[1:]]
        return LISTED.page(cursor, question, FilingRow, branches, order)
    parts = mine or [Where().seen_by(viewer, place="f.place")]
    if not mine and viewer.kind != "operator":
        exact.add("f.submitted_at IS NOT NULL")
    return LISTED.page(cursor, question, FilingRow, [Branch(_filtered(one.plus(exact), question, name)) for one in parts], NEWEST)


def _filtered(where: Where, question: ListFilings, name: str | None) -> Where:
    where.opens("f.person_name", name).equal(
        f__status=question.status,
        f__matter=question.matter,
        f__credential=question.credential,
        f__registration_type=question.registration_type,
    )
    if question.specialty is not None:
        where.add("coalesce(f.case_specialty, f.form_specialty) = %s", question.specialty)
    return where.add("f.status <> 'deleted'" if question.status is None else "f.status IS NOT NULL")


def of_the_place(viewer: Actor) -> Where:
    """Whatever an authority's jurisdiction has, as the indexes that begin with a place want it."""
    if viewer.kind == "operator":
        return Where()
    if viewer.kind not in ("officer", "auditor") or not viewer.place:
        return Where().add("false")
    here = area(viewer.place)
    if len(here) == 2:
        return Where().equal(f__province=here)
    return Where().equal(f__city=here[:4] or None, f__place=here if len(here) == 6 else None)


def _fits(facet: Sequence[str], question: ListFilings) -> bool:
    if not facet[STATUS] or (question.status is None and facet[STATUS] == "deleted"):
        return False
    if question.viewer.kind in ("officer", "auditor") and facet[SUBMITTED] != "submitted":
        return False
    return all(one in (None, part) for one, part in zip(_filters(question), facet, strict=True))


def _filters(question: ListFilings) -> tuple[str | None, ...]:
    """In the order of a facet's parts."""
    return (question.status, None, question.matter, question.credential, question.registration_type, question.specialty)


def get_filing_progress(cursor: Any, question: GetFilingProgress, estimate: bool = False) -> FilingProgress:
    """The filing with its steps and its deadline; NotFound when there is none that this asker may see."""
    found = list_filings(cursor, ListFilings(viewer=question.viewer, filing_id=question.filing_id))
    if not found.rows:
        raise NotFound.of("filing", question.filing_id)
    known, clock = calendar.working_days(cursor, estimate), filing_clock.clock_of(cursor, question.filing_id)
    times = {"deadline": deadline_of(clock, known), "validity": validity_of(clock, known)}
    filing = found.rows[0].model_copy(update=times)
    return FilingProgress(filing=filing, steps=filing_steps.steps_of(cursor, filing))


def counts_by_status(cursor: Any, enterprise_id: UUID) -> dict[str, int]:
    """An enterprise's own filings."""
    cursor.execute(
        "SELECT status, count(*) FROM filing WHERE filer_enterprise_id = %s AND status <> 'deleted' GROUP BY 1", [str(enterprise_id)]
    )
    return dict(cursor.fetchall())
