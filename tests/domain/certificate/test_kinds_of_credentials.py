"""What the product's kinds of credentials say of themselves: numbers as they were given out, codes that differ by kind."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.matters.credential import CredentialType
from contracts.matters.registry import default_registry

REGISTRY = default_registry()


def kind(name: str) -> CredentialType:
    return REGISTRY.credential(name)


@pytest.mark.parametrize(
    ("name", "number", "known"),
    [
        ("constructor-1", "京1112021202100001", True),
        ("constructor-1", "京111070700001", True),
        ("constructor-1", "京1110707000010", False),
        ("constructor-1", "粤2442021202125000", False),
        ("constructor-2", "粤2442021202125000", True),
        ("special-operation", "吉A042012000939", True),
        ("special-operation", "粤2442021202125000", False),
    ],
)
def test_which_numbers_are_of_a_kind(name: str, number: str, known: bool) -> None:
    assert kind(name).knows_number(number) is known


def test_the_number_that_a_first_registration_makes_is_of_its_kind() -> None:
    made = REGISTRY.get("national/constructor-1-initial", 1).effect.number
    assert made is not None
    number = made.number("110101", {"qualification": {"passed_year": 2025}}, date(2026, 11, 21), 7)
    assert number == "京1112025202600007"
    assert kind("constructor-1").knows_number(number)


def test_status_codes_differ_by_kind() -> None:
    constructor, operator = kind("constructor-1").status_codes, kind("special-operation").status_codes
    assert constructor["valid"] == operator["valid"] == "01"
    assert (constructor["cancelled"], operator["cancelled"]) == ("04", "05")
    assert (constructor["lapsed"], operator["lapsed"]) == ("05", "06")


def test_whose_end_ends_it() -> None:
    """Order 153, art. 16; 行政许可法 art. 70."""
    for name in ("constructor-1", "constructor-2", "constructor-2-temp"):
        ends = {"employer_closed", "employer_unqualified", "over_age", "holder_died"}
        assert (set(kind(name).lapses_on), kind(name).age_limit) == (ends, 65)
    assert kind("special-operation").lapses_on == ("holder_died",), "an operator keeps it whoever employs them"


@pytest.mark.parametrize(
    ("born", "last"), [(date(1961, 3, 7), date(2026, 3, 7)), (date(1960, 2, 29), date(2025, 2, 28))]
)
def test_beyond_the_age_is_who_has_had_that_birthday_before_today(born: date, last: date) -> None:
    assert kind("constructor-2").last_day_of_age(born) == last
    assert kind("special-operation").last_day_of_age(born) is None


def test_strangers_see_of_operators_only_what_may_be_used() -> None:
    assert (kind("constructor-1").public, kind("special-operation").public) == ("always", "usable")
