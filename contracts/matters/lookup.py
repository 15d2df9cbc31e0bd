"""Finds a fact by its dotted path, and says whether it tells anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def value_at(facts: Mapping[str, Any], path: str) -> Any:
    """What a dotted path leads to, or None when it leads nowhere."""
    found: Any = facts
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def is_present(value: Any) -> bool:
    """Whether a value says anything: false and 0 do; null, blank text and empty lists do not."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {}, ())
