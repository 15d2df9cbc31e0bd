"""What approval does to a credential: which, for how long, under what number, and what is written on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from contracts.identifiers import Uscc
from contracts.matters.conditions import Shift
from contracts.matters.lookup import value_at
from contracts.matters.names import FactPath, Kebab, Name, Part
from contracts.places import province_of

EffectKind = Literal[
    "grant",
    "renew",
    "extend",
    "replace",
    "amend",
    "transfer",
    "cancel",
    "force_cancel",
    "correct",
    "supplement",
]

GIVEN = frozenset({"province_abbreviation", "province_code", "registered_year", "serial"})
"""What a number pattern may always use; anything else it takes from `values`."""


class Validity(Part):
    """How long a credential is good for.

    It begins with the day of the decision; `from: expiry` continues the period that ends (a renewal), where that is not
    over yet.
    """

    years: int = Field(strict=True, default=0, ge=0, le=50)
    months: int = Field(strict=True, default=0, ge=0, le=600)
    from_: Literal["decision", "expiry"] = Field(default="decision", alias="from")

    def last_day(self, first: date) -> date:
        """The last day it is valid: 3 years from 2026-05-10 end with 2029-05-09."""
        return Shift(years=self.years, months=self.months).from_(first) - timedelta(days=1)


def _can_be_filled(text: str) -> str:
    try:
        text.format_map({name: 1 for _, name, _, _ in Formatter().parse(text) if name is not None})
    except (ValueError, KeyError, AttributeError, TypeError):
        raise PydanticCustomError("number_pattern", "braces or formats cannot be filled in") from None
    return text


Pattern = Annotated[str, AfterValidator(_can_be_filled)]


class NumberPattern(Part):
    """How numbers are made. `series` says which numbers share a running serial: one serial for each text it
    gives.
    """

    pattern: Pattern
    series: Pattern
    values: dict[Name, FactPath] = Field(default_factory=dict)

    @property
    def variables(self) -> frozenset[str]:
        """The names between braces, of both texts."""
        parsed = (part for text in (self.pattern, self.series) for part in Formatter().parse(text))
        return frozenset(name for _, name, _, _ in parsed if name is not None)

    def series_of(self, place: str, facts: Mapping[str, Any], on: date) -> str:
        """The series from which the next serial is to be drawn."""
        return self.series.format_map(self._values(place, facts, on))

    def number(self, place: str, facts: Mapping[str, Any], on: date, serial: int) -> str:
        """The number, once the serial is drawn; ValueError when a fact it is made of is missing."""
        return self.pattern.format_map({**self._values(place, facts, on), "serial": serial})

    def _values(self, place: str, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        province = province_of(place)
        taken = {name: value_at(facts, path) for name, path in self.values.items()}
        missing = sorted(name for name, value in taken.items() if value is None)
        if missing:
            raise ValueError(f"the number cannot be made: no {', '.join(missing)} in the facts")
        return {
            "province_abbreviation": province.abbreviation,
            "province_code": province.code,
            "registered_year": on.year,
            **taken,
        }


class Identifier(Part):
    """The fixed parts of the certificate identifier 电子证照标识 (GB/T 36904)."""

    type: Annotated[str, Field(pattern=r"^[0-9A-Z]{18}\d{3}$")]
    issuer: Uscc
    issuer_name: str


class Writes(Part):
    """What of a certificate is written anew, each taken from a fact: all else stays as it was.

    `employer: filer` writes the enterprise of the filing (`none`: no employer). `valid_until` is of the whole certificate
    and of what in the scope ended with it: what ends earlier by itself keeps its own day, never beyond the new one.
    """

    name: FactPath | None = None
    resident_id: FactPath | None = None
    registration_number: FactPath | None = None
    granted_on: FactPath | None = None
    valid_from: FactPath | None = None
    valid_until: FactPath | None = None
    scope: FactPath | None = None
    employer: Literal["filer", "none"] | None = None


class PersonAmendment(Part):
    """What of the person's own record is mended by the approval: their name after a change, proven by the filing."""

    name: FactPath | None = None
    resident_id: FactPath | None = None


class Effect(Part):
    """What happens when the filing takes effect. `scope` is what the credential is good for, such as its
    specialties.

    - `grant`: a new credential; of a matter about a former certificate, granted anew: the former one is its predecessor.
    - `renew`: a new validity period for `scope` (without it, for all of it). `extend`: `scope` more, until the
      certificate's own last day; with `validity`, for so long.
    - `replace`: a new issue that says the same; the old one is void. `amend`, `transfer`, `correct`: a new issue with
      what `writes` names. Every new issue has the next version of the identifier, and names the one before.
    - `cancel`, `force_cancel`: the credential ends.
    - `supplement`: one that the history lacks is entered, as `writes` says.
    """

    kind: EffectKind
    credential: Kebab
    holder: Literal["person", "enterprise"] = "person"
    validity: Validity | None = None
    number: NumberPattern | None = None
    identifier: Identifier | None = None
    scope: FactPath | None = None
    attributes: dict[Name, FactPath] = Field(default_factory=dict)
    writes: Writes = Writes()
    person: PersonAmendment | None = None

    def attributes_from(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What will be written on the credential; facts that are not there are left out."""
        found = {name: value_at(facts, path) for name, path in self.attributes.items()}
        return {name: value for name, value in found.items() if value is not None}

    def scope_from(self, facts: Mapping[str, Any]) -> tuple[str, ...]:
        """The scope asked for: one choice or several."""
        found = value_at(facts, self.scope) if self.scope else None
        if found is None:
            return ()
        return (found,) if isinstance(found, str) else tuple(found)
