"""Objections to what is shown publicly: lodged by anybody, read by receipt; assigned and answered by officers."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated
from uuid import UUID

from flask import Response, jsonify
from pydantic import Field

from contracts.errors import Refused
from contracts.files import Sha256
from contracts.identifiers import Phone
from contracts.identity import PersonName
from contracts.message import Accepted, Model
from contracts.personal import PERSONAL
from contracts.review import (
    Account,
    AnswerObjection,
    AssignObjection,
    CaseView,
    GetCase,
    GetObjection,
    ObjectionOutcome,
    ObjectionReceipt,
    Objector,
    Opinion,
    Reasons,
)
from services.gateway import objecting
from services.gateway.access import may_see_case
from services.gateway.api.common import FILE_TYPES, ById, download
from services.gateway.asking import ask, give, meta, new_id, one_of, shown
from services.gateway.routes import EVERYONE, only, route, section

api = section("objections")
OFFICERS = only("officer")
READERS = only("officer", "auditor")
BASE64 = objecting.FILE_BYTES * 4 // 3 + 1024


class ObjectionFile(Model):
    """A picture or PDF, in base64."""

    name: Annotated[str, Field(min_length=1, max_length=200), PERSONAL]
    content_base64: Annotated[str, Field(min_length=1, max_length=BASE64)]


class ObjectionBody(Model):
    """``anonymous``: neither name nor phone is kept, though they be given. Otherwise both are needed."""

    reasons: Reasons
    anonymous: bool = False
    name: PersonName | None = None
    phone: Phone | None = None
    files: Annotated[tuple[ObjectionFile, ...], Field(max_length=objecting.FILES)] = ()


class AssignmentBody(Model):
    """Which officer is to answer it."""

    officer: Account


class AnswerBody(Model):
    """The decision, and what its author gets to read."""

    outcome: ObjectionOutcome
    answer: Opinion


class ObjectionPath(ById):
    """An objection to a case."""

    objection_id: UUID


class ObjectionFilePath(ObjectionPath):
    """A file that came with it."""

    sha256: Sha256


@route(
    api,
    "post",
    "/publicity/<uuid:id>/objections",
    who=EVERYONE,
    gives=ObjectionReceipt,
    status=201,
    changes=True,
    makes=True,
    max_body=objecting.JSON_BYTES,
)
def lodge(path: ById, body: ObjectionBody) -> Response:
    who = objector(body.anonymous, body.name, body.phone)
    uploads = [(file.name, [decoded(n, file)]) for n, file in enumerate(body.files)]
    reply, receipt = objecting.lodge(path.id, new_id("objection"), body.reasons, who, uploads)
    response = jsonify(receipt.model_dump(mode="json"))
    response.status_code = 201
    response.headers["Zhuce-Position"] = f"{reply.service}:{reply.position}"
    return response


@route(api, "get", "/objections/<uuid:id>", who=EVERYONE, gives=ObjectionReceipt)
def get_receipt(path: ById) -> Response:
    return shown(ask(GetObjection(objection_id=path.id), ObjectionReceipt))


@route(
    api,
    "post",
    "/cases/<uuid:id>/objections/<uuid:objection_id>/assignment",
    who=OFFICERS,
    gives=Accepted,
    changes=True,
)
def assign(path: ObjectionPath, body: AssignmentBody) -> Response:
    order = AssignObjection(case_id=path.id, objection_id=path.objection_id, officer=body.officer, meta=meta())
    return give(order)


@route(
    api, "post", "/cases/<uuid:id>/objections/<uuid:objection_id>/answer", who=OFFICERS, gives=Accepted, changes=True
)
def answer(path: ObjectionPath, body: AnswerBody) -> Response:
    order = AnswerObjection(
        case_id=path.id, objection_id=path.objection_id, outcome=body.outcome, answer=body.answer, meta=meta()
    )
    return give(order)


@route(
    api, "get", "/cases/<uuid:id>/objections/<uuid:objection_id>/files/<sha256>", who=READERS, gives_files=FILE_TYPES
)
def get_file(path: ObjectionFilePath) -> Response:
    case = ask(GetCase(case_id=path.id), CaseView)
    may_see_case(case)
    of_it = (one.files for one in case.objections if one.objection_id == path.objection_id)
    return download(one_of({file.sha256: file for files in of_it for file in files}, path.sha256))


def objector(anonymous: bool, name: str | None, phone: str | None) -> Objector | None:
    """Who objects; none where nobody wants to be named. Whether the matter allows that, the case knows."""
    if anonymous:
        return None
    if name is None or phone is None:
        raise Refused("objector_needed")
    return Objector(name=name, phone=phone)


def decoded(number: int, file: ObjectionFile) -> bytes:
    """The file's content."""
    try:
        return base64.b64decode(file.content_base64, validate=True)
    except (binascii.Error, ValueError):
        problem = {"code": "base64_form", "field": f"files.{number}.content_base64"}
        raise Refused("invalid_request", problems=[problem]) from None
