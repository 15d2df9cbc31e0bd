"""The first phase of a case: opened, then passed from stage to stage, or rejected."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.errors import Refused
from contracts.message import SYSTEM, Actor, Event
from contracts.review import CaseOpened, CaseRejected, OpenCase, PassStage, RejectCase, Stage, StagePassed
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.days import china_day
from services.review.domain.decision import after_last_stage, approval
from services.review.domain.evolution import evolve
from services.review.domain.silence import law_has_not_spoken


def open_case(case: Case, command: OpenCase) -> Sequence[Event]:
    """One case for a filing: the id is derived from it, so a second time finds it open.

    Where the matter is approved by rules, the rules were met by being submitted: it is approved in the same commit.
    """
    rules.only_the_product_itself(command.meta.actor)
    if case.opened is not None:
        return []
    has_a_route(command)
    opened = CaseOpened(**{name: getattr(command, name) for name in CaseOpened.model_fields})
    if not command.automatic:
        return [opened]
    return [opened, approval(evolve(case, opened), None, SYSTEM.account_id, china_day(command.meta.at))]


def pass_stage(case: Case, command: PassStage) -> Sequence[Event]:
    """In order at this stage: on to the next, or, after the last, to publicity, announcement or approval."""
    opened = rules.case_is_open(case, command.case_id)
    actor = command.meta.actor
    stage, authority_id = rules.examiner(case, command)
    if passed_already(case, command.stage, actor):
        return []
    may_be_examined(case, stage)
    law_has_not_spoken(case, stage, command)
    rules.stage_offers(stage, "pass")
    following = case.following
    today = china_day(command.meta.at)
    passed = StagePassed(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        stage=stage.name,
        authority_id=authority_id,
        officer=actor.account_id,
        opinion=command.opinion,
        next_stage=following.name if following else None,
        next_level=following.level if following else None,
        passed_on=today,
        due_on=command.due_on,
        kept_by=actor.account_id if keeps_it(case, actor, following) else None,
    )
    return [passed, *after_last_stage(case, passed, today)]


def reject_case(case: Case, command: RejectCase) -> Sequence[Event]:
    """Refused, with reasons (行政许可法 art. 38)."""
    opened = rules.case_is_open(case, command.case_id)
    stage, authority_id = rules.examiner(case, command)
    rejected = CaseRejected(
        case_id=opened.case_id,
        filing_id=opened.filing_id,
        round=case.round,
        stage=stage.name,
        authority_id=authority_id,
        officer=command.meta.actor.account_id,
        reason=command.reason,
        legal_basis=command.legal_basis,
        rejected_on=china_day(command.meta.at),
        due_on=command.due_on,
    )
    if _same_rejection(case, rejected):
        return []
    may_be_examined(case, stage)
    law_has_not_spoken(case, stage, command)
    rules.stage_offers(stage, "refuse")
    return [rejected]


def _same_rejection(case: Case, rejected: CaseRejected) -> bool:
    """Said again, on whatever day."""
    days = {"rejected_on": None, "due_on": None}
    decision = case.decision
    return isinstance(decision, CaseRejected) and (
        decision.model_copy(update=days) == rejected.model_copy(update=days)
    )


def may_be_examined(case: Case, stage: Stage) -> None:
    """It is this stage's turn, and nothing is waited for."""
    rules.not_decided(case)
    rules.not_returned(case)
    rules.stage_is_current(case, stage.name)
    rules.clock_runs(case)


def has_a_route(command: OpenCase) -> None:
    """A case is there to be examined by somebody, unless it is approved by rules; and a stage's name means one stage."""
    names = [stage.name for stage in command.stages]
    if bool(names) == command.automatic or len(set(names)) != len(names):
        raise Refused("no_clear_route", params={"matter": command.matter, "version": command.matter_version})


def passed_already(case: Case, stage_name: str, actor: Actor) -> bool:
    """By this very officer: their second click is no second opinion."""
    return any(
        isinstance(one, StagePassed) and one.stage == stage_name and one.officer == actor.account_id
        for one in case.passed
    )


def keeps_it(case: Case, actor: Actor, following: Stage | None) -> bool:
    """Whoever holds the case goes on with it, where the next stage is theirs too and is not kept apart."""
    return (
        following is not None
        and case.holder == actor.account_id
        and actor.level == following.level
        and actor.may(rules.duty_of(following))
        and not following.separate_from
    )
