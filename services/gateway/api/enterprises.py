"""Enterprises: register with an administrator's account, prove the phone, bring the licence; closed, or no longer qualified."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response

from contracts.errors import NotFound
from contracts.identifiers import Phone, Uscc
from contracts.identity import (
    AttachEnterpriseFile,
    AuthenticateEnterprise,
    CloseEnterprise,
    ConfirmEnterprisePhone,
    EnterpriseDetails,
    EnterpriseFile,
    EnterpriseView,
    GetEnterprise,
    Password,
    RecordQualificationLost,
    RecordQualificationRegained,
    RegisterEnterprise,
    SendEnterpriseCode,
    Username,
)
from contracts.message import Accepted, Model
from services.gateway.access import may_see_enterprise, only_self_enterprise
from services.gateway.api.common import FILE_TYPES, Attached, ById, WithReason, download
from services.gateway.api.persons import CodeBody
from services.gateway.asking import ask, brought, give, meta, new_id, shown
from services.gateway.routes import EVERYONE, only, route, section

api = section("enterprises")
OVERSEERS = only("officer", "operator")


class EnterpriseBody(Model):
    """Basic data, and the administrator's account. A code is sent to the mobile."""

    uscc: Uscc
    details: EnterpriseDetails
    mobile: Phone
    username: Username
    password: Password


class AuthenticationBody(Model):
    """How an officer has seen that it is the enterprise."""

    method: Literal["on_site"] = "on_site"


class ClosureBody(WithReason):
    """Since when, and why: bankruptcy, dissolution, a licence that was revoked, by which document."""

    closed_on: date


class LossBody(WithReason):
    """Since when it has no qualification, and why."""

    lost_on: date


class RecoveryBody(WithReason):
    """Since when it is qualified again, and by what."""

    regained_on: date


class EnterpriseFilePath(ById):
    """One of an enterprise's files."""

    kind: EnterpriseFile


@route(api, "post", "/enterprises", who=EVERYONE, gives=Accepted, status=201, changes=True, makes=True)
def register_enterprise(body: EnterpriseBody) -> Response:
    return give(RegisterEnterprise(enterprise_id=new_id("enterprise"), **dict(body), meta=meta()), 201)


@route(api, "post", "/enterprises/<uuid:id>/phone-codes", who=EVERYONE, gives=Accepted, status=202, changes=True)
def send_phone_code(path: ById) -> Response:
    return give(SendEnterpriseCode(enterprise_id=path.id, meta=meta()), 202)


@route(api, "post", "/enterprises/<uuid:id>/phone-confirmation", who=EVERYONE, gives=Accepted, changes=True)
def confirm_phone(path: ById, body: CodeBody) -> Response:
    return give(ConfirmEnterprisePhone(enterprise_id=path.id, code=body.code, meta=meta(fresh=True)))


@route(api, "put", "/enterprises/<uuid:id>/files/<kind>", who=only("enterprise"), gives=Accepted, changes=True)
def attach_file(path: EnterpriseFilePath, body: Attached) -> Response:
    only_self_enterprise(path.id)
    file = brought(body.sha256)
    return give(AttachEnterpriseFile(enterprise_id=path.id, kind=path.kind, file=file, meta=meta()))


@route(
    api,
    "get",
    "/enterprises/<uuid:id>/files/<kind>",
    who=only("enterprise", "officer", "auditor"),
    gives_files=FILE_TYPES,
)
def get_file(path: EnterpriseFilePath) -> Response:
    view = ask(GetEnterprise(enterprise_id=path.id), EnterpriseView)
    may_see_enterprise(view)
    if path.kind not in view.files:
        raise NotFound.of("file", path.kind)
    return download(view.files[path.kind])


@route(api, "post", "/enterprises/<uuid:id>/authentication", who=only("officer"), gives=Accepted, changes=True)
def authenticate(path: ById, body: AuthenticationBody) -> Response:
    return give(AuthenticateEnterprise(enterprise_id=path.id, method=body.method, meta=meta()))


@route(api, "post", "/enterprises/<uuid:id>/closure", who=OVERSEERS, gives=Accepted, changes=True)
def close(path: ById, body: ClosureBody) -> Response:
    """Its employments end, and what its people are registered for lapses where the law says so."""
    return give(CloseEnterprise(enterprise_id=path.id, closed_on=body.closed_on, meta=meta(reason=body.reason)))


@route(api, "post", "/enterprises/<uuid:id>/qualification-loss", who=OVERSEERS, gives=Accepted, changes=True)
def lose_qualification(path: ById, body: LossBody) -> Response:
    return give(RecordQualificationLost(enterprise_id=path.id, lost_on=body.lost_on, meta=meta(reason=body.reason)))


@route(api, "post", "/enterprises/<uuid:id>/qualification-recovery", who=OVERSEERS, gives=Accepted, changes=True)
def regain_qualification(path: ById, body: RecoveryBody) -> Response:
    order = RecordQualificationRegained(
        enterprise_id=path.id, regained_on=body.regained_on, meta=meta(reason=body.reason)
    )
    return give(order)


@route(api, "get", "/enterprises/<uuid:id>", who=only("enterprise", "officer", "auditor"), gives=EnterpriseView)
def get_enterprise(path: ById) -> Response:
    only_self_enterprise(path.id)
    view = ask(GetEnterprise(enterprise_id=path.id), EnterpriseView)
    may_see_enterprise(view)
    return shown(view, view.version)
