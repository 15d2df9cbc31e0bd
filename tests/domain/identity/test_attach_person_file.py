"""AttachPersonFile: portrait, ID card, signature and commitment letter, each the latest of its kind."""

from __future__ import annotations

from typing import get_args

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.files import FileRef
from contracts.identity import AttachPersonFile, PersonFile, PersonFileAttached
from contracts.message import Actor
from services.identity.domain.person import PERSON
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, LETTER, NEW_PERSON
from tests.samples import CITY_OFFICER, ENTERPRISE, OTHER_PERSON, PERSON_ID, file
from tests.samples import PERSON as THE_PERSON

PORTRAIT = file("照片.jpg")


def attach(kind: PersonFile = "portrait", content: FileRef = PORTRAIT, actor: Actor = THE_PERSON) -> AttachPersonFile:
    return AttachPersonFile(person_id=PERSON_ID, kind=kind, file=content, meta=meta(actor))


def attached(kind: PersonFile = "portrait", content: FileRef = PORTRAIT) -> PersonFileAttached:
    return PersonFileAttached(person_id=PERSON_ID, kind=kind, file=content)


class TestHappens:
    @pytest.mark.parametrize("kind", get_args(PersonFile))
    def test_an_image_of_every_kind(self, kind: PersonFile) -> None:
        given(PERSON, *NEW_PERSON).when(attach(kind)).then(attached(kind))

    def test_a_commitment_letter_may_be_a_document(self) -> None:
        given(PERSON, *NEW_PERSON).when(attach("commitment_letter", LETTER)).then(attached("commitment_letter", LETTER))

    def test_a_later_one_takes_the_place_of_the_earlier(self) -> None:
        newer = file("新照片.png", "image/png", mark="e")
        outcome = given(PERSON, *NEW_PERSON, attached()).when(attach(content=newer))
        outcome.then(attached(content=newer))
        assert outcome.state.files == {"portrait": newer}


class TestIgnoredTheSecondTime:
    def test_the_same_file(self) -> None:
        given(PERSON, *NEW_PERSON, attached()).when(attach()).then_nothing()

    def test_but_the_same_file_as_another_kind_is_something_else(self) -> None:
        given(PERSON, *NEW_PERSON, attached()).when(attach("signature")).then(attached("signature"))


class TestRefused:
    @pytest.mark.parametrize("kind", sorted(set(get_args(PersonFile)) - {"commitment_letter"}))
    def test_a_document_where_a_picture_is_printed(self, kind: PersonFile) -> None:
        outcome = given(PERSON, *NEW_PERSON).when(attach(kind, LETTER))
        assert outcome.then_refused("file_must_be_image").params == {"kind": kind}

    @pytest.mark.parametrize("actor", [OTHER_PERSON, ENTERPRISE, CITY_OFFICER, ANYBODY])
    def test_by_anybody_else(self, actor: Actor) -> None:
        given(PERSON, *NEW_PERSON).when(attach(actor=actor)).then_refused("not_your_record", NotAllowed)

    def test_nobody_is_registered_under_the_id(self) -> None:
        given(PERSON).when(attach()).then_refused("person_not_found", NotFound)
