"""What is printed on a certificate: words and dates as the department prints them, nothing to decide here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.personal import PERSONAL
from services.certificate.document.words import FaceWords

Text = Annotated[str, Field(min_length=1, max_length=120)]
PersonalText = Annotated[str, Field(min_length=1, max_length=120), PERSONAL]


class SpecialtyOnFace(BaseModel):
    """One part of the scope, such as a specialty 注册专业; each has its own expiry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    valid_until: date


class Extension(BaseModel):
    """One extension after review 延期复核: decided when, and good until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decided_on: date
    valid_until: date


class CertificateFace(BaseModel):
    """The standard layout's fields. ``resident_id`` is printed as given, whole or masked.

    ``issue`` counts the electronic certificates from 1. ``predecessor`` is the identifier of the one before: void since a
    second issue, and of another credential on a first one (a re-registration).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text = "中华人民共和国二级建造师注册证书"
    holder_name: PersonalText
    sex: Annotated[Text, PERSONAL]
    birth_date: Annotated[date, PERSONAL]
    resident_id: PersonalText
    specialties: Annotated[tuple[SpecialtyOnFace, ...], Field(min_length=1, max_length=12)]
    employer: Text
    registration_number: Text
    certificate_identifier: Text
    authority: Text
    issued_on: date
    valid_from: date
    valid_until: date
    first_granted_on: date | None = None
    # in their order; where the kind's words have a heading for them
    extensions: tuple[Extension, ...] = ()
    issue: Annotated[int, Field(ge=1, le=999)] = 1
    predecessor: Text | None = None
    words: FaceWords = Field(default_factory=FaceWords.of)
    # 使用有效期: the window in which the holder wants this copy used, inside the certificate's own validity
    use_from: date | None = None
    use_until: date | None = None
    use_note: Annotated[str, Field(max_length=56)] = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        if self.issue > 1 and self.predecessor is None:
            raise ValueError("a later issue names the one before")
        if (self.use_from is None) != (self.use_until is None):
            raise ValueError("use_from and use_until belong together")
        if (
            self.use_from
            and self.use_until
            and not (self.valid_from <= self.use_from <= self.use_until <= self.valid_until)
        ):
            raise ValueError("the use validity lies outside the certificate's own")
        return self
