"""Marks what is personal data in a contract, once, so that logs, routing keys and exports can leave it out.

Personal Information Protection Law 个人信息保护法 art. 51 asks for de-identification; nobody can de-identify
what is not marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class _Personal:
    """`Annotated[str, PERSONAL]`: the value says something about a natural person."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        return {**described, "x-personal": True}

    def __repr__(self) -> str:
        return "PERSONAL"


PERSONAL = _Personal()


def personal_fields(model: type[BaseModel]) -> set[str]:
    """Dotted paths of the personal fields of a model; list items and mapping values keep their holder's
    path.
    """
    return set(_paths(model, frozenset()))


def _paths(model: type[BaseModel], above: frozenset[type]) -> Iterator[str]:
    if model in above:  # a recursive model: its fields are told once
        return
    for name, field in model.model_fields.items():
        if _marked(field.metadata) or _marked(_annotations(field.annotation)):
            yield name
            continue
        for inner in _models(field.annotation):
            for path in _paths(inner, above | {model}):
                yield f"{name}.{path}"


def _marked(annotations: Any) -> bool:
    return any(isinstance(one, _Personal) for one in annotations)


def _annotations(annotation: Any) -> Iterator[Any]:
    """Everything said by `Annotated` anywhere inside a type: `list[Annotated[str, PERSONAL]] | None` too."""
    yield from getattr(annotation, "__metadata__", ())
    for argument in get_args(annotation):
        yield from _annotations(argument)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
