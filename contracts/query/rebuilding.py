"""The views themselves: which there are, and making them anew."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.message import Command, Model, Question, named

ViewName = Literal[
    "filing_progress",
    "officer_queue",
    "certificate_register",
    "qualification_list",
    "employment_list",
    "publicity_list",
    "timeline",
    "parties",
    "workload",
]


@named("query.RebuildView.v1")
class RebuildView(Command):
    """Make a view anew from the logs, beside the live one, and swap it in. For operators."""

    view: ViewName


@named("query.ReadRebuild.v1")
class ReadRebuild(Question):
    """How far the rebuilding of a view has come, or how the last one ended, in whichever replica."""

    view: ViewName


@named("query.ListViews.v1")
class ListViews(Question):
    """The same of every view."""


class RebuildProgress(Model):
    """``positions`` is how far each source's log has been read, ``heads`` where it ended when last asked.

    ``done`` and ``total`` count events; ``seconds_left`` is an estimate from the rate so far. What is not known is none.
    """

    view: ViewName
    state: Literal["idle", "running", "done", "failed"]
    positions: dict[str, int] = Field(default_factory=dict)
    error: str | None = None
    heads: dict[str, int] = Field(default_factory=dict)
    done: int = 0
    total: int | None = None
    per_second: float | None = None
    seconds_left: float | None = None
    began_at: AwareDatetime | None = None
    changed_at: AwareDatetime | None = None


class ViewList(Model):
    """The answer to ListViews."""

    views: tuple[RebuildProgress, ...]
