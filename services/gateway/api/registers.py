"""Lists that authorities and enterprises search: qualified people, and the parties that are registered."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from contracts.message import Model
from contracts.query import (
    ListParties,
    ListQualifications,
    Page,
    PartyKind,
    PartyRow,
    QualificationRow,
    Search,
)
from services.gateway.api.common import Paged, Turned, listed, until_seen
from services.gateway.asking import actor
from services.gateway.routes import only, route, section

api = section("registers")


class QualificationFilters(Model):
    """An enterprise finds anybody by a whole ID number; people find themselves. ``who``: how the name begins, or that number."""

    qualification_id: UUID | None = None
    who: Search | None = None
    resident_id: Search | None = None
    name: Search | None = None
    number: Search | None = None
    specialty: Search | None = None
    credential: Search | None = None


class QualificationsQuery(Turned, QualificationFilters):
    """Filters, and which page."""


class PartiesQuery(Paged):
    """``number`` is a whole ID number or USCC."""

    kind: PartyKind | None = None
    party_id: UUID | None = None
    name: Search | None = None
    number: Search | None = None
    verified: bool | None = None


@route(
    api,
    "get",
    "/qualifications",
    who=only("person", "enterprise", "officer", "auditor", "operator"),
    gives=Page[QualificationRow],
    waits=True,
)
def list_qualifications(query: QualificationsQuery) -> Response:
    return listed(ListQualifications(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/parties", who=only("officer", "auditor", "operator"), gives=Page[PartyRow], waits=True)
def list_parties(query: PartiesQuery) -> Response:
    return listed(ListParties(viewer=actor(), **dict(query), **until_seen()))
