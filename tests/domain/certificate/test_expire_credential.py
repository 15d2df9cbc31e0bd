"""ExpireCredential: said once the last day is over; the day itself decides before that."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import CHINA, given
from tests.domain.certificate.life import cancelled, entered, expire, expired, lapsed, reissued
from tests.domain.certificate.samples import AFTER_ITS_END, OFFICER, OLD, granted

LAST = granted().valid_until


class TestHappens:
    def test_the_day_after_its_last(self) -> None:
        outcome = given(CREDENTIAL, granted()).when(expire()).then(expired())
        assert outcome.claims == [Release("held"), Release("employer"), Release("valid_until")]
        assert outcome.state.status(LAST) == "valid", "what was true that day stays true"

    def test_the_date_had_decided_before(self) -> None:
        assert CREDENTIAL.fold([granted()]).status(LAST + timedelta(days=1)) == "expired"


class TestIgnoredTheSecondTime:
    def test_said_once(self) -> None:
        given(CREDENTIAL, granted(), expired()).when(expire()).then_nothing()

    def test_a_renewal_in_between_wins(self) -> None:
        given(CREDENTIAL, granted(), reissued()).when(expire()).then_nothing()

    def test_what_has_ended_otherwise_has_no_last_day_to_be_told_of(self) -> None:
        given(CREDENTIAL, granted(), cancelled()).when(expire()).then_nothing()
        given(CREDENTIAL, granted(), lapsed()).when(expire()).then_nothing()

    def test_what_was_over_when_it_was_entered_is_history(self) -> None:
        old = entered(entered_on=entered().valid_until + timedelta(days=1))
        order = expire(credential_id=OLD, valid_until=old.valid_until)
        given(CREDENTIAL, old).when(order).then_nothing()
        assert CREDENTIAL.fold([old]).status(old.entered_on) == "expired"


class TestRefused:
    def test_nobody_orders_it(self) -> None:
        given(CREDENTIAL, granted()).when(expire(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_what_was_never_granted(self) -> None:
        given(CREDENTIAL).when(expire()).then_refused("credential_not_found", NotFound)

    def test_on_its_last_day_in_china(self) -> None:
        midnight = datetime(2029, 11, 20, 0, 0, tzinfo=CHINA)
        before = midnight - timedelta(seconds=1)
        given(CREDENTIAL, granted()).when(expire(at=before)).then_refused("not_over_yet")
        given(CREDENTIAL, granted()).when(expire(at=midnight)).then(expired())
        assert midnight < AFTER_ITS_END
