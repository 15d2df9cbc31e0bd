"""Hunan's initial registration, rule by rule: who may be picked, and what the form must be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.matters.checks import (
    Problem,
    check_attachments,
    check_form,
    check_preconditions,
    in_words,
    prefilled,
)
from contracts.matters.facts import Facts, gathered
from contracts.matters.registry import default_registry
from contracts.matters.schema import Matter
from tests.matters.conftest import (
    a_certificate,
    a_filer,
    a_qualification,
    a_subject,
    an_employment,
    facts_of,
)


def codes(problems: Sequence[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def about(problems: Sequence[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field or problem.attachment) for problem in problems]


def filled(matter: Matter, facts: Facts, **changed: Any) -> dict[str, Any]:
    form = {"specialty": "building", **prefilled(matter, gathered(matter, facts))}
    return {name: value for name, value in {**form, **changed}.items() if value is not ...}


# -- who may be picked
# ----------------------------------------------------------------------------------------


def test_a_qualified_verified_employee_may_be_picked_and_filed_for(initial: Matter) -> None:
    facts = gathered(initial, facts_of())
    assert check_preconditions(initial, facts, at="start") == []
    assert check_preconditions(initial, facts) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"verified": False}, "verified"),
        ({"qualifications": ()}, "qualified"),
        ({"qualifications": (a_qualification(valid=False),)}, "qualified"),
        ({"qualifications": (a_qualification(credential="constructor-1"),)}, "qualified"),
        ({"employed_by": None}, "employed_by_filer"),
        ({"employed_by": uuid4()}, "employed_by_filer"),
        ({"employment": an_employment(ends_on=date(2026, 11, 19))}, "employment_in_force"),
        ({"certificates": (a_certificate(),)}, "not_registered"),
        ({"certificates": (a_certificate(status="expired"), a_certificate(scope=("highway",)))}, "not_registered"),
        ({"birth_date": date(2008, 11, 21)}, "of_age"),
        ({"birth_date": date(1961, 11, 19)}, "not_over_65"),
    ],
)
def test_who_may_not_be_picked_is_told_why(initial: Matter, changed: dict[str, Any], code: str) -> None:
    problems = check_preconditions(initial, gathered(initial, facts_of(**changed)), at="start")
    assert codes(problems) == [code]
    assert problems[0].rule == code
    assert "。" in in_words(problems[0], initial, default_registry().labels)


@pytest.mark.parametrize("ends_on", [date(2026, 11, 20), None])
def test_employed_through_the_last_day_or_without_a_fixed_term(initial: Matter, ends_on: date | None) -> None:
    facts = facts_of(employment=an_employment(ends_on=ends_on))
    assert check_preconditions(initial, gathered(initial, facts), at="start") == []


@pytest.mark.parametrize("changed", [{"status": "expired"}, {"status": "cancelled"}, {"credential": "constructor-1"}])
def test_a_certificate_that_is_over_or_another_one_is_no_hindrance(initial: Matter, changed: dict[str, Any]) -> None:
    facts = facts_of(certificates=(a_certificate(**changed),))
    assert check_preconditions(initial, gathered(initial, facts), at="start") == []


@pytest.mark.parametrize("birth_date", [date(2008, 11, 20), date(1961, 11, 20)])
def test_on_the_18th_and_65th_birthday_one_may_be_picked(initial: Matter, birth_date: date) -> None:
    assert check_preconditions(initial, gathered(initial, facts_of(birth_date=birth_date)), at="start") == []


def test_an_enterprise_that_is_not_authenticated_may_not_file(initial: Matter) -> None:
    facts = Facts(today=date(2026, 11, 20), subject=a_subject(), filer=a_filer(authenticated=False))
    assert codes(check_preconditions(initial, gathered(initial, facts), at="start")) == [
        "filer_authenticated"
    ]


def test_the_specialty_must_be_the_qualifications_but_only_at_submission(initial: Matter) -> None:
    facts = gathered(initial, facts_of(form={"specialty": "railway"}))
    assert check_preconditions(initial, facts, at="start") == []
    assert codes(check_preconditions(initial, facts)) == ["qualified_in_specialty"]


# -- three years after the qualification
# ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("obtained_on", "hours", "expected"),
    [
        (date(2023, 11, 20), {}, []),
        (date(2023, 11, 19), {}, ["continuing_education"]),
        (date(2023, 11, 19), {"compulsory_hours": 60, "elective_hours": 60}, []),
        (date(2023, 11, 19), {"compulsory_hours": 60, "elective_hours": 59}, ["continuing_education"]),
    ],
)
def test_later_than_three_years_only_with_continuing_education(
    initial: Matter, obtained_on: date, hours: dict[str, int], expected: list[str]
) -> None:
    qualifications = (a_qualification(obtained_on=obtained_on),)
    facts = facts_of(qualifications=qualifications, form={"specialty": "building", **hours})
    assert codes(check_preconditions(initial, gathered(initial, facts))) == expected


def test_hours_and_their_proof_are_asked_for_after_three_years_and_only_then(initial: Matter) -> None:
    recent = facts_of()
    late = facts_of(qualifications=(a_qualification(obtained_on=date(2020, 1, 1)),))
    asked = check_form(initial, filled(initial, late), gathered(initial, late))
    assert about(asked) == [("required", "compulsory_hours"), ("required", "elective_hours")]
    not_asked = check_form(initial, filled(initial, recent, compulsory_hours=60), gathered(initial, recent))
    assert about(not_asked) == [("not_asked", "compulsory_hours")]
    missing = ("attachment_missing", "continuing_education_certificate")
    assert missing in about(check_attachments(initial, [], gathered(initial, late)))
    assert missing not in about(check_attachments(initial, [], gathered(initial, recent)))


def test_of_two_fitting_qualifications_the_later_counts(initial: Matter) -> None:
    both = (a_qualification(obtained_on=date(2019, 1, 1), passed_year=2018), a_qualification())
    facts = gathered(initial, facts_of(qualifications=both))
    assert facts["qualification"]["passed_year"] == 2024


# -- the form
# -------------------------------------------------------------------------------------------------


def test_a_form_prefilled_from_the_record_lacks_only_what_nobody_recorded(initial: Matter) -> None:
    facts = facts_of()
    form = filled(initial, facts)
    assert form["name"] == "李小明"
    assert form["employer_place"] == "湖南省长沙市芙蓉区"
    assert form["employer_kind"] == "inside_province"
    assert form["employed_open_ended"] is False
    assert form["education"] == "bachelor"
    assert check_form(initial, form, gathered(initial, facts)) == []


def test_an_employment_without_end_asks_for_no_end(initial: Matter) -> None:
    usual = a_subject().employment
    assert usual is not None
    facts = facts_of(employment=usual.model_copy(update={"ends_on": None}))
    form = filled(initial, facts)
    assert form["employed_open_ended"] is True
    assert "employed_until" not in form
    assert check_form(initial, form, gathered(initial, facts)) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"hobby": "chess"}, ("unknown_field", "hobby")),
        ({"school": ...}, ("required", "school")),
        ({"school": "   "}, ("required", "school")),
        ({"school": None}, ("required", "school")),
        ({"school": 7}, ("wrong_type", "school")),
        ({"school": ["a"]}, ("wrong_type", "school")),
        ({"school": "大" * 101}, ("too_long", "school")),
        ({"school": "湖南\x00大学"}, ("unprintable", "school")),
        ({"specialty": "magic"}, ("invalid_choice", "specialty")),
        ({"specialty": ["building"]}, ("wrong_type", "specialty")),
        ({"graduated_on": "2012-02-30"}, ("invalid_date", "graduated_on")),
        ({"graduated_on": "20120630"}, ("invalid_date", "graduated_on")),
        ({"phone": "123"}, ("phone_form", "phone")),
        ({"phone": 13800138000}, ("wrong_type", "phone")),
        ({"telephone": "88950000"}, ("telephone_form", "telephone")),
        ({"document_number": "110105194912310021"}, ("resident_id_check_digit", "document_number")),
        ({"document_number": "43010219900101001X"}, ("resident_id_check_digit", "document_number")),
        ({"document_number": "110105194912310011"}, ("differs_from_record", "document_number")),
        ({"name": "王大力"}, ("differs_from_record", "name")),
        ({"employer_kind": "outside_province"}, ("differs_from_record", "employer_kind")),
    ],
)
def test_one_wrong_field_is_one_problem(
    initial: Matter, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    facts = facts_of()
    problems = check_form(initial, filled(initial, facts, **changed), gathered(initial, facts))
    assert about(problems) == [expected]
    words = in_words(problems[0], initial, default_registry().labels)
    assert default_registry().labels.find(f"fields.{expected[1]}") is None or "“" in words


@pytest.mark.parametrize("value", [-1, 1001, 1.5, "60", True, [60]])
def test_hours_are_a_whole_number_within_limits(initial: Matter, value: Any) -> None:
    facts = facts_of(qualifications=(a_qualification(obtained_on=date(2020, 1, 1)),))
    form = filled(initial, facts, compulsory_hours=value, elective_hours=60)
    problems = check_form(initial, form, gathered(initial, facts))
    assert [problem.field for problem in problems] == ["compulsory_hours"]
    assert problems[0].code in ("too_small", "too_great", "wrong_type")


def test_a_draft_may_be_incomplete_but_not_misshapen(initial: Matter) -> None:
    facts = gathered(initial, facts_of())
    assert check_form(initial, {"school": "湖南大学", "major": ""}, facts, complete=False) == []
    problems = check_form(
        initial, {"school": 7, "hobby": "chess", "employed_open_ended": "no"}, facts, complete=False
    )
    assert about(problems) == [
        ("unknown_field", "hobby"),
        ("wrong_type", "school"),
        ("wrong_type", "employed_open_ended"),
    ]


def test_the_written_form_of_a_number_on_record_does_not_differ_from_it(initial: Matter) -> None:
    facts = facts_of()
    form = filled(initial, facts, document_number="11010519491231002x")
    assert check_form(initial, form, gathered(initial, facts)) == []


def test_problems_never_carry_what_was_typed(initial: Matter) -> None:
    facts = facts_of()
    form = filled(initial, facts, phone="secret", name="secret", school="secret" * 30)
    for problem in check_form(initial, form, gathered(initial, facts)):
        assert "secret" not in problem.model_dump_json()
