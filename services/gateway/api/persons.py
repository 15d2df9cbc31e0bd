"""People: register, prove the phone and themselves, complete their record, see their history; their death."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from flask import Response
from pydantic import AwareDatetime, Field

from contracts.errors import NotFound
from contracts.identifiers import Phone, ResidentId
from contracts.identity import (
    AttachPersonFile,
    Code,
    CompletePersonDetails,
    ConfirmPhone,
    GetPerson,
    PersonDetails,
    PersonFile,
    PersonName,
    PersonView,
    RecordDeath,
    RegisterPerson,
    SendPhoneCode,
    VerifyRealName,
    WithdrawDeath,
)
from contracts.message import Accepted, Actor, Model, derived_id
from contracts.personal import PERSONAL
from contracts.query import History, PersonHistory
from services.gateway.access import may_see_person, only_self_person
from services.gateway.api.common import FILE_TYPES, Attached, ById, WithReason, download, plain, until_seen
from services.gateway.api.sessions import NewSession, new_session
from services.gateway.asking import actor, ask, brought, give, here, meta, new_id, shown
from services.gateway.routes import EVERYONE, only, route, section
from services.kernel.clock import CHINA

api = section("persons")


class PersonBody(Model):
    """Who registers. A code is sent to the phone."""

    resident_id: ResidentId
    name: PersonName
    phone: Phone


class CodeBody(Model):
    """The code that came by SMS."""

    code: Code


class VerificationBody(Model):
    """How the account is proven to be the natural person; ``evidence`` is the provider's own."""

    method: Literal["liveness", "counter"]
    evidence: Annotated[str, Field(min_length=1, max_length=500), PERSONAL]


class DeathBody(WithReason):
    """When, and by which document it is known."""

    died_on: Annotated[date, PERSONAL]


class PersonFilePath(ById):
    """One of a person's files."""

    kind: PersonFile


class HistoryQuery(Model):
    """``as_of``: a day (through its end, China's time) or a moment; none is now."""

    as_of: AwareDatetime | date | None = None


@route(api, "post", "/persons", who=EVERYONE, gives=Accepted, status=201, changes=True, makes=True)
def register_person(body: PersonBody) -> Response:
    return give(RegisterPerson(person_id=new_id("person"), **dict(body), meta=meta()), 201)


@route(api, "post", "/persons/<uuid:id>/phone-codes", who=EVERYONE, gives=Accepted, status=202, changes=True)
def send_phone_code(path: ById) -> Response:
    return give(SendPhoneCode(person_id=path.id, meta=meta()), 202)


@route(api, "post", "/persons/<uuid:id>/phone-confirmation", who=EVERYONE, gives=NewSession, status=201)
def confirm_phone(path: ById, body: CodeBody) -> Response:
    # A fresh command id always: a repeated one would get its first reply, and here a reply is a session.
    here().rpc.send(ConfirmPhone(person_id=path.id, code=body.code, meta=meta(fresh=True)))
    person = ask(GetPerson(person_id=path.id), PersonView)
    # The account that real-name verification will open, so that files brought before it stay this person's.
    account_id = derived_id("person-account", path.id)
    holder = Actor(kind="person", account_id=str(account_id), person_id=path.id)
    return new_session(holder, person.name)


@route(
    api,
    "post",
    "/persons/<uuid:id>/verification",
    who=only("person", "officer"),
    gives=Accepted,
    changes=True,
)
def verify_real_name(path: ById, body: VerificationBody) -> Response:
    only_self_person(path.id)
    return give(VerifyRealName(person_id=path.id, **dict(body), meta=meta()))


@route(api, "put", "/persons/<uuid:id>/details", who=only("person"), gives=Accepted, changes=True)
def complete_details(path: ById, body: PersonDetails) -> Response:
    only_self_person(path.id)
    return give(CompletePersonDetails(person_id=path.id, details=body, meta=meta()))


@route(api, "put", "/persons/<uuid:id>/files/<kind>", who=only("person"), gives=Accepted, changes=True)
def attach_file(path: PersonFilePath, body: Attached) -> Response:
    only_self_person(path.id)
    return give(AttachPersonFile(person_id=path.id, kind=path.kind, file=brought(body.sha256), meta=meta()))


@route(
    api,
    "get",
    "/persons/<uuid:id>/files/<kind>",
    who=only("person", "officer", "auditor"),
    gives_files=FILE_TYPES,
)
def get_file(path: PersonFilePath) -> Response:
    person = _visible(path.id)
    if path.kind not in person.files:
        raise NotFound.of("file", path.kind)
    return download(person.files[path.kind])


@route(api, "get", "/persons/<uuid:id>", who=only("person", "officer", "auditor"), gives=PersonView)
def get_person(path: ById) -> Response:
    person = _visible(path.id)
    return shown(person, person.version)


@route(
    api,
    "get",
    "/persons/<uuid:id>/history",
    who=only("person", "officer", "auditor", "operator"),
    gives=PersonHistory,
    waits=True,
)
def get_history(path: ById, query: HistoryQuery) -> Response:
    may_see_person(path.id)
    as_of = _moment(query.as_of)
    return plain(here().rpc.send(History(viewer=actor(), person_id=path.id, as_of=as_of, **until_seen())))


@route(api, "post", "/persons/<uuid:id>/death", who=only("officer", "operator"), gives=Accepted, changes=True)
def record_death(path: ById, body: DeathBody) -> Response:
    """Their account is closed, their employment ends, and what they are registered for lapses where the law says so."""
    may_see_person(path.id)
    return give(RecordDeath(person_id=path.id, died_on=body.died_on, meta=meta(reason=body.reason)))


@route(api, "post", "/persons/<uuid:id>/death-withdrawal", who=only("officer", "operator"), gives=Accepted, changes=True)
def withdraw_death(path: ById, body: WithReason) -> Response:
    """It was a mistake: the account is open again, and what lapsed by it holds again."""
    may_see_person(path.id)
    return give(WithdrawDeath(person_id=path.id, meta=meta(reason=body.reason)))


def _visible(person_id: UUID) -> PersonView:
    may_see_person(person_id)
    return ask(GetPerson(person_id=person_id), PersonView)


def _moment(said: datetime | date | None) -> datetime | None:
    if said is None or isinstance(said, datetime):
        return said
    return datetime.combine(said, time.max, CHINA)
