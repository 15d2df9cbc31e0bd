"""Workload and timeliness of authorities and their officers, over any period."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.identity import Level
from contracts.message import Actor, Model, named
from contracts.query.base import Personal, ViewQuestion


@named("query.GetWorkload.v1")
class GetWorkload(ViewQuestion):
    """What was received and decided from one day to another, both included; what is open and how late is as of now.

    For officers and auditors, of their own authority and those of places under it; operators see all.
    """

    viewer: Actor
    from_on: date
    until_on: date
    by: Literal["authority", "officer"] = "authority"
    authority_id: UUID | None = None


class WorkloadRow(Model):
    """An authority, or one officer there; without an officer: what nobody did, or has on the desk.

    ``received``: stages that came to the authority, or were put on the officer's desk. ``decided`` = passed + rejected; of
    these ``on_time`` and ``late`` had a limit. ``returned``: for correction, after which the same stage goes on.
    ``deemed``: the law decided, because who had the case did not. ``approved``: decisions on the whole application.
    ``average_days``: calendar days from receipt to decision, without those in which a correction was awaited.
    ``missed``: limits that went over without an effect. ``open``: with them now.
    """

    authority_id: UUID | None
    authority: str | None
    level: Level
    place: str
    officer: str | None
    officer_name: Personal | None
    received: int = 0
    decided: int = 0
    passed: int = 0
    returned: int = 0
    rejected: int = 0
    approved: int = 0
    deemed: int = 0
    on_time: int = 0
    late: int = 0
    missed: int = 0
    average_days: float | None = None
    open: int = 0


class Workload(Model):
    """The answer to GetWorkload."""

    from_on: date
    until_on: date
    by: Literal["authority", "officer"]
    rows: tuple[WorkloadRow, ...]
    behind: bool = False
