"""Words: found by key, a matter's own first, filled with numbers, and never silently missing."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from contracts import identifiers
from contracts.labels import MATTERS, Labels, MissingLabel, default_labels, label
from contracts.matters import checks, values
from contracts.yaml_source import MatterFileError, Source


def test_a_matters_own_words_go_first() -> None:
    labels = Labels({"zh": {"title": "事项", "matters.hunan/x.title": "初始申报"}})
    assert labels.label("title", matter="hunan/x") == "初始申报"
    assert labels.label("title", matter="hunan/y") == "事项"
    assert labels.find("nothing") is None


def test_numbers_are_filled_in() -> None:
    assert label("problems.too_long", name="毕业院校", limit=100) == "“毕业院校”不能超过100个字"


def test_missing_words_say_where_to_add_them() -> None:
    with pytest.raises(MissingLabel, match=r"fields\.nothing.*zh\.yaml"):
        label("fields.nothing")


def test_a_key_without_words_is_refused_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    path = tmp_path / "labels" / "zh.yaml"
    path.write_text("fields:\n  school: 学校\n  major:\n  count: 3\n", encoding="utf-8")
    with pytest.raises(MatterFileError) as refused:
        Labels.load(tmp_path)
    assert [(one.file, one.line) for one in refused.value.problems] == [(str(path), 3), (str(path), 4)]


def test_words_that_yaml_would_take_for_something_else_stay_words(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "zh.yaml").write_text("a: no\nb: 0731\nc: 2026-01-01\nd: on\n", encoding="utf-8")
    labels = Labels.load(tmp_path)
    assert [labels.label(key) for key in "abcd"] == ["no", "0731", "2026-01-01", "on"]


def test_every_code_that_checks_can_give_has_words() -> None:
    text = {
        module.__name__: Path(module.__file__ or "").read_text(encoding="utf-8")
        for module in (checks, values, identifiers)
    }
    given = set(re.findall(r'Problem\(code="(\w+)"', text[checks.__name__]))
    given |= set(
        re.findall(r'_refused\(\s*"((?:phone|telephone|resident_id|uscc)_\w+)"', text[identifiers.__name__])
    )
    returned = (node for node in ast.walk(ast.parse(text[values.__name__])) if isinstance(node, ast.Return))
    for node in returned:
        for part in ast.walk(node):
            if isinstance(part, ast.Tuple) and len(part.elts) == 2 and isinstance(part.elts[0], ast.Constant):
                given.add(part.elts[0].value)
    assert {"required", "too_long", "wrong_type", "invalid_choice", "phone_form", "file_empty"} <= given
    missing = {code for code in given if default_labels().find(f"problems.{code}") is None}
    assert not missing


def test_words_ask_only_for_what_they_are_given() -> None:
    path = MATTERS / "labels" / "zh.yaml"
    words = Source(path).data
    given = {"problems": {"name", "limit", "formats", "expected", "example"}, "eligibility": {"needs", "name"}}
    given["show"] = {"formats", "size", "count", "party", "stage", "level", "days", "years", "months"}
    given["show"] |= {"group", "text", "legal_basis", "stages", "on", "day", "statuses", "scope", "parts"}
    for group, known in given.items():
        for key, text in words[group].items():
            asked = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            assert asked <= known, f"{group}.{key}"
