"""Carries a made-up filing through: the deciders of filing, review and certificate, one after the other, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cli.trying.effect import took_effect
from cli.trying.filing import confirmed, filed
from cli.trying.made_up import scene_for
from cli.trying.reviewing import reviewed
from cli.trying.trial import Step, Trial
from contracts.errors import Refusal
from contracts.matters.checks import Problem, in_words
from contracts.matters.registry import Registry
from contracts.matters.schema import Matter


def tell(matter: Matter, registry: Registry, today: date) -> Iterator[Step]:
    """Every step up to the effect; the last one has failed where the rules did not let it be."""
    scene = scene_for(matter, registry, today)
    if scene.unmet:
        words = tuple(in_words(one, matter, registry.labels) for one in scene.unmet)
        yield Step("虚构的申报", "编不出符合条件的申报:这些条件互相矛盾,或要求的事实无人能提供", words, failed=True)
        return
    trial = Trial(matter, registry, scene, today)
    try:
        yield from filed(trial)
        yield from confirmed(trial)
        yield from reviewed(trial)
        yield from took_effect(trial)
    except Refusal as refusal:
        said = [_problem(one, matter, registry) for one in refusal.problems]
        yield Step("规则", f"不予办理:{refusal.code}", tuple(said), failed=True)


def _problem(problem: Mapping[str, Any], matter: Matter, registry: Registry) -> str:
    try:
        return in_words(Problem.model_validate(problem), matter, registry.labels)
    except (ValueError, LookupError):
        return str(problem.get("code", problem))
