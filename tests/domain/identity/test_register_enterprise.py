"""RegisterEnterprise: a record for a USCC, and a code on its way to the contact's mobile."""

from __future__ import annotations

from contracts.identity import EnterpriseCodeSent, EnterpriseRegistered, RegisterEnterprise
from services.identity.domain.enterprise import ENTERPRISE
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import ANYBODY, AUTHENTICATED, FIRM, FIRM_REGISTERED, MINUTE, READY_FIRM
from tests.samples import ENTERPRISE_ID, PHONE, USCC


def register() -> RegisterEnterprise:
    return RegisterEnterprise(
        enterprise_id=ENTERPRISE_ID,
        uscc=USCC,
        details=FIRM,
        mobile=PHONE,
        username="xiangjiang",
        password="correct horse",
        code_hash="kept",
        meta=meta(ANYBODY),
    )


class TestHappens:
    def test_anybody_registers_and_a_code_is_sent(self) -> None:
        sent = EnterpriseCodeSent(
            enterprise_id=ENTERPRISE_ID, code_hash="kept", sent_at=NOON, expires_at=NOON + 5 * MINUTE
        )
        outcome = given(ENTERPRISE).when(register()).then(FIRM_REGISTERED, sent)
        assert not outcome.state.authenticated
        assert not outcome.state.phone.confirmed

    def test_nothing_is_taken_yet_so_that_nobody_locks_a_uscc_by_registering(self) -> None:
        outcome = given(ENTERPRISE).when(register()).then_types(EnterpriseRegistered, EnterpriseCodeSent)
        assert outcome.claims == []

    def test_the_password_is_in_no_event(self) -> None:
        events = given(ENTERPRISE).when(register()).events
        assert events
        assert not any("correct horse" in event.model_dump_json() for event in events)


class TestIgnoredTheSecondTime:
    def test_no_second_record_and_no_second_code(self) -> None:
        given(ENTERPRISE, *READY_FIRM, AUTHENTICATED).when(register()).then_nothing()
