"""What is asked of the register of certificates: electronic and historical ones, an enterprise's registered people, figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, get_args
from uuid import UUID

from contracts.certificate import CredentialStatus
from contracts.matters.credential import EndedAs
from contracts.matters.registry import UnknownMatter, default_registry
from contracts.message import Actor
from contracts.places import NATION, area
from contracts.query import CertificateRow, ListCertificates, ListRegisteredPeople, Page, SpecialtyCount
from services.query.paging import Branch, Listed, Order
from services.query.sql import Where, person_asked

NEWEST = Order("newest", (("c.granted_on", "date"), ("c.credential_id", "uuid")), newest_first=True)
BY_NAME = Order("name", (("c.holder_name", "text"), ("c.credential_id", "uuid")))
BY_NUMBER = Order("number", (("c.registration_number", "text"), ("c.credential_id", "uuid")))
BY_END = Order("end", (("c.valid_until", "date"), ("c.credential_id", "uuid")))
LISTED = "certificate c"
# The day decides before the event is there.
_OVER = "CASE WHEN c.status = 'valid' AND c.valid_until < '{on}' THEN CASE WHEN c.followed THEN 'replaced' ELSE 'expired' END"
STATUS = _OVER + " ELSE c.status END"


def register(on: date) -> Listed:
    """The list of certificates with the statuses of a day."""
    status, place = STATUS.format(on=on.isoformat()), "coalesce(o.place, c.issuer_place)"
    over = f"(c.status = 'valid' AND c.valid_until < '{on.isoformat()}')"
    columns = (
        "c.credential_id, c.filing_id, c.kind, c.title, o.registration_type, c.registration_number, c.identifier, c.person_id,"
        " c.holder_name, c.resident_id, c.enterprise_id, c.enterprise_name, c.scopes, c.issuer_name, c.granted_on,"
        " c.valid_from, c.valid_until, c.origin, c.issues, coalesce(c.issued_on, c.granted_on) AS issued_on, c.changed_by,"
        " c.former_enterprise_id, c.former_enterprise, c.ended_reason, d.document,"
        f" {place} AS place, {status} AS status, CASE WHEN {over} THEN c.valid_until ELSE c.ended_on END AS ended_on,"
        f" CASE WHEN {over} THEN 'expired' ELSE c.ended_because END AS ended_because"
    )
    shown = "JOIN certificate c ON c.credential_id = key.id LEFT JOIN origin o USING (filing_id)"
    return Listed(LISTED, "c.facet", columns, f"{shown} LEFT JOIN document d USING (identifier)")


def list_certificates(cursor: Any, question: ListCertificates, today: date) -> Page[CertificateRow]:
    """Holders see their own, enterprises their people's, authorities those of the place where they were filed."""
    on, known = question.on or today, person_asked(question.who)
    name, resident_id = question.name or known.get("name"), question.resident_id or known.get("resident_id")
    listed, viewer = register(on), question.viewer
    exact = Where().equal(
        c__credential_id=question.credential_id,
        c__resident_id=resident_id,
        c__identifier=question.identifier,
        c__enterprise_id=question.enterprise_id,
        c__person_id=question.person_id,
    )
    scope = _scope(viewer)
    if exact.sql or scope is None:
        where = exact.seen_by(viewer, person="c.person_id = %s", enterprise="c.enterprise_id = %s", place="c.place")
        where.opens("c.holder_name", name).opens("c.registration_number", question.number)
        where.equal(c__kind=question.kind, c__registration_type=question.registration_type)
        if question.part is not None:
            where.add("c.electronic = %s", question.part == "electronic")
        return coded(listed.page(cursor, question, CertificateRow, [Branch(_of_status(where, question.status, on))], NEWEST))
    everything, order = not any((question.status, question.kind, question.registration_type, question.part)), NEWEST
    # Of the expired and the replaced some are stored as valid ones.
    stored = None if question.status in ("expired", "replaced") else question.status
    facets = [] if everything else listed.facets(cursor, scope, stored)
    # Of all statuses 'withdrawn' comes last.
    shown = Where().add("c.facet < 'withdrawn'")
    here = area(viewer.place or NATION) if viewer.kind in ("officer", "auditor") else ""
    if viewer.kind == "enterprise":
        scope = scope.opens("c.holder_name", name).opens("c.registration_number", question.number)
    elif name is not None:
        order, scope = BY_NAME, scope.within("c.holder_name", name).opens("c.registration_number", question.number)
    elif question.number is not None:
        order, scope = BY_NUMBER, scope.within("c.registration_number", question.number)
    if order is not NEWEST and len(here) > 2:  # of a city there are few with one name
        scope.equal(c__city=here[:4])
    if everything and order is NEWEST and len(here) > 2:
        listed = listed.by("c.place")
        branches = [Branch(shown, [one for (one,) in listed.facets(cursor, Where().within("c.place", here))])]
    elif everything:
        branches = [Branch(scope.plus(shown), first=viewer.kind == "enterprise")]
    else:
        branches = _branches(scope, facets, question, on)
        if order is not NEWEST:
            branches = [_in_order(one) for one in branches]
    return coded(listed.page(cursor, question, CertificateRow, branches, order))


