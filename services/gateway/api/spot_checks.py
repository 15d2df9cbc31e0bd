"""Spot checks, for officers with the duty: draw by lot from the automatic approvals, and record what was found."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.filing import MatterCode
from contracts.message import Accepted, Model
from contracts.review import (
    DrawSpotCheck,
    Finding,
    GetSpotCheck,
    Opinion,
    RecordInspection,
    Seed,
    SpotCheckView,
)
from services.gateway.access import in_jurisdiction
from services.gateway.api.common import ById
from services.gateway.asking import ask, give, meta, new_id, shown
from services.gateway.routes import only, route, section

api = section("spot_checks")
OFFICERS = only("officer")
READERS = only("officer", "auditor")


class DrawBody(Model):
    """``seed``: one read out in public, say; without it the machine draws one. ``percent`` is rounded up to whole cases."""

    matter: MatterCode | None = None
    from_on: date
    until_on: date
    percent: int = Field(ge=1, le=100)
    seed: Seed | None = None


class InspectionPath(ById):
    """A drawn case of a spot check."""

    case_id: UUID


class InspectionBody(Model):
    """What was found in the case."""

    finding: Finding
    opinion: Opinion


@route(api, "post", "/spot-checks", who=OFFICERS, gives=Accepted, status=201, changes=True, makes=True)
def draw_spot_check(body: DrawBody) -> Response:
    spot_check_id = new_id("spot-check")
    response = give(DrawSpotCheck(spot_check_id=spot_check_id, meta=meta(), **dict(body)), 201)
    response.headers["Location"] = f"/api/v1/spot-checks/{spot_check_id}"
    return response


@route(api, "get", "/spot-checks/<uuid:id>", who=READERS, gives=SpotCheckView)
def get_spot_check(path: ById) -> Response:
    view = ask(GetSpotCheck(spot_check_id=path.id), SpotCheckView)
    in_jurisdiction(view.place)
    return shown(view, view.version)


@route(
    api,
    "post",
    "/spot-checks/<uuid:id>/inspections/<uuid:case_id>",
    who=OFFICERS,
    gives=Accepted,
    changes=True,
)
def record_inspection(path: InspectionPath, body: InspectionBody) -> Response:
    return give(RecordInspection(spot_check_id=path.id, case_id=path.case_id, meta=meta(), **dict(body)))
