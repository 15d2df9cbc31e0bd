"""The first phase of a case: opened, then passed from stage to stage, or returned, or rejected."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contracts.errors import Refused
from contracts.message import Actor, Event
from contracts.review import (
    CaseOpened,
    CaseRejected,
    CaseReturned,
    OpenCase,
    PassStage,
    RejectCase,
    ReturnCase,
    Stage,
    StagePassed,
)
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.decision import approval


def open_case(case: Case, command: OpenCase) -> Sequence[Event]:
    """One case for a filing and round: the id is derived from both, so a second time finds it open."""
    rules.only_the_product_itself(command.meta.actor)
    if case.opened is not None:
        return []
    has_a_route(command)
    return [CaseOpened(**{name: getattr(command, name) for name in CaseOpened.model_fields})]


def pass_stage(case: Case, command: PassStage) -> Sequence[Event]:
    """In order at this stage: on to the next, or, after the last, to publicity, announcement or approval."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    stage, authority_id = in_charge(actor, opened, command.stage)
    if passed_already(case, command.stage, actor):
        return []
    rules.not_decided(case)
    rules.stage_is_current(case, command.stage)
    rules.stage_offers(stage, "pass")
    following = next(iter(opened.stages[len(case.passed) + 1 :]), None)
    passed = StagePassed(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        stage=stage.name,
        authority_id=authority_id,
        officer=actor.account_id,
        opinion=command.opinion,
        next_stage=following.name if following else None,
        next_level=following.level if following else None,
    )
    if following or opened.publicity_working_days is not None or opened.announced:
        return [passed]
    return [passed, approval(opened, authority_id, actor.account_id, rules.china_day(command.meta.at))]


def return_case(case: Case, command: ReturnCase) -> Sequence[Event]:
    """Back to the filer, with everything that is missing told at once (行政许可法 art. 32(4))."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    stage, authority_id = in_charge(actor, opened, command.stage)
    returned = CaseReturned(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=opened.round,
        stage=stage.name,
        authority_id=authority_id,
        officer=actor.account_id,
        reason=command.reason,
    )
    if case.decision == returned:
        return []
    rules.not_decided(case)
    rules.stage_is_current(case, command.stage)
    rules.stage_offers(stage, "return")
    return [returned]


def reject_case(case: Case, command: RejectCase) -> Sequence[Event]:
    """Refused, with reasons (行政许可法 art. 38)."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    stage, authority_id = in_charge(actor, opened, command.stage)
    rejected = CaseRejected(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=opened.round,
        stage=stage.name,
        authority_id=authority_id,
        officer=actor.account_id,
        reason=command.reason,
    )
    if case.decision == rejected:
        return []
    rules.not_decided(case)
    rules.stage_is_current(case, command.stage)
    rules.stage_offers(stage, "refuse")
    return [rejected]


def has_a_route(command: OpenCase) -> None:
    """A case is there to be examined by somebody; and a stage's name must mean one stage."""
    names = [stage.name for stage in command.stages]
    if not names or len(set(names)) != len(names):
        raise Refused("no_clear_route", params={"matter": command.matter, "version": command.matter_version})


def in_charge(actor: Actor, opened: CaseOpened, stage_name: str) -> tuple[Stage, UUID]:
    """The stage named, and the authority of the officer who may act in it."""
    authority_id = rules.officer_of_the_place(actor, opened)
    stage = rules.stage_on_route(opened, stage_name)
    rules.of_level_with_duty(actor, stage.level, rules.duty_of(stage))
    return stage, authority_id


def passed_already(case: Case, stage_name: str, actor: Actor) -> bool:
    """By this very officer: their second click is no second opinion."""
    return any(one.stage == stage_name and one.officer == actor.account_id for one in case.passed)