def coded(found: Page[CertificateRow]) -> Page[CertificateRow]:
    """With the code of each status, which differs from kind to kind."""
    return found.model_copy(update={"rows": tuple(_coded(row) for row in found.rows)})


def _coded(row: CertificateRow) -> CertificateRow:
    try:
        kind = default_registry().credential(row.kind)
    except UnknownMatter:
        return row
    ended_as = next((one for one in get_args(EndedAs) if one == row.ended_because), None)
    return row.model_copy(update={"status_code": kind.code_of(row.status, ended_as)})


def _scope(viewer: Actor) -> Where | None:
    """Everything that a viewer may see, as the indexes want it; none where that is little, or nothing."""
    if viewer.kind == "operator":
        return Where()
    if viewer.kind == "enterprise" and viewer.enterprise_id:
        return Where().equal(c__enterprise_id=viewer.enterprise_id)
    if viewer.kind not in ("officer", "auditor") or not viewer.place:
        return None
    here = area(viewer.place)
    if len(here) == 2:
        return Where().equal(c__province=here)
    return Where().equal(c__city=here or None) if len(here) < 6 else Where().equal(c__place=here)


def _branches(scope: Where, facets: Sequence[Sequence[str]], question: ListCertificates, on: date) -> list[Branch]:
    """What is stored under the status that is asked for. Of the valid ones what is over though no event has said so yet
    is few, where the clock is kept."""
    asked = (question.kind, question.registration_type, question.part)
    fits = [facet for facet in facets if all(one in (None, part) for one, part in zip(asked, facet[1:], strict=True))]
    by_status: dict[str, list[str]] = {}
    for facet in fits:
        by_status.setdefault(facet[0], []).append("|".join(facet))
    over = None
    if question.status is None:
        chosen = [facet for status, some in by_status.items() if status != "withdrawn" for facet in some]
    else:
        chosen = by_status.get(question.status, [])
    if question.status == "valid":
        scope = scope.copy().add("c.valid_until >= %s", on)
    elif question.status in ("expired", "replaced") and (valid := by_status.get("valid")):
        followed = "c.followed" if question.status == "replaced" else "NOT c.followed"
        over = Branch(scope.copy().add(f"c.state = 'valid' AND c.valid_until < %s AND {followed}", on), valid, first=True)
    return [*([Branch(scope, chosen)] if chosen else []), *([over] if over else [])]


def _in_order(branch: Branch) -> Branch:
    """By name and by number one stretch of an index is read, and the facet only looked at."""
    return branch if branch.first else Branch(branch.where.copy().add("c.facet = ANY(%s)", list(branch.facets or ())))


def _of_status(where: Where, status: str | None, on: date) -> Where:
    if status is None:
        return where.add("c.status <> 'withdrawn'")
    return where.add(f"{STATUS.format(on=on.isoformat())} = %s", status)


# -- of an enterprise -----------------------------------------------------------------------------------------


