"""What one officer can do in a case now: the same rules that will decide it, asked beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from contracts.errors import NotAllowed, Refusal
from contracts.identity import Duty
from contracts.review import Action, Stage
from contracts.review.cases import Examining
from services.review.domain import rules
from services.review.domain.case import Case
from services.review.domain.desk import may_arrange
from services.review.domain.objections import may_answer


def actions_of(case: Case, probe: Examining) -> tuple[Action, ...]:
    """Those of the case's next actions that the actor of this (never executed) command may take."""
    return tuple(action for action in case.next_actions if _allowed(_RULES.get(action, _examines), case, probe))


def _allowed(rule: Callable[[Case, Examining], object], case: Case, probe: Examining) -> bool:
    try:
        rule(case, probe)
    except Refusal:
        return False
    return True


def _stage(case: Case, probe: Examining) -> Stage:
    return rules.stage_on_route(rules.case_is_open(case, probe.case_id), probe.stage)


def _examines(case: Case, probe: Examining) -> None:
    rules.examiner(case, probe)


def _claims(case: Case, probe: Examining) -> None:
    stage = _stage(case, probe)
    rules.officer_in_charge(case, probe, stage, rules.duty_of(stage))


def _arranges(case: Case, probe: Examining) -> None:
    may_arrange(case, probe, _stage(case, probe))


def _assigns(case: Case, probe: Examining) -> None:
    _arranges(case, probe)
    rules.reviewer_is_impartial(case, probe.meta.actor, probe.employers)


def _extends(case: Case, probe: Examining) -> None:
    rules.officer_in_charge(case, probe, _stage(case, probe), "extend")
    if probe.meta.actor.account_id == case.holder:
        raise NotAllowed("approver_holds_case")


def _answers(case: Case, probe: Examining) -> None:
    actor = probe.meta.actor
    may_answer(case, rules.case_is_open(case, probe.case_id), actor, probe.employers)
    if all(one.assigned and one.assigned.officer != actor.account_id for one in case.open_objections):
        raise NotAllowed("held_by_another")


def _of_the_last_level(duty: Duty, case: Case, probe: Examining) -> None:
    opened = rules.case_is_open(case, probe.case_id)
    rules.officer_of_the_place(probe.meta.actor, opened)
    rules.of_level_with_duty(probe.meta.actor, rules.last_level(opened), duty)
    rules.reviewer_is_impartial(case, probe.meta.actor, probe.employers)


_RULES: Mapping[Action, Callable[[Case, Examining], object]] = {
    "claim": _claims,
    "assign": _assigns,
    "release": _arranges,
    "extend": _extends,
    "publicise": partial(_of_the_last_level, "publicise"),
    "answer_objection": _answers,
    "announce": partial(_of_the_last_level, "announce"),
}
