"""Which events are told in a document, and everything that it is made from: the case as it stood then, never later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.errors import NotFound
from contracts.identity import AuthorityView, GetAuthority, Level
from contracts.labels import label
from contracts.matters.registry import default_registry
from contracts.message import Event, Recorded
from contracts.places import NATION, full_name_of
from contracts.review import (
    CaseApproved,
    CaseOpened,
    CaseRejected,
    CaseReturned,
    DocumentKind,
    StageDeemedPassed,
    StagePassed,
)
from services.kernel.rpc import RpcClient
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.decide import CASE
from services.review.domain.rules import case_is_open

Told = StagePassed | StageDeemedPassed | CaseReturned | CaseRejected | CaseApproved
TOLD: tuple[type[Event], ...] = (StagePassed, StageDeemedPassed, CaseReturned, CaseRejected, CaseApproved)
ACCEPTANCE = "acceptance"
_DIGITS: dict[Level, int] = {"county": 6, "city": 4, "province": 2, "ministry": 0}


@dataclass(frozen=True)
class Authority:
    """Who speaks: by its own name, or by its place where the law spoke instead of an office."""

    name: str
    level: Level
    place: str


@dataclass(frozen=True)
class Telling:
    """One event that a document is to tell, and the case as it stood right after it."""

    kind: DocumentKind
    pattern: str
    cause: int
    event: Told
    opened: CaseOpened
    case: Case
    on: date


def telling(recorded: Recorded[Any], history: Sequence[Recorded[Any]]) -> Telling | None:
    """None when the event, or the matter, asks for no document."""
    kind = kind_of(recorded.event)
    if kind is None:
        return None
    case = CASE.fold(one.event for one in history if one.position <= recorded.position)
    opened = case_is_open(case, recorded.event.case_id)
    documents = default_registry().get(opened.matter, opened.matter_version).documents
    pattern = {
        "acceptance": documents.acceptance,
        "correction": documents.correction,
        "refusal": documents.refusal,
        "approval": documents.approval,
    }[kind]
    if pattern is None:
        return None
    return Telling(kind, pattern, recorded.position, recorded.event, opened, case, china_day(recorded.meta.at))


def kind_of(event: Event) -> DocumentKind | None:
    """Acceptance is a stage of that name: passing another one is told nobody in a document."""
    match event:
        case StagePassed(stage="acceptance") | StageDeemedPassed(stage="acceptance"):
            return "acceptance"
        case CaseReturned():
            return "correction"
        case CaseRejected():
            return "refusal"
        case CaseApproved():
            return "approval"
    return None


def number_of(one: Telling, serial: int) -> str:
    """The number as the matter writes it, such as 湘建许受〔2026〕00012号."""
    return one.pattern.format(year=one.on.year, serial=serial)


def authority_of(one: Telling, rpc: RpcClient) -> Authority:
    """The authority that acted; where nobody did, the one of the stage's level whose place the case is in."""
    authority_id = getattr(one.event, "authority_id", None)
    if authority_id is not None:
        try:
            known = AuthorityView.model_validate(rpc.send(GetAuthority(authority_id=authority_id)))
            return Authority(known.name, known.level, known.place)
        except NotFound:
            pass  # its log has been lost to us, its decision has not
    return authority_by_place(level_of(one), one.opened.place)


def level_of(one: Telling) -> Level:
    """Of the stage that the event names; a decision is the last stage's, or the province's where there are none."""
    stages = one.opened.stages
    named = getattr(one.event, "stage", None)
    return next((stage.level for stage in stages if stage.name == named), stages[-1].level if stages else "province")


def authority_by_place(level: Level, place: str) -> Authority:
    """The authority of a level for a place, by what it is called everywhere."""
    seat = place[: _DIGITS[level]].ljust(6, "0")
    return Authority(label(f"letters.authorities.{level}", place=name_of_seat(level, seat)), level, seat)


def name_of_seat(level: Level, seat: str) -> str:
    """What the place of an authority is called in a letter."""
    return full_name_of(NATION if level == "ministry" else seat)
