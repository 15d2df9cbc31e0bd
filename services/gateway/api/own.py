"""What is one's own: a person's certificates with their usability, their whole record; an enterprise's first page and people."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.certificate import CertificateUsability, CredentialStatus, GetUsability, UsabilityView
from contracts.message import Model
from contracts.query import (
    CertificateRow,
    EnterpriseHome,
    GetEnterpriseHome,
    GetPersonalInformation,
    ListCertificates,
    ListRegisteredPeople,
    Page,
    PersonalInformation,
    Search,
)
from services.gateway.access import may_see_person, only_self_person
from services.gateway.api.common import ById, Turned, listed, plain, until_seen
from services.gateway.asking import actor, ask, here, shown
from services.gateway.routes import only, route, section
from services.kernel.clock import clock

api = section("own")
ENTERPRISES = only("enterprise", "officer", "auditor", "operator")
MOST = 200
"""Certificates of one person that are told."""


class PersonCertificate(Model):
    """A certificate and how it may be used today; ``usability`` none: it is so new that the register is ahead."""

    certificate: CertificateRow
    usability: CertificateUsability | None


class PersonCertificates(Model):
    """Everything that a person has or had, the newest first."""

    certificates: tuple[PersonCertificate, ...]


class OnDay(Model):
    """As of which day; none is today."""

    on: date | None = None


class HomeQuery(OnDay):
    """``enterprise_id``: of which, where an authority asks. ``latest``: how many of those that wait are listed."""

    enterprise_id: UUID | None = None
    latest: Annotated[int, Field(ge=0, le=50)] = 10


class PeopleFilters(OnDay):
    """``who`` is how the name begins, or a whole ID number; ``expires_within`` so many days. Valid ones, unless ``status`` is given."""

    enterprise_id: UUID | None = None
    who: Search | None = None
    kind: Search | None = None
    specialty: Search | None = None
    status: CredentialStatus | None = None
    expires_within: Annotated[int, Field(ge=0, le=3660)] | None = None


class PeopleQuery(Turned, PeopleFilters):
    """Filters, and which page."""


@route(
    api,
    "get",
    "/persons/<uuid:id>/certificates",
    who=only("person", "officer", "auditor"),
    gives=PersonCertificates,
    waits=True,
)
def list_certificates(path: ById) -> Response:
    """Also what was entered before this person had proven to be its holder."""
    may_see_person(path.id)
    on = clock.now().date()
    found = ListCertificates(viewer=actor(), person_id=path.id, on=on, per_page=MOST, **until_seen())
    rows = Page[CertificateRow].model_validate(here().rpc.send(found)).rows
    usable = {one.credential_id: one for one in ask(GetUsability(person_id=path.id, on=on), UsabilityView).certificates}
    both = (PersonCertificate(certificate=row, usability=usable.get(row.credential_id)) for row in rows)
    return shown(PersonCertificates(certificates=tuple(both)))


@route(
    api,
    "get",
    "/persons/<uuid:id>/information",
    who=only("person", "enterprise", "officer", "auditor", "operator"),
    gives=PersonalInformation,
    waits=True,
)
def get_information(path: ById, query: OnDay) -> Response:
    only_self_person(path.id)
    return plain(here().rpc.send(GetPersonalInformation(viewer=actor(), person_id=path.id, on=query.on, **until_seen())))


@route(api, "get", "/enterprise-home", who=ENTERPRISES, gives=EnterpriseHome, waits=True, refuses=(404,))
def get_enterprise_home(query: HomeQuery) -> Response:
    return plain(here().rpc.send(GetEnterpriseHome(viewer=actor(), **dict(query), **until_seen())))


@route(api, "get", "/registered-people", who=ENTERPRISES, gives=Page[CertificateRow], waits=True)
def list_registered_people(query: PeopleQuery) -> Response:
    return listed(ListRegisteredPeople(viewer=actor(), **dict(query), **until_seen()))
