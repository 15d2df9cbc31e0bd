"""What departments call their columns, specialties and states: data (columns.yaml), with the words of the matters' own options."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from contracts.matters.registry import UnknownMatter, default_registry


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of list: field → its names, the first of which is what we call it; ``required`` ones."""

    names: Mapping[str, tuple[str, ...]]
    required: frozenset[str]

    def field(self, called: str) -> str | None:
        """The field that a heading stands for."""
        return next((field for field, names in self.names.items() if called in names), None)

    def called(self, field: str) -> str:
        """What we call it."""
        names = self.names.get(field)
        return names[0] if names else field


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "columns.yaml").read_text("utf-8"))
    return found


def columns_of(kind: str) -> Columns:
    """Of qualifications or certificates."""
    own = _data()["columns"][kind]
    return Columns({field: tuple(names) for field, names in own["names"].items()}, frozenset(own["required"]))


def statuses() -> Mapping[str, str]:
    """有效 → valid, 吊销 → taken_away."""
    return {word: status for status, said in _data()["statuses"].items() for word in said}


def levels() -> Mapping[str, str]:
    """二级 → second-class."""
    return {word: level for level, said in _data()["levels"].items() for word in said}


def is_total(text: str) -> bool:
    """Whether a cell begins what stands below a table: 合计, 制表人."""
    return text.startswith(tuple(_data()["below"]))


@cache
def scopes_of(credential: str) -> Mapping[str, str]:
    """The words for each specialty or category of a kind of credential → its code: labels, synonyms, the codes themselves."""
    registry = default_registry()
    try:
        kind = registry.credential(credential)
    except UnknownMatter:
        return {}
    found: dict[str, str] = {}
    for option in kind.options:
        label = registry.labels.find(f"options.{kind.scope}.{option}")
        for word in (option, label, *_data()["scopes"].get(kind.scope, {}).get(option, ())):
            if word:
                found[unicodedata.normalize("NFKC", word)] = option  # as cells are read
    return found


def scope_field(credential: str) -> str:
    """What the scope of this kind is called: specialty, category."""
    try:
        return default_registry().credential(credential).scope
    except UnknownMatter:
        return "specialty"
