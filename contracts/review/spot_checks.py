"""Spot checks 抽查: a drawn share of what was approved automatically is inspected; the draw can be repeated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.filing import MatterCode
from contracts.identity import Place
from contracts.message import Command, Event, Model, Question, named
from contracts.review.types import Account, Applicant, Opinion

Seed = Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[!-~]+$")]
Finding = Literal["in_order", "faulty"]


@named("review.DrawSpotCheck.v1")
class DrawSpotCheck(Command):
    """Draw ``percent`` of the automatic approvals of a period. ``seed`` and ``population`` are filled in by the service:

    the seed is the caller's (read out in public, say) or made by the machine's randomness, once for each command id.
    """

    FILLED_IN = frozenset({"meta", "population", "drawn_seed"})
    spot_check_id: UUID
    matter: MatterCode | None = None
    from_on: date
    until_on: date
    percent: int = Field(ge=1, le=100)
    seed: Seed | None = None
    drawn_seed: Seed | None = None
    population: tuple[UUID, ...] = ()


@named("review.SpotCheckDrawn.v1")
class SpotCheckDrawn(Event):
    """``algorithm`` names how seed and population lead to ``drawn``: anybody can do it again (docs/spot-check.md).

    ``seed_given``: the officer brought the seed; otherwise the machine drew it, and nobody knew it before.
    """

    spot_check_id: UUID
    authority_id: UUID
    place: Place
    matter: MatterCode | None
    from_on: date
    until_on: date
    percent: int
    seed: Seed
    seed_given: bool
    algorithm: Literal["sha256-order-1"]
    population: tuple[UUID, ...]
    drawn: tuple[UUID, ...]
    drawn_on: date


@named("review.RecordInspection.v1")
class RecordInspection(Command):
    """What was found in a drawn case. The service fills in who had a hand in the filing, whom it is about and for, and
    for whom the inspecting officer works as a person: nobody inspects their own affair."""

    FILLED_IN = frozenset({"meta", "filed_by", "party_enterprises", "applicant", "employers"})
    spot_check_id: UUID
    case_id: UUID
    finding: Finding
    opinion: Opinion
    filed_by: tuple[Account, ...] = ()
    party_enterprises: tuple[UUID, ...] = ()
    applicant: Applicant | None = None
    employers: tuple[UUID, ...] = ()


@named("review.InspectionRecorded.v1")
class InspectionRecorded(Event):
    """A drawn case was looked at."""

    spot_check_id: UUID
    case_id: UUID
    finding: Finding
    opinion: str
    officer: str
    inspected_on: date


@named("review.GetSpotCheck.v1")
class GetSpotCheck(Question):
    """The draw, whole, and what was found so far."""

    spot_check_id: UUID


class Inspection(Model):
    """What was found in one drawn case; none yet: it is still to be inspected."""

    case_id: UUID
    finding: Finding | None = None
    opinion: str | None = None
    officer: str | None = None
    inspected_on: date | None = None


class SpotCheckView(Model):
    """The answer to GetSpotCheck."""

    spot_check_id: UUID
    version: int
    authority_id: UUID
    place: Place
    matter: MatterCode | None
    from_on: date
    until_on: date
    percent: int
    seed: str
    seed_given: bool
    algorithm: str
    population: tuple[UUID, ...]
    inspections: tuple[Inspection, ...]
    drawn_on: date
