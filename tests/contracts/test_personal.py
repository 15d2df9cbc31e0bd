"""What is personal is marked once and can be found."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from contracts.identifiers import ResidentId
from contracts.matters.facts import Facts
from contracts.personal import PERSONAL, personal_fields


class Child(BaseModel):
    name: Annotated[str, PERSONAL]
    class_number: int
    siblings: list[Child] = []


class Visit(BaseModel):
    resident_id: ResidentId | None = None
    phones: list[Annotated[str, PERSONAL]] = []
    children: dict[str, Child] = {}
    companion: Annotated[Child | None, PERSONAL] = None
    room: int = 1


def test_personal_fields_are_found_at_every_depth() -> None:
    assert personal_fields(Visit) == {"resident_id", "phones", "children.name", "companion"}


def test_json_schema_says_what_is_personal() -> None:
    described = Visit.model_json_schema()
    assert described["$defs"]["Child"]["properties"]["name"]["x-personal"] is True
    assert "x-personal" not in described["properties"]["room"]
    assert "x-personal" not in described["$defs"]["Child"]["properties"]["class_number"]


def test_the_facts_of_a_filing_mark_the_person() -> None:
    found = personal_fields(Facts)
    assert {"subject.name", "subject.resident_id", "subject.birth_date", "subject.phone"} <= found
    assert not {"subject.verified", "filer.uscc", "filer.name"} & found
