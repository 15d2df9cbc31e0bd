"""LapseCredential: the law ends what its kind lapses on, once."""

from __future__ import annotations

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import given
from tests.domain.certificate.life import cancelled, entered, expired, lapse, lapsed, reinstate, reinstated, reissue
from tests.domain.certificate.samples import OFFICER, OLD, granted


class TestHappens:
    @pytest.mark.parametrize("cause", ["employer_closed", "employer_unqualified", "over_age", "holder_died"])
    def test_it_says_why_and_whom_to_tell(self, cause: str) -> None:
        outcome = given(CREDENTIAL, granted()).when(lapse(cause=cause)).then(lapsed(cause=cause))
        assert outcome.state.status(granted().granted_on) == "lapsed"
        assert Release("held") in outcome.claims

    def test_an_old_one_too(self) -> None:
        given(CREDENTIAL, entered()).when(lapse(credential_id=OLD)).then_types(type(lapsed()))


class TestReinstated:
    """Only what lapsed by a cause that was none."""

    def test_it_holds_again_as_if_nothing_had_been(self) -> None:
        lost = lapsed(cause="holder_died")
        outcome = given(CREDENTIAL, granted(), lost).when(reinstate()).then(reinstated())
        assert outcome.state.status(granted().granted_on) == "valid"
        back = {one.kind for one in outcome.claims}
        assert back == {"held", "employer", "valid_until"}

    def test_what_ended_otherwise_or_holds_stays_as_it_is(self) -> None:
        for since in ((), (lapsed(),), (cancelled(),), (lapsed(cause="holder_died"), reinstated())):
            given(CREDENTIAL, granted(), *since).when(reinstate()).then_nothing()

    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted(), lapsed(cause="holder_died")).when(reinstate(OFFICER)).then_refused("only_by_approval", NotAllowed)
        given(CREDENTIAL).when(reinstate()).then_refused("credential_not_found", NotFound)


class TestIgnoredTheSecondTime:
    def test_whatever_the_other_cause(self) -> None:
        given(CREDENTIAL, granted(), lapsed()).when(lapse()).then_nothing()
        given(CREDENTIAL, granted(), lapsed()).when(lapse(cause="employer_unqualified")).then_nothing()


class TestRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted()).when(lapse(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_granted(self) -> None:
        given(CREDENTIAL).when(lapse()).then_refused("credential_not_found", NotFound)

    def test_a_cause_on_which_its_kind_does_not_lapse(self) -> None:
        given(CREDENTIAL, granted()).when(lapse(cause="employment_ended")).then_refused("not_a_cause_of_its_kind")

    def test_what_has_ended_already(self) -> None:
        given(CREDENTIAL, granted(), cancelled()).when(lapse()).then_refused("certificate_cancelled")
        given(CREDENTIAL, granted(), expired()).when(lapse()).then_refused("certificate_expired")

    def test_no_filing_brings_it_back(self) -> None:
        given(CREDENTIAL, granted(), lapsed()).when(reissue()).then_refused("certificate_lapsed")
