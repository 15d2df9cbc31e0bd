"""Whether a typed value has the shape of its field, and the one way it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from contracts import identifiers
from contracts.matters.form import Field

Finding = tuple[str, dict[str, str | int]]
"""A code and the numbers that its words need."""

_IDENTIFIERS: Mapping[str, Callable[[str], str]] = {
    "phone": identifiers.phone_number,
    "telephone": identifiers.telephone_number,
    "resident_id": identifiers.resident_id,
    "uscc": identifiers.uscc_number,
}


def shape_problem(field: Field, value: Any) -> Finding | None:
    """What is wrong with the value as one of its type, or None."""
    match field.type:
        case "boolean":
            return None if isinstance(value, bool) else _wrong(field)
        case "integer" | "decimal":
            return _number_problem(field, value)
        case "multi_choice":
            return _choices_problem(field, value)
    if not isinstance(value, str):
        return _wrong(field)
    match field.type:
        case "choice":
            return None if value in field.options else ("invalid_choice", {})
        case "date":
            return None if _is_date(value) else ("invalid_date", {})
        case "text":
            return _text_problem(field, value)
    try:
        _IDENTIFIERS[field.type](value)
    except PydanticCustomError as error:
        return error.type, {}
    return None


def canonical(field: Field, value: Any) -> Any:
    """The value as it is kept: identifiers in their one written form, text without blanks around it."""
    if not isinstance(value, str):
        return value
    if field.type in _IDENTIFIERS:
        try:
            return _IDENTIFIERS[field.type](value)
        except PydanticCustomError:
            return value
    return value.strip()


def _text_problem(field: Field, value: str) -> Finding | None:
    if len(value) > field.max_length:
        return "too_long", {"limit": field.max_length}
    # they cannot be printed on a certificate, and half of a surrogate pair cannot even be stored
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", value):
        return "unprintable", {}
    if field.numbers and not any(re.fullmatch(form, value.strip()) for form in field.numbers):
        return "number_form", {"example": field.sample_number or ""}
    return None


def _number_problem(field: Field, value: Any) -> Finding | None:
    if isinstance(value, bool):
        return _wrong(field)
    if field.type == "integer" and not isinstance(value, int):
        return _wrong(field)
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", str(value)):  # neither nan nor 1e400
        return _wrong(field)
    number = Decimal(str(value))
    if field.minimum is not None and number < field.minimum:
        return "too_small", {"limit": field.minimum}
    if field.maximum is not None and number > field.maximum:
        return "too_great", {"limit": field.maximum}
    return None


def _choices_problem(field: Field, value: Any) -> Finding | None:
    if not isinstance(value, list | tuple):
        return _wrong(field)
    if any(one not in field.options for one in value) or len(value) > len(set(value)):
        return "invalid_choice", {}
    return None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _wrong(field: Field) -> Finding:
    return "wrong_type", {"expected": field.type}