def list_registered_people(cursor: Any, question: ListRegisteredPeople, today: date) -> Page[CertificateRow]:
    """Of the enterprise itself; an authority sees those that were filed in its place."""
    on, viewer, known = question.on or today, question.viewer, person_asked(question.who)
    enterprise_id = question.enterprise_id or viewer.enterprise_id
    where = Where().seen_by(viewer, enterprise="c.enterprise_id = %s", place="c.place")
    if enterprise_id is None:
        where.add("false")
    where.equal(c__enterprise_id=enterprise_id).opens("c.holder_name", known.get("name"))
    where.equal(c__resident_id=known.get("resident_id"), c__kind=question.kind)
    if question.specialty is not None:
        where.add("c.scopes @> jsonb_build_array(jsonb_build_object('specialty', %s::text))", question.specialty)
    if question.expires_within is not None:
        where.add("c.valid_until BETWEEN %s AND %s", on, _ahead(on, question.expires_within))
    branches = [Branch(one) for one in _as_stored(where, question.status or "valid", on)]
    return coded(register(on).page(cursor, question, CertificateRow, branches, BY_END))


def _as_stored(where: Where, status: CredentialStatus, on: date) -> list[Where]:
    """Those with this status on a day, by the status that is stored, which has them together and in order."""
    if status == "valid":
        return [where.add("c.status = 'valid' AND c.valid_until >= %s", on)]
    stored = [where.copy().add("c.status = %s", status)]
    if status in ("expired", "replaced"):
        followed = "c.followed" if status == "replaced" else "NOT c.followed"
        stored.append(where.copy().add(f"c.status = 'valid' AND c.valid_until < %s AND {followed}", on))
    return stored


def _ahead(on: date, days: int) -> date:
    """So many days later; the calendar's last day where it ends before, because anybody may ask for any day."""
    return on + min(timedelta(days=days), date.max - on)


def figures(cursor: Any, enterprise_id: UUID, on: date) -> dict[str, Any]:
    """An enterprise's certificates by status, those that end soon, and its people by specialty."""
    cursor.execute(
        f"SELECT {STATUS.format(on=on.isoformat())}, count(*) FROM certificate c"
        " WHERE c.enterprise_id = %s AND c.status <> 'withdrawn' GROUP BY 1",
        [str(enterprise_id)],
    )
    by_status = dict(cursor.fetchall())
    holder = "coalesce(c.person_id::text, c.resident_id)"
    valid = "FROM certificate c WHERE c.enterprise_id = %s AND c.status = 'valid' AND c.valid_until >= %s"
    cursor.execute(
        f"SELECT count(*), sum(month), sum(quarter) FROM (SELECT count(*) FILTER (WHERE c.valid_until <= %s) AS month,"
        f" count(*) FILTER (WHERE c.valid_until <= %s) AS quarter {valid} GROUP BY {holder}) AS people",
        [_ahead(on, 30), _ahead(on, 90), str(enterprise_id), on],
    )
    registered, month, quarter = cursor.fetchone()
    # Who has a specialty by two certificates is one person. As a text in ISO's order a day is compared as it is.
    cursor.execute(
        f"SELECT kind, specialty, max(label), count(*) FROM ("
        f"SELECT kind, scope ->> 'specialty' AS specialty, max(scope ->> 'label') AS label"
        f" FROM (SELECT c.kind, {holder} AS holder, jsonb_array_elements(c.scopes) AS scope {valid}) AS scopes"
        f" WHERE scope ->> 'expires_on' >= %s GROUP BY kind, specialty, holder) AS people GROUP BY 1, 2 ORDER BY 1, 2",
        [str(enterprise_id), on, on.isoformat()],
    )
    counted = [SpecialtyCount(kind=k, specialty=s, label=label, people=n) for k, s, label, n in cursor.fetchall()]
    return {
        "certificates": by_status,
        "registered_people": registered,
        "expiring_within_30": month or 0,
        "expiring_within_90": quarter or 0,
        "by_specialty": tuple(counted),
    }
