"""Batches of cases, for officers: one order for up to 5,000, its progress, and each line that was not done explained."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from flask import Response
from pydantic import Field

from contracts.errors import NotAllowed
from contracts.message import Accepted, Model
from contracts.review import (
    BatchAction,
    BatchFailure,
    BatchItem,
    BatchView,
    GetBatch,
    Opinion,
    StageName,
    StartBatch,
)
from contracts.review.batches import LIMIT
from services.gateway.api.common import ById
from services.gateway.asking import actor, ask, give, meta, new_id, shown
from services.gateway.routes import only, route, section
from services.gateway.words import own, sentence, words

api = section("batches")
OFFICERS = only("officer")
READERS = only("officer", "auditor")


class BatchBody(Model):
    """``stage`` for claiming; ``stage`` and ``opinion`` for passing; ``document_number`` for announcing."""

    action: BatchAction
    items: Annotated[tuple[BatchItem, ...], Field(min_length=1, max_length=LIMIT)]
    stage: StageName | None = None
    opinion: Opinion | None = None
    document_number: Annotated[str, Field(min_length=2, max_length=60)] | None = None


class FailureInWords(BatchFailure):
    """A line that was not done: what is wrong, and what to do about it."""

    words: str
    remedy: str


class BatchAnswer(BatchView):
    """A batch, with every failure in words. ``upto`` of ``total`` lines are carried out."""

    failures: tuple[FailureInWords, ...]


@route(api, "post", "/case-batches", who=OFFICERS, gives=Accepted, status=202, changes=True, makes=True)
def start_batch(body: BatchBody) -> Response:
    batch_id = new_id("batch")
    response = give(StartBatch(batch_id=batch_id, meta=meta(), **dict(body)), 202)
    response.headers["Location"] = f"/api/v1/case-batches/{batch_id}"
    return response


@route(api, "get", "/case-batches/<uuid:id>", who=READERS, gives=BatchAnswer)
def get_batch(path: ById) -> Response:
    view = ask(GetBatch(batch_id=path.id), BatchView)
    _of_ones_authority(view.authority_id)
    return shown(_in_words(view), view.version)


def _in_words(view: BatchView) -> BatchAnswer:
    failures = tuple(
        FailureInWords(**dict(one), words=sentence(one.code, one.params), remedy=_remedy(one.code))
        for one in view.failures
    )
    return BatchAnswer(**{**dict(view), "failures": failures})


def _remedy(code: str) -> str:
    return own().find(f"remedies.{code}") or words("remedies.otherwise")


def _of_ones_authority(authority_id: UUID) -> None:
    """Colleagues see what each other ordered; other authorities do not."""
    if actor().authority_id != authority_id:
        raise NotAllowed("not_your_batch")
