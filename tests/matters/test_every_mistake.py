"""Whatever is wrong in a file is told in words: every key taken out, misspelt or given a wrong value, one at a time."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.labels import MATTERS, default_labels
from contracts.matters.coherence import incoherences
from contracts.matters.credential import CredentialType
from contracts.matters.form import OptionSet
from contracts.matters.mistakes import FORMS, explained
from contracts.matters.schema import Matter
from contracts.yaml_source import Source

FILES: list[tuple[type[BaseModel], str]] = [
    (Matter, "hunan/constructor-2-renewal.v1.yaml"),
    (Matter, "jiangxi/special-operation-correction.v1.yaml"),
    (CredentialType, "jiangxi/special-operation.v1.credential.yaml"),
    (OptionSet, "hunan/constructor-2-specialties.v1.options.yaml"),
]
WRONG: list[Any] = [None, "x?", -1, 12345, [], [[]], {"zz": 1}, True, "长" * 300]
MACHINE_WORDS = re.compile(r"\b(should|input|valid|must|than|least|most|expected|error|characters?|str|int|dict)\b|[\^$\\]|\(\?|\[a-z")
"""What pydantic, PyYAML and regular expressions say. “…” quotes what the file says, and '…' the words that it may say."""

Place = tuple[str | int, ...]


def spoiled(data: Any) -> Iterator[tuple[Place, Any]]:
    """The data with one thing wrong, and where."""
    for place in _places(data):
        for value in WRONG:
            yield place, _with(data, place, value)
        yield place, _without(data, place)
        if isinstance(place[-1], str):
            there = _at(data, place)
            yield place, _with(_without(data, place), (*place[:-1], "misspelt"), there)


@pytest.mark.parametrize(("model", "name"), FILES, ids=[name for _, name in FILES])
def test_every_mistake_is_told_in_words_where_it_is(model: type[BaseModel], name: str) -> None:
    mistakes = 0
    for place, data in spoiled(Source(MATTERS / name).data):
        try:
            model.model_validate(data)
        except ValidationError as error:
            told = list(explained(error, model, data))
            assert told, place
            for where, message, remedy in told:
                said = re.sub(r"“.*?”|'[a-z0-9_]*'", "", f"{message}{remedy}", flags=re.DOTALL)
                assert not MACHINE_WORDS.search(said), (place, message, remedy)
                assert re.search(r"[一-鿿]", message) and re.search(r"[一-鿿]", remedy), (place, message, remedy)
                assert where[: len(place) - 1] == place[: len(where)][: len(place) - 1], (place, where)
            mistakes += 1
    assert mistakes > 20


@pytest.mark.parametrize(
    ("file", "place", "value", "told"),
    [
        (0, ("review", 0, "level"), "town", "“level”不能是“town”"),  # not also: the review is neither none nor auto
        (0, ("review",), "nobody", "“review”写得不对,现在是“nobody”"),
        (0, ("preconditions", 0, "when", "equals", 1), None, "“equals”第2项写得不对,现在是空"),
        (2, ("status_codes", "dead"), 1, "不认识的键“dead”"),  # what stands under it does not matter then
    ],
)
def test_of_what_may_be_written_in_several_ways_only_the_one_that_was_meant_is_told(
    file: int, place: Place, value: Any, told: str
) -> None:
    model, name = FILES[file]
    data = _with(Source(MATTERS / name).data, place, value)
    with pytest.raises(ValidationError) as refused:
        model.model_validate(data)
    ((where, message, _),) = explained(refused.value, model, data)
    assert (where, message) == (place, told)


def test_what_is_well_formed_but_makes_no_sense_is_told_and_stops_nothing() -> None:
    labels, found = default_labels(), 0
    data = Source(MATTERS / "hunan/constructor-2-renewal.v1.yaml").data
    for place in _places(data):
        for changed in (_without(data, place), _with(data, place, 12), _with(data, place, "x_y")):
            try:
                matter = Matter.model_validate(changed)
            except ValidationError:
                continue
            for _, message, remedy in incoherences(matter, labels):
                assert re.search(r"[一-鿿]", message) and remedy, place
                found += 1
    assert found > 20


def test_every_pattern_of_the_language_has_words() -> None:
    asked: set[str] = set()

    def collect(schema: Any) -> None:
        for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            collect(value)
        if isinstance(schema, dict) and isinstance(schema.get("pattern"), str):
            asked.add(schema["pattern"])

    for model in (Matter, CredentialType, OptionSet):
        collect(model.model_json_schema())
    assert asked - FORMS.keys() == set(), "say in contracts/matters/mistakes.py how it is to be written"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 'b\n", "引号"),
        ("a: [1\nb: 2\n", "方括号"),
        ("a: {b: 1\nc: 2\n", "花括号"),
        ("a: b: c\n", "冒号"),
        ("a:\n  - b\n c: 1\n", "缩进"),
        ("a: 1\nb\nc: 2\n", "冒号"),
        ("a: 1\n\tb: 2\n", "制表符"),
        ("a: *b\n", r"\*"),
        ("a: %b\n", "开头"),
    ],
)
def test_what_is_no_yaml_is_told_in_words(text: str, said: str) -> None:
    (problem,) = Source(Path("x.yaml"), text).problems
    assert re.search(said, problem.message) and not re.search(r"[A-Za-z]{4}", problem.message.replace("YAML", ""))


def _places(data: Any, above: Place = ()) -> Iterator[Place]:
    """Every value's, but of a list's items beyond the second only what is inside: they are all alike."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if isinstance(data, dict) or key < 2:
            yield (*above, key)
            yield from _places(value, (*above, key))


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _with(data: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(data)
    _at(changed, place[:-1])[place[-1]] = copy.deepcopy(value)
    return changed


def _without(data: Any, place: Place) -> Any:
    changed = copy.deepcopy(data)
    del _at(changed, place[:-1])[place[-1]]
    return changed
