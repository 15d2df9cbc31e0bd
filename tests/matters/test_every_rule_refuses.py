"""Every matter takes the scene made for it; each of its rules alone refuses a scene that breaks it, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.matters.checks import check_form, check_preconditions, in_words
from contracts.matters.facts import gathered
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter, Rule
from tests.matters.breaks import BREAKS, OF_MATTER, broken
from tests.matters.scenes import TODAY, fitting

EVERY = default_registry().all()
NEWEST = tuple(max((one for one in EVERY if one.code == code), key=lambda one: one.version) for code in sorted({one.code for one in EVERY}))
RULES = [pytest.param(matter, rule, id=f"{matter.key}-{rule.code}") for matter in NEWEST for rule in matter.preconditions]
"""Of the newest versions, which judge what is handed in from now on; the others were tried when they were the newest."""


@pytest.mark.parametrize("matter", EVERY, ids=lambda matter: matter.key)
def test_the_scene_made_for_it_is_taken(matter: Matter) -> None:
    facts = fitting(matter)
    known = gathered(matter, facts)
    assert check_preconditions(matter, known, at="start") == []
    assert check_preconditions(matter, known) == []
    assert check_form(matter, facts.form, known) == []


@pytest.mark.parametrize(("matter", "rule"), RULES)
def test_a_scene_that_breaks_one_rule_is_refused_by_that_rule(matter: Matter, rule: Rule) -> None:
    assert rule.code in BREAKS or (matter.code, rule.code) in OF_MATTER, "breaks.py does not say how to break it"
    known = gathered(matter, broken(matter, rule.code, fitting(matter)))
    refused = check_preconditions(matter, known, at=rule.at)
    assert [one.code for one in refused] == [rule.code]
    assert rule.code in [one.code for one in check_preconditions(matter, known)], "and again at submission"
    said = in_words(refused[0], matter, default_registry().labels)
    assert "。" in said and rule.code not in said


@pytest.mark.parametrize(("matter", "rule"), RULES)
def test_what_was_handed_in_before_a_rule_s_day_is_not_judged_by_it(matter: Matter, rule: Rule) -> None:
    known = gathered(matter, broken(matter, rule.code, fitting(matter)))
    assert rule.effective_from is not None
    before = check_preconditions(matter, known, at=rule.at, on=rule.effective_from - timedelta(days=1))
    assert rule.code not in [one.code for one in before]
    assert rule.code in [one.code for one in check_preconditions(matter, known, at=rule.at, on=rule.effective_from)]


@pytest.mark.parametrize("matter", NEWEST, ids=lambda matter: matter.key)
def test_every_rule_says_since_when_and_by_which_law(matter: Matter) -> None:
    for rule in matter.preconditions:
        assert rule.effective_from is not None and rule.effective_from <= TODAY, rule.code
        assert rule.legal_basis, rule.code


def test_nothing_is_broken_that_no_matter_asks_for() -> None:
    asked = {rule.code for matter in EVERY for rule in matter.preconditions}
    assert set(BREAKS) <= asked | {"certificate_in_force"}
    assert all(code in asked for _, code in OF_MATTER)
