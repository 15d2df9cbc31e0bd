"""Filings in lists and one by one, for whom they concern. The question of filing_progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
# No status begins with the bar, which is behind every letter: what begins with it was never drafted, as far as is known.
_ANY_DRAFT = "f.facet < '|' AND NOT starts_with(f.facet, 'deleted|')"
_SUBMITTED = f"{_ANY_DRAFT} AND split_part(f.facet, '|', 2) = 'submitted'"


def visible(viewer: Actor, answered: bool = True) -> list[Where]:
    """A draft is its filer's alone; whom it is about, where they work and whoever is told see it once it is submitted, who must
    agree to it from their turn on. In parts of which none has a filing of another: first what they filed.

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
    parts = [filed, about, asked]
    if kind == "enterprise":
        parts.append(f"{_told(own)} AND ({filed}) IS NOT TRUE AND ({about}) IS NOT TRUE AND ({asked}) IS NOT TRUE")
    return [Where().add(one) for one in parts]


def _told(own: UUID) -> str:
    return f"f.told_enterprise_id = '{own}'"


def listed_for(viewer: Actor) -> Listed:
    """Of what an enterprise is only told of it reads what it is, about whom and how it stands: no number, and no reasons."""
    if viewer.kind != "enterprise" or viewer.enterprise_id is None:
        return LISTED
    only = f"{_told(viewer.enterprise_id)} AND (f.enterprise_id = '{viewer.enterprise_id}') IS NOT TRUE"
    hidden = COLUMNS
    for column in ("resident_id", "reason"):
        hidden = hidden.replace(f"f.{column},", f"CASE WHEN {only} THEN NULL ELSE f.{column} END AS {column},")
    return replace(LISTED, columns=hidden)


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
        scope, order, filtered, listed = mine[0] if mine else of_the_place(viewer), NEWEST, any(_filters(question)), listed_for(viewer)
        here = area(viewer.place or NATION) if viewer.kind in ("officer", "auditor") else ""
        occur = LISTED.facets(cursor, scope, question.status) if filtered else []
        chosen = ["|".join(facet) for facet in occur if _fits(facet, question)]
        if mine:
            scope = scope.opens("f.person_name", name)
        elif name is not None:
            order, scope = BY_NAME, scope.within("f.person_name", name)
            if len(here) > 2:  # of a city there are few with one name
                scope.equal(f__city=here[:4])
        shown = Where().add(_ANY_DRAFT if viewer.kind in ("operator", "enterprise") else _SUBMITTED)
        if not filtered and order is NEWEST and len(here) > 2:
            listed = LISTED.by("f.place")
            branches = [Branch(shown, [one for (one,) in listed.facets(cursor, Where().within("f.place", here))])]
        elif not filtered:
            branches = [Branch(scope.plus(shown), first=bool(mine))]
        elif not chosen:
            branches = []
        elif order is BY_NAME and len(here) > 2:
            branches = [Branch(scope.add("f.facet = ANY(%s)", chosen))]
        else:
            branches = [Branch(scope, chosen)]
        branches += [Branch(_filtered(one, question, name)) for one in mine[1:]]
        return listed.page(cursor, question, FilingRow, branches, order)
    parts = mine or [Where().seen_by(viewer, place="f.place")]
    if not mine and viewer.kind != "operator":
        exact.add("f.submitted_at IS NOT NULL")
    listed = listed_for(viewer)
    return listed.page(cursor, question, FilingRow, [Branch(_filtered(one.plus(exact), question, name)) for one in parts], NEWEST)


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
    return Where().equal(f__city=here or None) if len(here) < 6 else Where().equal(f__place=here)


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
        "SELECT split_part(f.facet, '|', 1) AS status, count(*) FROM filing f"
        f" WHERE f.filer_enterprise_id = %s AND {_ANY_DRAFT} GROUP BY 1",
        [str(enterprise_id)],
    )
    return dict(cursor.fetchall())


def counts_of_people(cursor: Any, enterprise_id: UUID) -> dict[str, int]:
    """What people have filed from this enterprise, the authority having got it: reported by it, or past it."""
    cursor.execute(
        "SELECT split_part(f.facet, '|', 1) AS status, count(*) FROM filing f"
        " WHERE f.enterprise_id = %s AND f.filer_enterprise_id IS NULL AND split_part(f.facet, '|', 2) = 'submitted' GROUP BY 1",
        [str(enterprise_id)],
    )
    return dict(cursor.fetchall())
