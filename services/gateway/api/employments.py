"""Employment: proposed by either side with a contract, accepted or declined by the other, ended by either."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from flask import Response
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.errors import Refused
from contracts.files import Sha256
from contracts.identifiers import ResidentId
from contracts.identity import (
    AnswerEmployment,
    EmploymentView,
    EndEmployment,
    FindSubject,
    GetEmployment,
    PersonName,
    ProposeEmployment,
)
from contracts.message import Accepted, Model
from contracts.query import EmploymentRow, EmploymentStatus, ListEmployments, Page, Search
from services.gateway.access import give_as_party, may_see_employment
from services.gateway.api.common import FILE_TYPES, ById, Paged, WithReason, download, listed, until_seen
from services.gateway.asking import actor, ask, brought, give, here, meta, new_id, shown
from services.gateway.routes import only, route, section

api = section("employments")
PARTIES = only("person", "enterprise")
READERS = only("person", "enterprise", "officer", "auditor")


class EmploymentBody(Model):
    """The person by id, or by name and ID number together; one's own side may be left out."""

    person_id: UUID | None = None
    name: PersonName | None = None
    resident_id: ResidentId | None = None
    enterprise_id: UUID | None = None
    contract_sha256: Sha256
    starts_on: date
    ends_on: date | None = None

    @model_validator(mode="after")
    def _name_and_number_together(self) -> Self:
        if (self.name is None) != (self.resident_id is None):
            raise PydanticCustomError("name_and_number_together", "name and resident_id go together")
        return self


class EmploymentsQuery(Paged):
    """Filters."""

    status: EmploymentStatus | None = None
    person_id: UUID | None = None
    enterprise_id: UUID | None = None
    name: Search | None = None


@route(api, "post", "/employments", who=PARTIES, gives=Accepted, status=201, changes=True, makes=True)
def propose(body: EmploymentBody) -> Response:
    enterprise_id = body.enterprise_id or actor().enterprise_id
    if enterprise_id is None:
        raise Refused("invalid_request", problems=[{"code": "required", "field": "enterprise_id"}])
    return give(
        ProposeEmployment(
            employment_id=new_id("employment"),
            person_id=_person(body),
            enterprise_id=enterprise_id,
            contract=brought(body.contract_sha256),
            starts_on=body.starts_on,
            ends_on=body.ends_on,
            meta=meta(),
        ),
        201,
    )


@route(api, "get", "/employments", who=READERS, gives=Page[EmploymentRow], waits=True)
def list_employments(query: EmploymentsQuery) -> Response:
    return listed(ListEmployments(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/employments/<uuid:id>", who=READERS, gives=EmploymentView)
def get_employment(path: ById) -> Response:
    view = _visible(path.id)
    return shown(view, view.version)


@route(api, "get", "/employments/<uuid:id>/contract", who=READERS, gives_files=FILE_TYPES)
def get_contract(path: ById) -> Response:
    return download(_visible(path.id).contract)


@route(api, "post", "/employments/<uuid:id>/acceptance", who=PARTIES, gives=Accepted, changes=True)
def accept(path: ById) -> Response:
    return give_as_party(AnswerEmployment(employment_id=path.id, accept=True, meta=meta()), "employment", path.id)


@route(api, "post", "/employments/<uuid:id>/refusal", who=PARTIES, gives=Accepted, changes=True)
def decline(path: ById, body: WithReason) -> Response:
    command = AnswerEmployment(employment_id=path.id, accept=False, meta=meta(reason=body.reason))
    return give_as_party(command, "employment", path.id)


@route(api, "post", "/employments/<uuid:id>/end", who=PARTIES, gives=Accepted, changes=True)
def end(path: ById, body: WithReason) -> Response:
    command = EndEmployment(employment_id=path.id, meta=meta(reason=body.reason))
    return give_as_party(command, "employment", path.id)


def _visible(employment_id: UUID) -> EmploymentView:
    view = ask(GetEmployment(employment_id=employment_id), EmploymentView)
    may_see_employment(view)
    return view


def _person(body: EmploymentBody) -> UUID:
    if body.person_id is not None:
        return body.person_id
    if body.resident_id is not None:
        found = here().rpc.send(FindSubject(name=body.name, resident_id=body.resident_id))
        return UUID(found["subject"]["person_id"])
    own = actor().person_id
    if own is None:
        raise Refused("invalid_request", problems=[{"code": "required", "field": "person_id"}])
    return own
