"""RefuseChange: an approval that changes nothing any more is told in the history, once."""

from __future__ import annotations

from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import given
from tests.domain.certificate.life import cancelled, change_refused, refuse_change, reissued
from tests.domain.certificate.samples import OFFICER, THIRD, granted


class TestHappens:
    def test_it_says_why_and_takes_nothing(self) -> None:
        outcome = given(CREDENTIAL, granted(), cancelled()).when(refuse_change()).then(change_refused())
        assert outcome.claims == []

    def test_each_filing_has_its_own(self) -> None:
        history = (granted(), change_refused())
        other = {"filing_id": THIRD, "code": "scope_held"}
        given(CREDENTIAL, *history).when(refuse_change(**other)).then(change_refused(**other))


class TestIgnoredTheSecondTime:
    def test_the_same_filing(self) -> None:
        given(CREDENTIAL, granted(), change_refused()).when(refuse_change()).then_nothing()


class TestRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted()).when(refuse_change(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_granted(self) -> None:
        given(CREDENTIAL).when(refuse_change()).then_refused("credential_not_found", NotFound)

    def test_what_was_carried_out(self) -> None:
        given(CREDENTIAL, granted(), reissued()).when(refuse_change()).then_refused("change_carried_out")
        done = (granted(), cancelled())
        given(CREDENTIAL, *done).when(refuse_change(filing_id=THIRD)).then_refused("change_carried_out")
