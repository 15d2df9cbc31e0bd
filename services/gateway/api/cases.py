"""Cases, for officers: the queue, one case with its files, and each step of its route. Auditors look."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.errors import NotFound
from contracts.files import Sha256
from contracts.filing import MatterCode
from contracts.identity import Level
from contracts.message import Accepted, Model
from contracts.query import CaseHistory, CasePage, CaseStatus, DeadlineFilter, GetCaseHistory, ListCases, OnDesk, Search
from contracts.review import (
    AnnounceCase,
    AssignCase,
    CaseView,
    ClaimCase,
    CorrectionItem,
    EscalateCase,
    ExtendStage,
    GetCase,
    HandBackCase,
    LegalBasis,
    Opinion,
    PassStage,
    PubliciseCase,
    RejectCase,
    ReleaseCase,
    ResumeClock,
    ReturnCase,
    StageName,
    Submission,
    SuspendClock,
    Suspension,
)
from contracts.review.cases import Examining
from services.gateway.access import may_see_case
from services.gateway.api.common import FILE_TYPES, ById, Paged, WithReason, download, listed, until_seen
from services.gateway.asking import actor, ask, give, meta, one_of, shown
from services.gateway.routes import only, route, section
from services.kernel.clock import clock

api = section("cases")
OFFICERS = only("officer")
READERS = only("officer", "auditor")


class OpinionBody(Model):
    """What the officer found."""

    opinion: Opinion


class AnnouncementBody(Model):
    """The number of the announcement document."""

    document_number: Annotated[str, Field(min_length=2, max_length=60)]


class ReturnBody(WithReason):
    """Everything that is missing, told at once: per form field and file, what is needed."""

    items: Annotated[tuple[CorrectionItem, ...], Field(min_length=1, max_length=200)]


class RejectionBody(WithReason):
    """Why, and the articles that it rests on."""

    legal_basis: LegalBasis | None = None


class SuspensionBody(WithReason):
    """What is waited for, which does not count."""

    why: Suspension


class AssignmentBody(WithReason):
    """The account that is to have the case."""

    officer: UUID


class SubmissionPath(ById):
    """One of the case's submissions, counted from 1."""

    round: int = Field(ge=1)


class StagePath(ById):
    """The stage is named, so that nobody passes one they did not see."""

    stage: StageName


class CaseFilePath(ById):
    """One file of a case."""

    sha256: Sha256


class CasesQuery(Paged):
    """Filters. ``mine``: only those whose turn is at one's own level; ``officer``: on one's own desk, or on nobody's.

    ``deadline=near``: due ``within`` so many working days. ``sort=due``: by their last days, those without one at the end.
    """

    stage: StageName | None = None
    status: CaseStatus | None = None
    level: Level | None = None
    filing_id: UUID | None = None
    mine: bool = False
    officer: OnDesk | None = None
    matter: MatterCode | None = None
    specialty: Search | None = None
    name: Search | None = None
    deadline: DeadlineFilter | None = None
    within: int = Field(default=5, ge=0, le=90)
    objections: bool | None = None
    sort: Literal["waiting", "due"] = "waiting"


@route(api, "get", "/cases", who=READERS, gives=CasePage, waits=True)
def list_cases(query: CasesQuery) -> Response:
    return listed(ListCases(viewer=actor(), on=clock.now().date(), **dict(query), **until_seen()))


@route(api, "get", "/cases/<uuid:id>", who=READERS, gives=CaseView)
def get_case(path: ById) -> Response:
    view = _visible(path.id)
    return shown(view, view.version)


@route(api, "get", "/cases/<uuid:id>/history", who=READERS, gives=CaseHistory, waits=True)
def get_history(path: ById) -> Response:
    return listed(GetCaseHistory(viewer=actor(), case_id=path.id, **until_seen()))


@route(api, "get", "/cases/<uuid:id>/submissions/<int:round>", who=READERS, gives=Submission)
def get_submission(path: SubmissionPath) -> Response:
    handed_in = {one.round: one for one in _visible(path.id).submissions}
    if path.round not in handed_in:
        raise NotFound.of("submission", path.round)
    return shown(handed_in[path.round])


@route(api, "get", "/cases/<uuid:id>/attachments/<sha256>", who=READERS, gives_files=FILE_TYPES)
def get_attachment(path: CaseFilePath) -> Response:
    """Of any submission: what was handed in earlier stays readable."""
    view = _visible(path.id)
    attached = {one.file.sha256: one.file for each in view.submissions for one in each.attachments}
    return download(one_of(attached, path.sha256))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/passing", who=OFFICERS, gives=Accepted, changes=True)
def pass_stage(path: StagePath, body: OpinionBody) -> Response:
    return give(PassStage(case_id=path.id, stage=path.stage, opinion=body.opinion, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/return", who=OFFICERS, gives=Accepted, changes=True)
def return_case(path: StagePath, body: ReturnBody) -> Response:
    return _examine(ReturnCase, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/rejection", who=OFFICERS, gives=Accepted, changes=True)
def reject_case(path: StagePath, body: RejectionBody) -> Response:
    return _examine(RejectCase, path, body)


# -- the clock, the level, the desk ------------------------------------------------------------------------------


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/suspension", who=OFFICERS, gives=Accepted, changes=True)
def suspend_clock(path: StagePath, body: SuspensionBody) -> Response:
    return _examine(SuspendClock, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/resumption", who=OFFICERS, gives=Accepted, changes=True)
def resume_clock(path: StagePath, body: WithReason) -> Response:
    return _examine(ResumeClock, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/extension", who=OFFICERS, gives=Accepted, changes=True)
def extend_stage(path: StagePath, body: WithReason) -> Response:
    return _examine(ExtendStage, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/escalation", who=OFFICERS, gives=Accepted, changes=True)
def escalate_case(path: StagePath, body: WithReason) -> Response:
    return _examine(EscalateCase, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/handback", who=OFFICERS, gives=Accepted, changes=True)
def hand_back_case(path: StagePath, body: WithReason) -> Response:
    return _examine(HandBackCase, path, body)


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/claim", who=OFFICERS, gives=Accepted, changes=True)
def claim_case(path: StagePath) -> Response:
    return give(ClaimCase(case_id=path.id, stage=path.stage, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/release", who=OFFICERS, gives=Accepted, changes=True)
def release_case(path: StagePath) -> Response:
    return give(ReleaseCase(case_id=path.id, stage=path.stage, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/stages/<stage>/assignment", who=OFFICERS, gives=Accepted, changes=True)
def assign_case(path: StagePath, body: AssignmentBody) -> Response:
    return _examine(AssignCase, path, body)


@route(api, "post", "/cases/<uuid:id>/publicity", who=OFFICERS, gives=Accepted, changes=True)
def publicise(path: ById) -> Response:
    return give(PubliciseCase(case_id=path.id, meta=meta()))


@route(api, "post", "/cases/<uuid:id>/announcement", who=OFFICERS, gives=Accepted, changes=True)
def announce(path: ById, body: AnnouncementBody) -> Response:
    return give(AnnounceCase(case_id=path.id, document_number=body.document_number, meta=meta()))


def _examine(command: type[Examining], path: StagePath, body: WithReason) -> Response:
    told = {name: str(value) if name == "officer" else value for name, value in dict(body).items()}
    about = {"case_id": path.id, "stage": path.stage, "meta": meta(reason=body.reason)}
    return give(command.model_validate({**about, **told}))


def _visible(case_id: UUID) -> CaseView:
    view = ask(GetCase(case_id=case_id, viewer=actor()), CaseView)
    may_see_case(view)
    return view
