"""Authorities, their officers and auditors, subscribers, and the lists of qualified people that they load."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response, jsonify
from pydantic import Field

from contracts.identifiers import ResidentId, Uscc
from contracts.identity import (
    AppointOfficer,
    AuthorityView,
    Duty,
    EstablishAuthority,
    GetAuthority,
    Level,
    LoadQualifications,
    LoadReport,
    Name,
    OpenAccount,
    Password,
    PersonName,
    Place,
    Username,
)
from contracts.message import Accepted, Actor, Model
from contracts.personal import PERSONAL
from services.gateway.access import in_jurisdiction
from services.gateway.api.common import ById
from services.gateway.asking import ask, give, meta, new_id, shown
from services.gateway.refusals import worded
from services.gateway.routes import only, route, section

api = section("authorities")
LIST_LIMIT = 8 * 1024 * 1024
LIST_PATIENCE = 120.0
"""Seconds; five thousand rows take some ten."""
"""Five thousand rows with every character written as an escape."""


class AuthorityBody(Model):
    """A department of a level and place. A USCC is needed where it issues certificates."""

    name: Name
    level: Level
    place: Place
    uscc: Uscc | None = None


class OfficerBody(Model):
    """Somebody's account at an authority. An auditor has no duties: reads everything, changes nothing.

    With the ID number the account is tied to that person, who then examines nothing of their own or their employer's.
    """

    username: Username
    password: Password
    name: PersonName
    duties: tuple[Duty, ...] = ()
    auditor: bool = False
    resident_id: ResidentId | None = None


class SubscriberBody(Model):
    """The account of another province's system."""

    username: Username
    password: Password
    name: Name


class QualificationList(Model):
    """Rows of a list of qualified people, each judged by itself; the report names wrong ones by line."""

    items: Annotated[tuple[Annotated[dict[str, Any], PERSONAL], ...], Field(min_length=1, max_length=5000)]


@route(api, "post", "/authorities", who=only("operator"), gives=Accepted, status=201, changes=True, makes=True)
def establish_authority(body: AuthorityBody) -> Response:
    return give(EstablishAuthority(authority_id=new_id("authority"), **dict(body), meta=meta()), 201)


@route(api, "get", "/authorities/<uuid:id>", who=only("operator", "officer", "auditor"), gives=AuthorityView)
def get_authority(path: ById) -> Response:
    view = ask(GetAuthority(authority_id=path.id), AuthorityView)
    in_jurisdiction(view.place)
    return shown(view, view.version)


@route(
    api,
    "post",
    "/authorities/<uuid:id>/officers",
    who=only("operator", "officer"),
    gives=Accepted,
    status=201,
    changes=True,
    makes=True,
)
def appoint_officer(path: ById, body: OfficerBody) -> Response:
    return give(AppointOfficer(account_id=new_id("account"), authority_id=path.id, **dict(body), meta=meta()), 201)


@route(api, "post", "/subscribers", who=only("operator"), gives=Accepted, status=201, changes=True, makes=True)
def open_subscriber(body: SubscriberBody) -> Response:
    account_id = new_id("account")
    holder = Actor(kind="subscriber", account_id=str(account_id))
    return give(OpenAccount(account_id=account_id, holder=holder, **dict(body), meta=meta()), 201)


@route(
    api,
    "post",
    "/qualification-lists",
    who=only("operator", "officer"),
    gives=LoadReport,
    max_body=LIST_LIMIT,
    changes=True,
)
def load_qualifications(body: QualificationList) -> Response:
    report = ask(LoadQualifications(items=body.items, meta=meta()), LoadReport, timeout=LIST_PATIENCE)
    found = tuple({"line": one.get("line"), **worded(one)} for one in report.problems)
    return jsonify(report.model_copy(update={"problems": found}).model_dump(mode="json"))
