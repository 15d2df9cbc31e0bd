"""The kinds of names that matter files use."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from contracts.message import Model


class Part(Model):
    """A part of a matter file: frozen, refuses unknown keys, and is written back under the names it was read
    by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""Of a field, section, attachment, rule or stage: `resident_id`."""

Kebab = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
"""Of a credential or an exclusion group: `constructor-2`."""

MatterCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$", max_length=80)]
"""Of a matter, its province's directory first: `hunan/constructor-2-initial`."""

PlaceCode = Annotated[str, Field(pattern=r"^\d{6}$")]
"""GB/T 2260; `000000` is the whole country."""

FactPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
"""Dotted, into the facts of a filing (`facts.py`): `subject.school`."""
