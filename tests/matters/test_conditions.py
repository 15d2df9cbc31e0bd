"""Conditions: what each operator means, that a missing path is false, and that JSON carries them whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts.matters.conditions import OPERATORS, Condition, Shift, holds, paths

READ: TypeAdapter[Condition] = TypeAdapter(Condition)

FACTS: dict[str, Any] = {
    "today": "2026-11-20",
    "one": {
        "word": "building",
        "blank": "  ",
        "yes": True,
        "number": 60,
        "nothing": None,
        "id": "a",
        "ids": [],
    },
    "other": {"id": "a", "born": "1961-11-20", "at": "2026-11-19T08:00:00+08:00", "typo": "2026-02-30"},
    "list": [{"kind": "x", "valid": False}, {"kind": "y", "valid": True}],
    "words": ["building", "railway"],
}


def is_so(condition: Any) -> bool:
    return holds(READ.validate_python(condition), FACTS)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"present": "one.word"}, True),
        ({"present": "one.blank"}, False),
        ({"present": "one.ids"}, False),
        ({"present": "one.nothing"}, False),
        ({"present": "one.word.deeper"}, False),
        ({"equals": ["one.word", "building"]}, True),
        ({"equals": ["one.yes", True]}, True),
        ({"equals": ["one.yes", 1]}, False),
        ({"equals": ["one.number", 60.0]}, True),
        ({"equals": ["one.missing", "building"]}, False),
        ({"same": ["one.id", "other.id"]}, True),
        ({"same": ["one.missing", "other.missing"]}, False),
        ({"in": ["one.word", ["railway", "building"]]}, True),
        ({"in": ["one.missing", ["railway"]]}, False),
        ({"contains": ["words", "railway"]}, True),
        ({"contains": ["one.word", "b"]}, False),
        ({"contains": ["missing", "b"]}, False),
        ({"at_least": ["one.number", 60]}, True),
        ({"at_least": ["one.number", 61]}, False),
        ({"at_most": ["one.number", 60]}, True),
        ({"at_most": ["one.yes", 60]}, False),
        ({"at_most": ["one.missing", 60]}, False),
        ({"some": ["list", {"all": [{"equals": ["it.kind", "y"]}, {"equals": ["it.valid", True]}]}]}, True),
        ({"some": ["list", {"all": [{"equals": ["it.kind", "x"]}, {"equals": ["it.valid", True]}]}]}, False),
        ({"some": ["missing", {"present": "it.kind"}]}, False),
        ({"not": {"present": "one.missing"}}, True),
        ({"any": [{"present": "missing"}, {"present": "one"}]}, True),
        ({"all": [{"present": "missing"}, {"present": "one"}]}, False),
    ],
)
def test_what_holds(condition: Any, expected: bool) -> None:
    assert is_so(condition) is expected


@pytest.mark.parametrize(
    ("operator", "pair", "expected"),
    [
        ("before", ["today", "2026-11-21"], True),
        ("before", ["today", "2026-11-20"], False),
        ("not_after", ["today", "2026-11-20"], True),
        ("after", ["today", "2026-11-19"], True),
        ("not_before", ["other.born", "today", {"years": -65}], True),
        ("not_before", ["other.born", "today", {"years": -65, "days": 1}], False),
        ("before", ["other.at", "today"], True),
        ("before", ["other.typo", "today"], False),
        ("after", ["other.typo", "today"], False),
        ("not_before", ["one.missing", "today"], False),
        ("not_after", ["one.missing", "today"], False),
        ("not_after", ["today", "one.missing"], False),
        ("before", ["one.word", "today"], False),
    ],
)
def test_dates(operator: str, pair: list[Any], expected: bool) -> None:
    assert is_so({operator: pair}) is expected


def test_years_back_from_the_29th_of_february_end_on_the_28th() -> None:
    assert Shift(years=-3).from_(date(2024, 2, 29)) == date(2021, 2, 28)
    assert Shift(months=1).from_(date(2026, 1, 31)) == date(2026, 2, 28)
    assert Shift(months=-13, days=1).from_(date(2026, 1, 31)) == date(2025, 1, 1)


def test_a_distance_beyond_the_calendar_is_false_and_no_crash() -> None:
    assert not holds(READ.validate_python({"before": ["d", "d", {"years": -200}]}), {"d": "0001-01-01"})


def test_paths_tell_what_a_condition_reads() -> None:
    condition = READ.validate_python(
        {
            "any": [
                {"not": {"same": ["a.b", "c"]}},
                {"some": ["list", {"all": [{"equals": ["it.kind", "x"]}, {"before": ["it.on", "today"]}]}]},
                {"after": ["d", "2026-01-01"]},
            ]
        }
    )
    assert paths(condition) == {"a.b", "c", "list", "list[].kind", "list[].on", "today", "d"}


@pytest.mark.parametrize(
    "condition",
    [
        {}, [], "present", None, {"present": "a", "not": {"present": "b"}}, {"presents": "a"},
        {"present": "A b"}, {"all": []}, {"equals": ["a"]}, {"equals": ["a", None]},
        {"before": ["a", "b", {"year": 1}]},
        {"before": ["a", "b", {"years": 999}]}, {"some": ["a", {"no": 1}]}, {"at_least": ["a", "60"]},
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(condition: Any) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(condition)


def test_the_operators_are_those_of_the_language() -> None:
    assert len(OPERATORS) == len(set(OPERATORS)) == 16
    assert {"all", "not", "in", "includes", "some", "not_before"} <= set(OPERATORS)


some_path = st.sampled_from(
    ["one.word", "one.number", "today", "other.born", "words", "list", "missing.at.all"]
)
value = st.one_of(st.booleans(), st.integers(-100, 100), st.sampled_from(["building", "x"]))
moment = st.sampled_from(["today", "other.born", "2026-01-01", "missing"])
shift = st.fixed_dictionaries({}, optional={"years": st.integers(-99, 99), "days": st.integers(-999, 999)})
leaf = st.one_of(
    st.fixed_dictionaries({"present": some_path}),
    *(st.fixed_dictionaries({key: st.tuples(some_path, value).map(list)}) for key in ("equals", "contains")),
    st.fixed_dictionaries({"same": st.tuples(some_path, some_path).map(list)}),
    st.fixed_dictionaries({"in": st.tuples(some_path, st.lists(value, max_size=3)).map(list)}),
    *(
        st.fixed_dictionaries({key: st.tuples(some_path, st.integers(-9, 99)).map(list)})
        for key in ("at_least", "at_most")
    ),
    *(
        st.fixed_dictionaries({key: st.tuples(some_path, moment, shift).map(list)})
        for key in ("before", "after", "not_before", "not_after")
    ),
)
conditions = st.recursive(
    leaf,
    lambda inner: st.one_of(
        *(st.fixed_dictionaries({key: st.lists(inner, min_size=1, max_size=3)}) for key in ("all", "any")),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"some": st.tuples(some_path, inner).map(list)}),
    ),
    max_leaves=6,
)


@given(conditions)
def test_a_condition_survives_json_and_means_the_same(data: dict[str, Any]) -> None:
    condition = READ.validate_python(data)
    again = READ.validate_json(READ.dump_json(condition))
    assert again == condition
    assert holds(again, FACTS) is holds(condition, FACTS)


@given(conditions)
def test_not_is_the_opposite(data: dict[str, Any]) -> None:
    assert is_so({"not": data}) is not is_so(data)


@given(conditions, conditions)
def test_neither_is_both_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert is_so({"not": {"any": [one, other]}}) is is_so({"all": [{"not": one}, {"not": other}]})


@given(conditions)
def test_only_the_paths_told_are_read(data: dict[str, Any]) -> None:
    condition = READ.validate_python(data)
    heads = {path.split(".")[0].removesuffix("[]") for path in paths(condition)}
    assert holds(condition, {key: fact for key, fact in FACTS.items() if key in heads}) is holds(
        condition, FACTS
    )
