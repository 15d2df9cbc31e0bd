"""Cases, for officers: the queue, one case with its files, and each step of its route. Auditors look."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.files import Sha256
from contracts.identity import Level
from contracts.message import Accepted, Model
from contracts.query import CasePage, CaseStatus, ListCases
from contracts.review import (
    AnnounceCase,
    CaseView,
    GetCase,
    Opinion,
    PassStage,
    PubliciseCase,
    RejectCase,
    ReturnCase,
    StageName,
)
from services.gateway.access import may_see_case
from services.gateway.api.common import FILE_TYPES, ById, Paged, WithReason, download, listed, until_seen
from services.gateway.asking import actor, ask, give, meta, one_of, shown
from services.gateway.routes import only, route, section

api = section("cases")
OFFICERS = only("officer")
READERS = only("officer", "auditor")


class OpinionBody(Model):
    """What the officer found."""

    opinion: Opinion


class AnnouncementBody(Model):
    """The number of the announcement document."""

    document_number: Annotated[str, Field(min_length=2, max_length=60)]


class StagePath(ById):
    """The stage is named, so that nobody passes one they did not see."""

    stage: StageName


class CaseFilePath(ById):
    """One file of a case."""

    sha256: Sha256


class CasesQuery(Paged):
    """Filters; ``mine``: only those whose turn is at one's own level."""

    stage: StageName | None = None
    status: CaseStatus | None = None
    level: Level | None = None
    filing_id: UUID | None = None
    mine: bool = False


@route(api, "get", "/cases", who=READERS, gives=CasePage, waits=True)
def list_cases(query: CasesQuery) -> Response:
    return listed(ListCases(viewer=actor(), **dict(query), **until_seen()))


@route(api, "get", "/cases/<uuid:id>", who=READERS, gives=CaseView)
def get_case(path: ById) -> Response:
    view = _visible(path.id)
    return shown(view, view.version)


@route(api, "get", "/cases/<uuid:id>/attachments/<sha256>", who=READERS, gives_files=FILE_TYPES)
def get_attachment(path: CaseFilePath) -> Response:
    attached = {one.file.sha256: one.file for one in _visible(path.id).attachments}
    return download(one_of(attached, path.sha256))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/passing", who=OFFICERS, gives=Accepted, changes=True)
def pass_stage(path: StagePath, body: OpinionBody) -> Response:
    return give(PassStage(case_id=path.id, stage=path.stage, opinion=body.opinion, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/return", who=OFFICERS, gives=Accepted, changes=True)
def return_case(path: StagePath, body: WithReason) -> Response:
    command = ReturnCase(case_id=path.id, stage=path.stage, reason=body.reason, meta=meta(reason=body.reason))
    return give(command)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/rejection", who=OFFICERS, gives=Accepted, changes=True)
def reject_case(path: StagePath, body: WithReason) -> Response:
    command = RejectCase(case_id=path.id, stage=path.stage, reason=body.reason, meta=meta(reason=body.reason))
    return give(command)


@route(api, "post", "/cases/<uuid:id>/publicity", who=OFFICERS, gives=Accepted, changes=True)
def publicise(path: ById) -> Response:
    return give(PubliciseCase(case_id=path.id, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/announcement", who=OFFICERS, gives=Accepted, changes=True)
def announce(path: ById, body: AnnouncementBody) -> Response:
    return give(AnnounceCase(case_id=path.id, document_number=body.document_number, meta=meta()))


def _visible(case_id: UUID) -> CaseView:
    view = ask(GetCase(case_id=case_id), CaseView)
    may_see_case(view)
    return view
