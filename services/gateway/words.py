"""The words that people read here: this service's own label files first, then those of contracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.labels import Labels, default_labels

HERE = Path(__file__).parent

# What pydantic calls a mistake, and what we do: one code for one thing, whoever found it.
_SAME = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "wrong_form",
    "literal_error": "invalid_choice",
    "enum": "invalid_choice",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_great",
    "less_than_equal": "too_great",
    "model_type": "not_an_object",
    "dict_type": "not_an_object",
}
_NO_DATE = re.compile(r"date(time)?_(type|parsing|object_invalid|past|future|from_\w+)")
"""Pydantic's codes; ours begin with date too: date_impossible, dates_in_order."""
_OF_LISTS = {"too_short": "too_few", "too_long": "too_many"}
"""The words where it is items that are too few, not characters; the code stays."""
_LIMITS = ("limit", "min_length", "max_length", "ge", "gt", "le", "lt")


@cache
def own() -> Labels:
    """This service's label files."""
    return Labels.load(HERE)


def words(key: str, **params: Any) -> str:
    """Words of this service, by key; an unknown key is a mistake of ours."""
    return own().label(key, **params)


def our_code(code: str) -> str:
    """The code that clients see for a mistake."""
    if code in _SAME:
        return _SAME[code]
    if _NO_DATE.fullmatch(code):
        return "invalid_date"
    if code.endswith(("_type", "_parsing", "_parsing_size", "_size", "_from_float")):
        return "wrong_type"
    return code


def find(code: str, *, in_field: bool = False) -> str | None:
    """The sentence for a code as written, with its gaps; None when there is none.

    The same code may be said of a whole request and of one field: contracts have the words for fields.
    """
    shared = default_labels()
    if (said := shared.find(f"rules.{code}.says")) is not None:
        return f"{said}。{shared.find(f'rules.{code}.remedy') or ''}"
    mine, theirs = own().find(f"codes.{code}"), shared.find(f"problems.{code}")
    return (theirs or mine) if in_field else (mine or theirs)


def sentence(code: str, params: Mapping[str, Any] | None = None, *, in_field: bool = False) -> str:
    """What is wrong and what to do; a general sentence with the code when nobody wrote one."""
    given = dict(params or {})
    said = find(_OF_LISTS.get(code, code) if "field_type" in given else code, in_field=in_field)
    if said is None:
        return words("codes.unknown", code=code)
    for name, key in (("level", "levels"), ("duty", "duties"), ("by", "parties"), ("filed_by", "parties")):
        if name in given:
            given[name] = own().find(f"{key}.{given[name]}") or default_labels().find(f"{key}.{given[name]}") or given[name]
    if "max_bytes" in given:
        given["max_size"] = f"{int(given['max_bytes']) // 1024**2} MB"
    limit = next((given[name] for name in _LIMITS if name in given), None)
    return said.format_map(_Gaps({"limit": limit, **given} if limit is not None else given))


def about(field: str) -> str:
    """What people call a field: its label, or its own name."""
    last = field.rpartition(".")[2]
    shared = default_labels()
    for key in (f"fields.{last}", f"attachments.{last}"):
        if (said := own().find(key) or shared.find(key)) is not None:
            return said
    return field


class _Gaps(dict[str, Any]):
    """A gap that nobody filled stays visible as an ellipsis instead of failing the reply."""

    def __missing__(self, key: str) -> str:
        return "…"
