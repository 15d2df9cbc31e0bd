"""Arbitrary bodies of a released shape, as hypothesis strategies: what a log may hold, not only what an example says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from hypothesis import strategies as st

_TEXT = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30)
VALID: Mapping[str, st.SearchStrategy[str]] = {
    "person_name": _TEXT,
    "plain_words": _TEXT,
    "resident_id": st.sampled_from(["430102199003071234", "11010519491231002X"]),
    "uscc_number": st.sampled_from(["91350100M000100Y43", "11430000006122244L"]),
    "phone_number": st.sampled_from(["13900000000", "13800138000"]),
    "telephone_number": st.sampled_from(["0731-88950000", "13800138000"]),
    "registration_number": st.sampled_from(["湘2432025202600001", "粤2442021202125000"]),
    "certificate_identifier": st.just("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"),
}
"""Values that pass the checks which a shape does not show, by the name of the check."""


def bodies(released: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies of an event as the lock has it; a field that may be missing is missing at times."""
    return _values(released["shape"], dict(check.split(": ") for check in released["checks"]), "")


def _values(shape: Mapping[str, Any], checks: Mapping[str, str], path: str) -> st.SearchStrategy[Any]:
    if "anyOf" in shape:
        return st.one_of([_values(one, checks, path) for one in shape["anyOf"]])
    if "const" in shape or "enum" in shape:
        return st.sampled_from(shape.get("enum") or [shape["const"]])
    match shape.get("type"):
        case "object":
            return _object(shape, checks, path)
        case "array":
            return _array(shape, checks, path)
        case "string":
            return VALID[checks[path]] if path in checks else _string(shape)
        case "integer":
            return st.integers(
                shape.get("minimum", shape.get("exclusiveMinimum", -(2**31)) + ("exclusiveMinimum" in shape)),
                shape.get("maximum", shape.get("exclusiveMaximum", 2**31) - ("exclusiveMaximum" in shape)),
            )
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case None:  # anything that JSON has
            scalars = st.none() | st.booleans() | st.integers() | _text(0, 20)
            return st.recursive(scalars, lambda inner: st.lists(inner, max_size=3))
    raise NotImplementedError(f"no instances of {shape}")


def _object(shape: Mapping[str, Any], checks: Mapping[str, str], path: str) -> st.SearchStrategy[Any]:
    if "properties" not in shape:
        others = shape.get("additionalProperties", True)
        values = _values(others if isinstance(others, Mapping) else {}, checks, path)
        return st.dictionaries(_text(1, 10), values, max_size=3)
    fields = {
        name: _values(inner, checks, f"{path}.{name}".removeprefix(".")) for name, inner in shape["properties"].items()
    }
    required = set(shape.get("required", ()))
    return st.fixed_dictionaries(
        {name: kind for name, kind in fields.items() if name in required},
        optional={name: kind for name, kind in fields.items() if name not in required},
    )


def _array(shape: Mapping[str, Any], checks: Mapping[str, str], path: str) -> st.SearchStrategy[Any]:
    if "prefixItems" in shape:
        return st.tuples(*(_values(one, checks, path) for one in shape["prefixItems"])).map(list)
    least = shape.get("minItems", 0)
    most = min(shape.get("maxItems", least + 2), least + 2)
    items = _values(shape.get("items", {}), checks, path)
    return st.lists(items, min_size=least, max_size=most, unique=shape.get("uniqueItems", False))


def _string(shape: Mapping[str, Any]) -> st.SearchStrategy[str]:
    match shape.get("format"):
        case "uuid":
            return st.uuids().map(str)
        case "date":
            return st.dates().map(str)
        case "date-time":
            return st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat())
    least, most = shape.get("minLength", 0), shape.get("maxLength", 200)
    if (pattern := shape.get("pattern")) is None:
        return _text(least, most)
    # the pattern's own \d is meant as pydantic has it: of ASCII
    return st.from_regex(pattern.replace(r"\d", "[0-9]"), fullmatch=True).filter(lambda text: least <= len(text) <= most)


def _text(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=least, max_size=max(least, min(most, 30)))
