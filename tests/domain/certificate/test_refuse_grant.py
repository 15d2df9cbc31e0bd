"""RefuseGrant: an approval that gives nothing is told in history, and takes nothing from anybody."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed
from contracts.message import Actor
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import given
from tests.domain.certificate.samples import OFFICER, SECOND, grant_refused, granted, issued, record, refuse_grant


class TestHappens:
    def test_it_says_which_credential_stands_in_the_way(self) -> None:
        outcome = given(CREDENTIAL).when(refuse_grant()).then(grant_refused())
        assert outcome.claims == []


class TestIgnoredTheSecondTime:
    def test_refused_once(self) -> None:
        given(CREDENTIAL, grant_refused()).when(refuse_grant()).then_nothing()

    def test_another_filing_that_would_have_entered_the_same_number_has_an_answer_of_its_own(self) -> None:
        given(CREDENTIAL, grant_refused()).when(refuse_grant(filing_id=SECOND)).then(grant_refused(filing_id=SECOND))


class TestRefused:
    @pytest.mark.parametrize("actor", [OFFICER, Actor(kind="operator", account_id="x")])
    def test_nobody_orders_it(self, actor: Actor) -> None:
        given(CREDENTIAL).when(refuse_grant(actor)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_granted(self) -> None:
        given(CREDENTIAL, granted(), issued()).when(refuse_grant()).then_refused("credential_exists")

    def test_what_was_refused_has_no_document(self) -> None:
        given(CREDENTIAL, grant_refused()).when(record()).then_refused("credential_not_found")
