"""CancelCredential: ended by a filing, once, and its place is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import given
from tests.domain.certificate.life import cancel, cancelled, entered, expired, lapsed, withdrawn
from tests.domain.certificate.samples import OFFICER, OLD, SECOND, granted, issued


class TestHappens:
    def test_it_is_over_from_then_on(self) -> None:
        state = given(CREDENTIAL, granted(), issued()).when(cancel()).then(cancelled()).state
        assert state.status(granted().granted_on) == "cancelled"
        assert state.in_force(granted().granted_on) == ()
        assert state.status(granted().granted_on, followed=True) == "replaced"

    def test_its_place_is_free_its_number_is_not(self) -> None:
        claims = given(CREDENTIAL, granted()).when(cancel()).claims
        assert claims == [Release("held"), Release("employer"), Release("valid_until")]

    def test_by_one_side_without_the_other(self) -> None:
        given(CREDENTIAL, granted()).when(cancel(forced=True, reason=None)).then(cancelled(forced=True, reason=None))

    def test_also_when_its_last_day_is_over(self) -> None:
        after = granted().valid_until + timedelta(days=9)
        given(CREDENTIAL, granted(), expired()).when(cancel(cancelled_on=after)).then(cancelled(cancelled_on=after))


class TestIgnoredTheSecondTime:
    def test_the_same_filing(self) -> None:
        given(CREDENTIAL, granted(), cancelled()).when(cancel()).then_nothing()


class TestRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted()).when(cancel(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_granted(self) -> None:
        given(CREDENTIAL).when(cancel()).then_refused("credential_not_found", NotFound)

    def test_what_another_filing_has_cancelled(self) -> None:
        given(CREDENTIAL, granted(), cancelled()).when(cancel(filing_id=SECOND)).then_refused("certificate_cancelled")

    def test_what_has_lapsed(self) -> None:
        given(CREDENTIAL, granted(), lapsed()).when(cancel()).then_refused("certificate_lapsed")

    @pytest.mark.parametrize(
        ("history", "code"),
        [((entered(), withdrawn()), "certificate_withdrawn"), ((entered(status="cancelled"),), "certificate_cancelled")],
    )
    def test_what_was_withdrawn_or_over_in_history(self, history: tuple[object, ...], code: str) -> None:
        given(CREDENTIAL, *history).when(cancel(credential_id=OLD)).then_refused(code)  # type: ignore[arg-type]
