"""AttachEnterpriseFile: licence and qualification certificate, by the enterprise itself."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.files import FileRef
from contracts.identity import AttachEnterpriseFile, EnterpriseFileAttached
from contracts.message import Actor
from services.identity.domain.enterprise import ENTERPRISE
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, LETTER, LICENCE, LICENCE_SHOWN, NEW_FIRM
from tests.samples import CITY_OFFICER, ENTERPRISE_ID, OTHER_ENTERPRISE
from tests.samples import ENTERPRISE as THE_FIRM
from tests.samples import PERSON as SOME_PERSON


def attach(content: FileRef = LICENCE, actor: Actor = THE_FIRM) -> AttachEnterpriseFile:
    return AttachEnterpriseFile(enterprise_id=ENTERPRISE_ID, kind="business_licence", file=content, meta=meta(actor))


class TestHappens:
    def test_the_licence_as_a_picture(self) -> None:
        given(ENTERPRISE, *NEW_FIRM).when(attach()).then(LICENCE_SHOWN)

    def test_a_newer_one_as_a_document(self) -> None:
        outcome = given(ENTERPRISE, *NEW_FIRM, LICENCE_SHOWN).when(attach(LETTER))
        outcome.then(EnterpriseFileAttached(enterprise_id=ENTERPRISE_ID, kind="business_licence", file=LETTER))
        assert outcome.state.files == {"business_licence": LETTER}


class TestIgnoredTheSecondTime:
    def test_the_same_file(self) -> None:
        given(ENTERPRISE, *NEW_FIRM, LICENCE_SHOWN).when(attach()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, SOME_PERSON, CITY_OFFICER, ANYBODY])
    def test_by_anybody_else(self, actor: Actor) -> None:
        outcome = given(ENTERPRISE, *NEW_FIRM).when(attach(actor=actor))
        outcome.then_refused("not_your_record", NotAllowed)

    def test_nobody_is_registered_under_the_id(self) -> None:
        given(ENTERPRISE).when(attach()).then_refused("enterprise_not_found", NotFound)
