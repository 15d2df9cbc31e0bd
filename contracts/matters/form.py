"""What the filer fills in: named sections of typed fields, each telling where its first value comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Limits

from contracts.matters.conditions import Condition
from contracts.matters.names import FactPath, Kebab, Name, Part

FieldType = Literal[
    "text", "date", "choice", "multi_choice", "integer", "decimal", "boolean",
    "phone", "telephone", "resident_id", "uscc",
]  # fmt: skip

OptionSetName = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*@[1-9]\d*$")]
"""A list of options kept in its own file: `hunan/constructor-2-specialties@1`."""


class Field(Part):
    """One field. `fixed` ones show what is on record and cannot be typed over; hidden ones (`visible_when`)
    are not asked.

    Choices list their `options` here or name a file by `options_from`; either way `options` has them once
    loaded. An option written in Chinese is a national standard word (民族) and is its own label.

    `number_of`: the text is a number of that kind of credential; once loaded `numbers` has the forms of the kind's latest
    version, and `sample_number` one to show.
    """

    name: Name
    type: FieldType
    required: bool | Condition = False
    max_length: int = Limits(strict=True, default=100, ge=1, le=4000)
    minimum: int | None = Limits(default=None, strict=True)
    maximum: int | None = Limits(default=None, strict=True)
    options: tuple[str, ...] = ()
    options_from: OptionSetName | None = None
    number_of: Kebab | None = None
    numbers: tuple[str, ...] = ()
    sample_number: str | None = None
    prefill: FactPath | None = None
    fixed: bool = False
    personal: bool = False
    visible_when: Condition | None = None


class Section(Part):
    """Fields under one heading; a filer may save section by section."""

    name: Name
    fields: tuple[Field, ...] = Limits(min_length=1)


class Form(Part):
    """The sections of a matter's form, in the order they are shown and printed."""

    sections: tuple[Section, ...] = Limits(min_length=1)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of every section, in order."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, name: str) -> Field | None:
        """The field of that name, if the form has it."""
        return next((field for field in self.fields if field.name == name), None)


class OptionSet(Part):
    """A file `<name>.v<version>.options.yaml` of options that several matters share; `source` says who
    decided them.
    """

    source: str
    options: tuple[str, ...] = Limits(min_length=1)
