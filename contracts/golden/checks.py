"""Rules in Python that a field's values must pass when an event is read: JSON Schema does not show them.

A rule that comes to an event later may refuse what is stored. So released.py keeps who checks what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

_INSIDE = ("schema", "items_schema", "keys_schema", "values_schema", "choices", "steps", "lax_schema", "python_schema")


def checks_of(model: type[BaseModel]) -> list[str]:
    """``holder.name: person_name``: each field with the functions that check or change its values, in no order."""
    return sorted(set(_checks(model.__pydantic_core_schema__, "", {}, ())))


def _checks(node: Any, path: str, known: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, list | tuple):
        for one in node:
            yield from _checks(one, path, known, above)
    if not isinstance(node, Mapping):
        return
    kind = str(node.get("type"))
    if kind == "definitions":
        known = {**known, **{one["ref"]: one for one in node["definitions"]}}
    if kind == "definition-ref":
        reference = node["schema_ref"]
        if reference not in above:
            yield from _checks(known[reference], path, known, (*above, reference))
        return
    if kind == "model-fields":
        for name, field in node["fields"].items():
            yield from _checks(field["schema"], f"{path}.{name}".removeprefix("."), known, above)
        return
    if kind.startswith("function-"):
        yield f"{path}: {node['function']['function'].__qualname__}"
    for key in _INSIDE:
        if key in node:
            yield from _checks(node[key], path, known, above)


def fields_of(shape: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Every field of a shape, by the path that checks have."""
    for part in ("anyOf", "prefixItems"):
        for one in shape.get(part, ()):
            yield from fields_of(one, path)
    for part in ("items", "additionalProperties"):
        if isinstance(inner := shape.get(part), Mapping):
            yield from fields_of(inner, path)
    for name, inner in shape.get("properties", {}).items():
        at = f"{path}.{name}".removeprefix(".")
        yield at
        yield from fields_of(inner, at)
