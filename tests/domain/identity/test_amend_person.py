"""AmendPerson: a new name or number, as a filing that took effect proves; the former ones stay in history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from contracts.identity import AmendPerson, PersonAmended
from contracts.message import SYSTEM, Actor
from services.identity.domain.person import PERSON, name_and_number_agree
from services.kernel.testing import given, meta
from tests.domain.identity.samples import NEW_PERSON, REACHABLE_PERSON, VERIFIED
from tests.samples import FILING_ID, NAME, OPERATOR, PERSON_ID, PROVINCE_OFFICER, RESIDENT_ID
from tests.samples import PERSON as ONESELF

NEW_NAME, NEW_NUMBER = "张伟铭", "11010519491231002X"
KNOWN = (*REACHABLE_PERSON, VERIFIED)
OTHER_FILING = UUID("c2a4e6f8-0b1d-4f2e-9c3a-4d5b6e7f8c14")


def amend(actor: Actor = SYSTEM, filing_id: UUID = FILING_ID, **what: Any) -> AmendPerson:
    return AmendPerson(person_id=PERSON_ID, filing_id=filing_id, **what, meta=meta(actor))


def amended(name: str = NAME, number: str = RESIDENT_ID, filing_id: UUID = FILING_ID) -> PersonAmended:
    return PersonAmended(person_id=PERSON_ID, filing_id=filing_id, name=name, resident_id=number)


class TestHappens:
    def test_a_new_name(self) -> None:
        outcome = given(PERSON, *KNOWN).when(amend(name=NEW_NAME)).then(amended(NEW_NAME))
        assert outcome.claims == [], "the number stays taken"
        assert name_and_number_agree(outcome.state, NEW_NAME, RESIDENT_ID)
        assert not name_and_number_agree(outcome.state, NAME, RESIDENT_ID)
        assert outcome.state.former == ((NAME, RESIDENT_ID),)

    def test_a_new_number_is_taken_and_the_old_one_given_back(self) -> None:
        outcome = given(PERSON, *KNOWN).when(amend(resident_id=NEW_NUMBER)).then(amended(number=NEW_NUMBER))
        assert outcome.claims == [
            Release("resident_id"),
            Claim("resident_id", NEW_NUMBER, "resident_id_registered"),
        ]

    def test_nobody_who_has_proven_no_phone_takes_a_number_by_it(self) -> None:
        outcome = given(PERSON, *NEW_PERSON).when(amend(resident_id=NEW_NUMBER)).then(amended(number=NEW_NUMBER))
        assert outcome.claims == [Release("resident_id")]


class TestIgnoredTheSecondTime:
    def test_the_same_filing_also_after_another_one(self) -> None:
        given(PERSON, *KNOWN, amended(NEW_NAME)).when(amend(name=NEW_NAME)).then_nothing()
        later = (amended(NEW_NAME), amended("张炜明", filing_id=OTHER_FILING))
        given(PERSON, *KNOWN, *later).when(amend(name=NEW_NAME)).then_nothing()

    def test_what_is_so_already(self) -> None:
        given(PERSON, *KNOWN).when(amend(name=NAME, resident_id=RESIDENT_ID)).then_nothing()
        given(PERSON, *KNOWN).when(amend()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [ONESELF, OPERATOR, PROVINCE_OFFICER])
    def test_by_anybody(self, actor: Actor) -> None:
        given(PERSON, *KNOWN).when(amend(actor, name=NEW_NAME)).then_refused("system_only", NotAllowed)

    def test_somebody_who_is_not_there(self) -> None:
        given(PERSON).when(amend(name=NEW_NAME)).then_refused("person_not_found", NotFound)

    def test_a_birth_date_that_has_not_come(self) -> None:
        given(PERSON, *KNOWN).when(amend(resident_id="430102203003071233")).then_refused("resident_id_birth_date")
