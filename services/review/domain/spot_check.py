"""A spot check 抽查: some of what the rules approved by themselves is drawn by lot and looked at by a person.

The draw needs nothing but the seed and the list that were drawn from, which are both kept: anybody can do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from contracts.decider import Decider
from contracts.errors import NotAllowed, NotFound, Refused
from contracts.message import Actor, Command, Event
from contracts.review import DrawSpotCheck, InspectionRecorded, RecordInspection, SpotCheckDrawn
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.days import china_day

LARGEST = 50_000
"""Approvals that one draw may be made from: the list is kept whole, and goes through one message."""


@dataclass(frozen=True)
class SpotCheck:
    """``inspections`` in the order in which they were recorded."""

    drawn: SpotCheckDrawn | None = None
    inspections: tuple[InspectionRecorded, ...] = ()


def draw(seed: str, population: Sequence[UUID], percent: int) -> tuple[UUID, ...]:
    """``sha256-order-1``: ordered by the SHA-256 of seed, slash and id; so many of the first, rounded up."""

    def lot(case_id: UUID) -> str:
        return hashlib.sha256(f"{seed}/{case_id}".encode()).hexdigest()

    count = -(-len(population) * percent // 100)
    return tuple(sorted(population, key=lot)[:count])


def evolve(check: SpotCheck, event: Event) -> SpotCheck:
    """The spot check after one event."""
    match event:
        case SpotCheckDrawn():
            return replace(check, drawn=event)
        case InspectionRecorded():
            return replace(check, inspections=(*check.inspections, event))
    return check


def decide(check: SpotCheck, command: Command) -> Sequence[Event]:
    """What happens, nothing when it is done already, or a refusal."""
    match command:
        case DrawSpotCheck():
            return draw_spot_check(check, command)
        case RecordInspection():
            return record_inspection(check, command)
    raise Refused("unknown_command", params={"command": command.NAME})


def draw_spot_check(check: SpotCheck, command: DrawSpotCheck) -> Sequence[Event]:
    """Drawn once. Who does not like the outcome can draw again, but not without both draws being on record."""
    authority_id, place = inspector(command.meta.actor)
    if check.drawn is not None:
        if _same_order(check.drawn, command):
            return []
        raise Refused("spot_check_exists")
    today = china_day(command.meta.at)
    if command.from_on > command.until_on:
        raise Refused("period_reversed")
    if command.until_on > today:
        raise Refused("period_not_over", params={"today": today.isoformat()})
    population = tuple(sorted(set(command.population), key=str))
    if not population:
        raise Refused("nothing_to_draw")
    if len(population) > LARGEST:
        raise Refused("population_too_large", params={"limit": LARGEST})
    seed = command.drawn_seed
    if seed is None or command.seed not in (None, seed):
        raise Refused("seed_not_drawn")
    return [
        SpotCheckDrawn(
            spot_check_id=command.spot_check_id,
            authority_id=authority_id,
            place=place,
            matter=command.matter,
            from_on=command.from_on,
            until_on=command.until_on,
            percent=command.percent,
            seed=seed,
            seed_given=command.seed is not None,
            algorithm="sha256-order-1",
            population=population,
            drawn=draw(seed, population, command.percent),
            drawn_on=today,
        )
    ]


def record_inspection(check: SpotCheck, command: RecordInspection) -> Sequence[Event]:
    """What was found in one drawn case; said once, and not by whoever has a part in it."""
    drawn = is_drawn(check, command.spot_check_id)
    actor = command.meta.actor
    authority_id, _ = inspector(actor)
    if authority_id != drawn.authority_id:
        raise NotAllowed("not_your_spot_check")
    if command.case_id not in drawn.drawn:
        raise Refused("not_drawn")
    inspector_is_impartial(command)
    found = InspectionRecorded(
        spot_check_id=command.spot_check_id,
        case_id=command.case_id,
        finding=command.finding,
        opinion=command.opinion,
        officer=actor.account_id,
        inspected_on=china_day(command.meta.at),
    )
    before = next((one for one in check.inspections if one.case_id == command.case_id), None)
    if before is None:
        return [found]
    if before.model_copy(update={"inspected_on": found.inspected_on}) == found:
        return []
    raise Refused("already_inspected")


def is_drawn(check: SpotCheck, spot_check_id: UUID) -> SpotCheckDrawn:
    """There is such a spot check."""
    if check.drawn is None:
        raise NotFound.of("spot_check", spot_check_id)
    return check.drawn


def inspector(actor: Actor) -> tuple[UUID, str]:
    """An officer with the duty to inspect; their authority and its place."""
    if actor.kind != "officer" or actor.authority_id is None or actor.place is None:
        raise NotAllowed("officers_only")
    if not actor.may("inspect"):
        raise NotAllowed("duty_missing", params={"duty": "inspect"})
    return actor.authority_id, actor.place


def inspector_is_impartial(command: RecordInspection) -> None:
    """The rules that keep examiners out of their own affairs hold for inspectors too (公务员法 art. 76)."""
    about = Case(
        filed_by=frozenset(command.filed_by),
        party_enterprises=frozenset(command.party_enterprises),
        applicant=command.applicant,
    )
    rules.reviewer_is_impartial(about, command.meta.actor, command.employers)


def _same_order(drawn: SpotCheckDrawn, command: DrawSpotCheck) -> bool:
    said = (command.matter, command.from_on, command.until_on, command.percent)
    before = (drawn.matter, drawn.from_on, drawn.until_on, drawn.percent)
    by_lot = command.seed is None and not drawn.seed_given
    return said == before and (by_lot or command.seed == drawn.seed)


SPOT_CHECK: Decider[SpotCheck, Command, Event] = Decider("spot_check", SpotCheck(), decide, evolve)
