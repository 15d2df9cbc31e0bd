"""Every code that anything in the product refuses with has words; every label that is asked for is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from contracts.identity import Duty
from services.gateway import refusals
from services.gateway.words import find, our_code, own, sentence, words

ROOT = Path(__file__).parents[2]
RAISED = {"Refused", "NotAllowed", "NotFound", "Unavailable", "Stale", "PydanticCustomError", "_refused"}
GATHERED = {"refuse_all"}
EXEMPT = {"482913"}
"""The example of an SMS code in contracts/examples/."""


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _codes(tree: ast.AST) -> Iterator[str | None]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if _text(key) == "code":
                    yield _text(value)


def _in_call(call: ast.Call) -> Iterator[str | None]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    first = _text(call.args[0]) if call.args else None
    if name in RAISED | GATHERED:
        yield first
    if name == "Claim" and len(call.args) > 2:
        yield _text(call.args[2])
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "of" and isinstance(function.value, ast.Name):
        yield f"{first}_not_found" if function.value.id == "NotFound" and first else None
    for keyword in call.keywords:
        if keyword.arg in ("code", "refusal"):
            yield _text(keyword.value)


def every_code() -> dict[str, str]:
    """Each code with a file that uses it."""
    found: dict[str, str] = {}
    for directory in ("contracts", "services"):
        for path in sorted((ROOT / directory).rglob("*.py")):
            for code in _codes(ast.parse(path.read_text("utf-8"))):
                if code and code not in EXEMPT:
                    found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def test_every_code_has_words() -> None:
    codes = every_code()
    assert len(codes) > 100, "the search has stopped finding codes"
    missing = {code: where for code, where in codes.items() if find(our_code(code)) is None}
    assert not missing, f"write these into services/gateway/labels/zh.yaml: {missing}"


def test_the_search_finds_codes_however_they_are_given() -> None:
    source = """
raise Refused("a")
raise NotFound.of("b", 1)
Claim("kind", key, "c")
Problem(code="d")
found = {"code": "e"}
refuse_all("f", found)
"""
    assert {code for code in _codes(ast.parse(source)) if code} == {"a", "b_not_found", "c", "d", "e", "f"}


def test_every_status_has_a_title() -> None:
    statuses = {*refusals._BY_KIND.values(), *refusals._BY_CODE.values(), *refusals._HTTP_CODES, 409, 500}
    assert all(words(f"titles.{status}") for status in statuses)


def test_every_finding_about_a_document_has_words() -> None:
    """Codes of DocumentCheck.problems are constants of the certificate service."""
    found = set()
    for path in ("services/certificate/document/verify.py", "services/certificate/domain/checking.py"):
        for node in ast.parse((ROOT / path).read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                text = _text(node.value)
                if text and node.targets[0].id.isupper() and text.replace("_", "").isalpha():
                    found.add(text)
    assert len(found) >= 10
    assert not {code for code in found if own().find(f"codes.document.{code}") is None}


def test_an_unknown_code_is_told_with_a_general_sentence() -> None:
    assert "some_new_code" in sentence("some_new_code")


def test_a_gap_that_nobody_filled_does_not_break_the_reply() -> None:
    assert sentence("account_locked", {"minutes": 15}) == "密码连续输错,账号已锁定,请15分钟后再试"
    assert "…" in sentence("account_locked", {})


@pytest.mark.parametrize("duty", get_args(Duty))
def test_a_duty_that_is_missing_is_named_in_words(duty: str) -> None:
    assert duty not in sentence("duty_missing", {"duty": duty})


def test_items_are_counted_as_items_and_characters_as_characters() -> None:
    of_a_list = {"name": "所列各项", "field_type": "Tuple", "min_length": 1, "actual_length": 0}
    assert sentence("too_short", of_a_list, in_field=True) == "“所列各项”至少应有1项"
    assert sentence("too_short", {"name": "理由", "min_length": 5}, in_field=True) == "“理由”不能少于5个字"


def test_whose_turn_it_is_is_told_in_words() -> None:
    for level, words_of_it in (("city", "市级主管部门"), ("province", "省级主管部门")):
        assert sentence("wrong_level", {"level": level}) == f"这一步应由{words_of_it}办理"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("missing", "required"),
        ("extra_forbidden", "unknown_field"),
        ("date_from_datetime_parsing", "invalid_date"),
        ("int_parsing", "wrong_type"),
        ("literal_error", "invalid_choice"),
        ("resident_id_check_digit", "resident_id_check_digit"),
    ],
)
def test_one_mistake_has_one_code_whoever_found_it(theirs: str, ours: str) -> None:
    assert our_code(theirs) == ours
    assert find(ours) is not None
