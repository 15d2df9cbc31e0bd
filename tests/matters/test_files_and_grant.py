"""Hunan's initial registration: which files it wants, and what its approval results in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from contracts.matters.checks import Problem, check_attachments, in_words
from contracts.matters.facts import Facts, gathered
from contracts.matters.lookup import value_at
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from tests.matters.conftest import facts_of


def about(problems: Sequence[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.attachment) for problem in problems]


# -- the files
# ------------------------------------------------------------------------------------------------


def image(name: str, size: int = 2000, content_type: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "content_type": content_type, "size": size, "sha256": "ab" * 32}


def test_the_files_on_record_are_taken_and_only_the_others_are_missing(initial: Matter) -> None:
    facts = gathered(initial, facts_of())
    kept = {
        one.name: value_at(facts, one.taken_from) for one in initial.attachments if one.taken_from is not None
    }
    assert list(kept) == [
        "portrait",
        "id_card_front",
        "id_card_back",
        "employment_contract",
        "commitment_letter",
    ]
    taken = [{**file, "name": name} for name, file in kept.items()]
    assert about(check_attachments(initial, taken, facts)) == [
        ("attachment_missing", "education_certificate")
    ]


def test_a_complete_set_of_files_is_in_order(initial: Matter) -> None:
    facts = gathered(initial, facts_of())
    names = [
        "portrait",
        "id_card_front",
        "id_card_back",
        "education_certificate",
        "employment_contract",
        "commitment_letter",
    ]
    assert check_attachments(initial, [image(name) for name in names], facts) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([image("selfie")], ("unknown_attachment", "selfie")),
        ([image("portrait", 2 * 1024 * 1024 + 1)], ("file_too_large", "portrait")),
        ([image("portrait", 0)], ("file_empty", "portrait")),
        ([image("portrait", content_type="application/pdf")], ("wrong_format", "portrait")),
        ([image("portrait", content_type="text/html")], ("wrong_format", "portrait")),
        ([image("portrait"), image("portrait")], ("too_many_files", "portrait")),
    ],
)
def test_a_file_that_does_not_fit_is_refused_even_in_a_draft(
    initial: Matter, files: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    problems = check_attachments(initial, files, complete=False)
    assert about(problems) == [expected]
    assert in_words(problems[0], initial, default_registry().labels)


def test_a_file_of_exactly_the_limit_fits(initial: Matter) -> None:
    assert check_attachments(initial, [image("portrait", 2 * 1024 * 1024)], complete=False) == []


# -- what results
# ---------------------------------------------------------------------------------------------


def test_the_grant_is_numbered_scoped_and_valid_for_three_years(initial: Matter) -> None:
    effect, facts = initial.effect, gathered(initial, facts_of())
    assert effect.number is not None
    assert effect.validity is not None
    granted_on = date(2026, 12, 15)
    assert effect.number.series_of(initial.province, facts, granted_on) == "constructor-2-43-2026"
    assert effect.number.number(initial.province, facts, granted_on, 7) == "湘2432024202600007"
    assert effect.scope_from(facts) == ("building",)
    assert effect.validity.last_day(granted_on) == date(2029, 12, 14)
    assert effect.attributes_from(facts)["employer"] == "湖南湘江建设有限公司"
    assert effect.attributes_from(facts)["qualification_number"] == "202443000001"


def test_without_the_qualification_no_number_is_made(initial: Matter) -> None:
    assert initial.effect.number is not None
    facts = gathered(initial, facts_of(qualifications=()))
    with pytest.raises(ValueError, match="qualified_year"):
        initial.effect.number.number(initial.province, facts, date(2026, 12, 15), 7)


def test_facts_survive_the_wire(initial: Matter) -> None:
    facts = facts_of()
    assert Facts.model_validate_json(facts.model_dump_json()) == facts
