"""RegisterPerson: a record for a resident ID number, and a code on its way to the phone."""

from __future__ import annotations

from contracts.decider import Claim
from contracts.identity import PhoneCodeSent, RegisterPerson
from services.identity.domain.person import PERSON
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import ANYBODY, MINUTE, NEW_PERSON, REGISTERED, VERIFIED
from tests.samples import NAME, PERSON_ID, PHONE, RESIDENT_ID


def register() -> RegisterPerson:
    return RegisterPerson(
        person_id=PERSON_ID,
        resident_id=RESIDENT_ID,
        name=NAME,
        phone=PHONE,
        code_hash="kept",
        meta=meta(ANYBODY),
    )


class TestHappens:
    def test_anybody_registers_and_a_code_is_sent(self) -> None:
        sent = PhoneCodeSent(person_id=PERSON_ID, code_hash="kept", sent_at=NOON, expires_at=NOON + 5 * MINUTE)
        outcome = given(PERSON).when(register()).then(REGISTERED, sent)
        assert not outcome.state.phone.confirmed
        assert outcome.state.verified is None

    def test_the_resident_id_number_is_claimed_so_that_nobody_has_two_records(self) -> None:
        assert given(PERSON).when(register()).claims == [Claim("resident_id", RESIDENT_ID, "resident_id_registered")]


class TestIgnoredTheSecondTime:
    def test_no_second_record_and_no_second_code(self) -> None:
        given(PERSON, *NEW_PERSON).when(register()).then_nothing()

    def test_not_even_after_verification(self) -> None:
        given(PERSON, *NEW_PERSON, VERIFIED).when(register()).then_nothing()
