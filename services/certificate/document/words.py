"""The words printed on a certificate of a kind: its own labels, and the constructors' where it has none."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from contracts.labels import Labels, default_labels

Heading = Annotated[str, Field(min_length=1, max_length=8)]
DEFAULT = "default"


class FaceWords(BaseModel):
    """Labels ``certificate_words.<kind>.*``, each from ``certificate_words.default`` where the kind has none.

    An empty ``scope_until`` leaves out what each part of the scope has for a last day; an empty ``first_granted`` the
    day of the first grant; an empty ``extended`` the extensions after review.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    holder: Heading
    sex: Heading
    birth_date: Heading
    resident_id: Heading
    number: Heading
    employer: Heading
    scope: Heading
    scope_until: Annotated[str, Field(max_length=20)]
    first_granted: Annotated[str, Field(max_length=8)]
    validity: Heading
    extended: Annotated[str, Field(max_length=8)]
    extension: Annotated[str, Field(min_length=1, max_length=40)]
    signature: Heading
    signed_on: Heading
    issued_on: Heading
    use_validity: Heading
    identifier: Heading
    reissued: Annotated[str, Field(min_length=1, max_length=60)]
    continues: Annotated[str, Field(min_length=1, max_length=60)]

    @classmethod
    def of(cls, kind: str | None = None, labels: Labels | None = None) -> Self:
        """The words of a kind; without one the default."""
        known = labels or default_labels()
        return cls.model_validate({name: _word(known, kind, name) for name in cls.model_fields})

    @property
    def widest(self) -> int:
        """How many characters the longest heading of a row has."""
        rows = (self.holder, self.sex, self.birth_date, self.resident_id, self.number, self.employer)
        return max(len(word) for word in (*rows, self.scope, self.first_granted, self.validity, self.extended))


def _word(labels: Labels, kind: str | None, name: str) -> str:
    own = labels.find(f"certificate_words.{kind}.{name}") if kind else None
    return own if own is not None else labels.label(f"certificate_words.{DEFAULT}.{name}")
