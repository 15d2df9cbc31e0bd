"""Desks, for officers: what each has, who is away and who stands in, and handing out what waits."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.message import Accepted, Model
from contracts.review import Desks, EndAbsence, HandOutCases, HandOutReport, ReadDesks, RecordAbsence, StageName
from services.gateway.asking import actor, ask, give, meta, new_id, shown
from services.gateway.routes import only, route, section

api = section("desks")
OFFICERS = only("officer")
READERS = only("officer", "auditor")
PATIENCE = 120.0
"""Seconds; thousands of cases are handed out in some ten."""


class HandOutBody(Model):
    """Which stage's cases (all, when none is named), and how many at most; those that wait longest come first."""

    stage: StageName | None = None
    at_most: int = Field(default=500, ge=1, le=5000)


class AbsenceBody(Model):
    """Who is away (oneself, when nobody is named), both days included, and who stands in."""

    officer: UUID | None = None
    from_on: date
    until_on: date
    cover: UUID | None = None


class AbsencePath(Model):
    """One absence of one officer."""

    officer: UUID
    id: UUID


@route(api, "get", "/desks", who=READERS, gives=Desks)
def read_desks() -> Response:
    return shown(ask(ReadDesks(viewer=actor()), Desks))


@route(api, "post", "/desks/hand-out", who=OFFICERS, gives=HandOutReport, changes=True)
def hand_out(body: HandOutBody) -> Response:
    return shown(ask(HandOutCases(**dict(body), meta=meta()), HandOutReport, timeout=PATIENCE))


@route(api, "post", "/absences", who=OFFICERS, gives=Accepted, status=201, changes=True, makes=True)
def record_absence(body: AbsenceBody) -> Response:
    command = RecordAbsence(
        absence_id=new_id("absence"),
        officer=str(body.officer) if body.officer is not None else actor().account_id,
        from_on=body.from_on,
        until_on=body.until_on,
        cover=str(body.cover) if body.cover is not None else None,
        meta=meta(),
    )
    return give(command, 201)


@route(api, "delete", "/absences/<uuid:officer>/<uuid:id>", who=OFFICERS, gives=Accepted, changes=True)
def end_absence(path: AbsencePath) -> Response:
    return give(EndAbsence(absence_id=path.id, officer=str(path.officer), meta=meta()))
