"""Batches: one order for up to 5,000 cases, carried out case by case, explained line by line."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.message import Command, Event, Model, Question, named
from contracts.review.types import Opinion, StageName

BatchAction = Literal["claim", "pass", "publicise", "announce"]
LIMIT = 5000
"""Items of one batch, at most."""


class BatchItem(Model):
    """A case as the officer saw it: of another version it is stale. Without a version it is taken as it is."""

    case_id: UUID
    version: int | None = Field(default=None, ge=1)


class BatchFailure(Model):
    """Why one item was not done: the refusal's code and parameters; words and remedy come with the answer."""

    line: int = Field(ge=1)
    case_id: UUID
    code: str
    params: dict[str, str | int | None] = Field(default_factory=dict)


@named("review.StartBatch.v1")
class StartBatch(Command):
    """``stage`` for claiming, ``stage`` and ``opinion`` for passing, ``document_number`` for announcing."""

    batch_id: UUID
    action: BatchAction
    items: Annotated[tuple[BatchItem, ...], Field(min_length=1, max_length=LIMIT)]
    stage: StageName | None = None
    opinion: Opinion | None = None
    document_number: Annotated[str, Field(min_length=2, max_length=60)] | None = None


@named("review.BatchStarted.v1")
class BatchStarted(Event):
    """Every line gets its own answer; a refused one holds up no other."""

    batch_id: UUID
    officer: str
    authority_id: UUID
    started_at: AwareDatetime
    action: BatchAction
    items: tuple[BatchItem, ...]
    stage: StageName | None
    opinion: str | None
    document_number: str | None


@named("review.RecordBatchProgress.v1")
class RecordBatchProgress(Command):
    """A page of lines after ``after`` up to and with ``upto`` is done; by the product itself."""

    batch_id: UUID
    after: int = Field(ge=0)
    upto: int = Field(ge=1)
    failures: tuple[BatchFailure, ...] = ()


@named("review.BatchProgressed.v1")
class BatchProgressed(Event):
    batch_id: UUID
    after: int
    upto: int
    failures: tuple[BatchFailure, ...]


@named("review.BatchEnded.v1")
class BatchEnded(Event):
    batch_id: UUID
    done: int
    failed: int


@named("review.GetBatch.v1")
class GetBatch(Question):
    """How far it is, and what was not done."""

    batch_id: UUID


class BatchView(Model):
    """The answer to GetBatch. ``started_by`` is an account; its authority may look."""

    batch_id: UUID
    version: int
    action: BatchAction
    total: int
    upto: int
    done: int
    failures: tuple[BatchFailure, ...]
    ended: bool
    started_at: AwareDatetime
    started_by: str
    authority_id: UUID
