"""One example of every command, question and event: the same made-up case told throughout, by field name.

A message with a field that has no example here cannot be frozen (tests say so), so whoever adds one says what it looks like.
"""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from contracts.examples.fields import BY_NAME, CERTIFICATE_HOLDER
from contracts.examples.messages import BY_MESSAGE
from contracts.message import MESSAGES, Message


class NoExample(LookupError):
    """A required field has no example; the text names it."""


def example(name: str) -> Message:
    """The example of the message of this name."""
    cls = MESSAGES[name]
    return cls.model_validate(_values(cls, name))


def _values(cls: type[BaseModel], path: str) -> dict[str, Any]:
    own = BY_MESSAGE.get(path, {})
    values: dict[str, Any] = {}
    for field, info in cls.model_fields.items():
        if field in own:
            values[field] = CERTIFICATE_HOLDER if own[field] == "HOLDER" else own[field]
        elif (inner := _model(info)) is not None and field not in BY_NAME:
            values[field] = _values(inner, f"{path}.{field}")
        elif field in BY_NAME:
            values[field] = BY_NAME[field]
        elif info.is_required():
            raise NoExample(f"{path}: no example for the field {field!r}; add it to contracts/examples/")
    return values


def _model(info: FieldInfo) -> type[BaseModel] | None:
    """The model of a field, also of an optional one, so that examples are whole."""
    annotation: Any = info.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next((a for a in get_args(annotation) if a is not type(None)), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
