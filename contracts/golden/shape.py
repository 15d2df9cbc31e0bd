"""The shape of a stored event, and whether everything that was ever stored in it can still be read as the same.

Names, types, limits, what is required, what stands for what is missing, what is personal. Words for people are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

Shape = Mapping[str, Any]
_WORDS = {"title", "description", "examples", "discriminator"}
_AT_LEAST = ("minLength", "minItems", "minimum", "exclusiveMinimum")
_AT_MOST = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
_PARTS = {"properties", "required", "additionalProperties", "items", "prefixItems", "anyOf", "oneOf", "enum", "const"}
_PERSONAL = "x-personal"


def shape_of(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema without words, whole: no references, except where a model holds itself."""
    schema = model.model_json_schema()
    plain: dict[str, Any] = _plain(schema, schema.get("$defs", {}), ())
    return plain


def _plain(node: Any, models: Mapping[str, Any], above: tuple[str, ...]) -> Any:
    if not isinstance(node, dict):
        return node
    if (reference := node.get("$ref")) is not None:
        name = reference.removeprefix("#/$defs/")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        if name in above:
            return {"recursive": name, **_plain(beside, models, above)}
        return _plain({**models[name], **beside}, models, (*above, name))
    found: dict[str, Any] = {}
    for key, value in node.items():
        if key in _WORDS or key == "$defs":
            continue
        if key == "properties":  # its keys are names of fields, also where one is called "title"
            found[key] = {field: _plain(inner, models, above) for field, inner in value.items()}
        elif key in ("anyOf", "oneOf", "prefixItems"):
            found["anyOf" if key == "oneOf" else key] = [_plain(inner, models, above) for inner in value]
        elif key in ("items", "additionalProperties"):
            found[key] = _plain(value, models, above)
        else:
            found[key] = value
    return found


def changes(old: Shape, new: Shape, where: str = "", personal: bool = False) -> list[str]:
    """What in ``new`` breaks the promise of ``old``; nothing when every stored body still says the same.

    Allowed: a field more that may be missing, a value more, null too, wider limits, more that is personal.
    """
    at = where or "the event"
    personal = personal or bool(new.get(_PERSONAL))
    if old.get(_PERSONAL) and not personal and "anyOf" not in new:
        return [f"{at}: no longer marked as personal"]
    if "anyOf" in old or "anyOf" in new:
        mark = {_PERSONAL: True} if old.get(_PERSONAL) else {}
        found: list[str] = []
        for one in old.get("anyOf", [old]):
            # the alternative that comes nearest tells best what is wrong
            tried: list[list[str]] = [changes({**one, **mark}, other, where, personal) for other in new.get("anyOf", [new])]
            nearest = min(tried, key=len)
            found += nearest
        return found
    if (old_values := _values(old)) is not None and (new_values := _values(new)) is not None:
        gone = [value for value in old_values if value not in new_values]
        return [f"{at}: {gone} can no longer be read"] if gone else []
    if old.get("type") != new.get("type") or _values(new) is not None or _values(old) is not None:
        return [f"{at}: was {_told(old)}, is {_told(new)}"]
    return [*_limits(old, new, at), *_fields(old, new, where, personal), *_items(old, new, where, personal)]


def _values(node: Shape) -> list[Any] | None:
    return [node["const"]] if "const" in node else node.get("enum")


def _told(node: Shape) -> str:
    values = _values(node)
    return f"one of {values}" if values is not None else str(node.get("type", "anything"))


def _limits(old: Shape, new: Shape, at: str) -> Iterator[str]:
    for key in sorted((old.keys() | new.keys()) - _PARTS - {"type", "default", _PERSONAL}):
        before, after = old.get(key), new.get(key)
        wider = (
            (after is None and key != "format")
            or (before is not None and key in _AT_LEAST and after <= before)
            or (before is not None and key in _AT_MOST and after >= before)
        )
        if before != after and not wider:
            yield f"{at}: {key} was {before}, is {after}"


def _fields(old: Shape, new: Shape, where: str, personal: bool) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for field in before:
        path = f"{where}.{field}" if where else field
        if field not in after:
            yield f"{path}: gone, or renamed"
            continue
        yield from changes(before[field], after[field], path, personal)
        if field in new.get("required", ()) and field not in old.get("required", ()):
            yield f"{path}: was optional, is required"
        elif field not in old.get("required", ()) and not kept(before[field].get("default"), after[field].get("default")):
            yield f"{path}: another default, which would change what events stored without it say"
    for field in after.keys() - before.keys():
        if field in new.get("required", ()):
            yield f"{where}.{field}".removeprefix(".") + ": new and required, though stored events lack it"
    if "additionalProperties" in old or "additionalProperties" in new:
        yield from _others(old.get("additionalProperties", True), new.get("additionalProperties", True), where, personal)


def kept(old: Any, new: Any) -> bool:
    """Whether everything that was said is still said the same way, whatever else is said besides."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and kept(value, new[key]) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(kept, old, new))
    return bool(old == new)


def _others(old: Any, new: Any, where: str, personal: bool) -> Iterator[str]:
    """Values under keys that are not fixed: True anything, False none, a shape."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from changes(old, new, f"{where}.*", personal)
    elif old is not False and new is not True:
        yield f"{where}.*: was {'anything' if old is True else _told(old)}, is {_told(new) if new else 'nothing'}"


def _items(old: Shape, new: Shape, where: str, personal: bool) -> Iterator[str]:
    before, after = old.get("prefixItems", []), new.get("prefixItems", [])
    if len(before) != len(after):
        yield f"{where}: {len(before)} items before, {len(after)} now"
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        yield from changes(one, other, f"{where}[{number}]", personal)
    if "items" in new:
        if "items" in old:
            yield from changes(old["items"], new["items"], f"{where}[]", personal)
        else:
            yield f"{where}[]: was anything, is {_told(new['items'])}"
