"""RegisterPerson: a record for a resident ID number, and a code on its way to the phone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stdnum.cn import ric

from contracts.identity import PersonRegistered, PhoneCodeSent, RegisterPerson
from services.identity.domain.person import PERSON
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import ANYBODY, MINUTE, NEW_PERSON, REGISTERED, VERIFIED
from tests.samples import NAME, PERSON_ID, PHONE, RESIDENT_ID


def born_on(day: str) -> str:
    number = f"430102{day}001"
    return number + str(ric.calc_check_digit(f"{number}0"))


def register(resident_id: str = RESIDENT_ID, at: datetime = NOON) -> RegisterPerson:
    return RegisterPerson(
        person_id=PERSON_ID,
        resident_id=resident_id,
        name=NAME,
        phone=PHONE,
        code_hash="kept",
        meta=meta(ANYBODY, at),
    )


class TestHappens:
    def test_anybody_registers_and_a_code_is_sent(self) -> None:
        sent = PhoneCodeSent(person_id=PERSON_ID, code_hash="kept", sent_at=NOON, expires_at=NOON + 5 * MINUTE)
        outcome = given(PERSON).when(register()).then(REGISTERED, sent)
        assert not outcome.state.phone.confirmed
        assert outcome.state.verified is None

    def test_nothing_is_taken_yet_so_that_nobody_locks_a_number_by_registering(self) -> None:
        outcome = given(PERSON).when(register()).then_types(PersonRegistered, PhoneCodeSent)
        assert outcome.claims == []

    def test_who_was_born_today_in_china_is_born(self) -> None:
        evening_in_london = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
        outcome = given(PERSON).when(register(born_on("20260303"), evening_in_london))
        outcome.then_types(PersonRegistered, PhoneCodeSent)


class TestIgnoredTheSecondTime:
    def test_no_second_record_and_no_second_code(self) -> None:
        given(PERSON, *NEW_PERSON).when(register()).then_nothing()

    def test_not_even_after_verification(self) -> None:
        given(PERSON, *NEW_PERSON, VERIFIED).when(register()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("day", ["20260303", "20991231"])
    def test_a_birth_date_that_has_not_come(self, day: str) -> None:
        given(PERSON).when(register(born_on(day))).then_refused("resident_id_birth_date")
