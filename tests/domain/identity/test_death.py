"""RecordDeath, WithdrawDeath: said by a province, with a reason; from then on nobody acts as that person, until it is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.identity import (
    AttachPersonFile,
    CompletePersonDetails,
    DeathWithdrawn,
    PersonAmended,
    PersonDied,
    RecordDeath,
    SendPhoneCode,
    VerifyRealName,
    WithdrawDeath,
)
from contracts.message import SYSTEM, Actor
from services.identity.domain.person import PERSON
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import DETAILS, MINUTE, REACHABLE_PERSON, VERIFIED
from tests.domain.identity.test_amend_person import amend
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, OPERATOR, PERSON_ID, PROVINCE_OFFICER, file
from tests.samples import PERSON as ONESELF

WHY = "居民死亡医学证明(推断)书 430102202602"
DAY = date(2026, 2, 27)
KNOWN = (*REACHABLE_PERSON, VERIFIED)
DIED = PersonDied(person_id=PERSON_ID, died_on=DAY, reason=WHY)
WITHDRAWN = DeathWithdrawn(person_id=PERSON_ID, reason=WHY)
SEAT = "430102"


def died(actor: Actor = PROVINCE_OFFICER, on: date = DAY, reason: str | None = WHY, place: str | None = SEAT) -> RecordDeath:
    return RecordDeath(person_id=PERSON_ID, died_on=on, place=place, meta=meta(actor, reason=reason))


def lives(actor: Actor = PROVINCE_OFFICER, reason: str | None = WHY, place: str | None = SEAT) -> WithdrawDeath:
    return WithdrawDeath(person_id=PERSON_ID, place=place, meta=meta(actor, reason=reason))


BOTH = pytest.mark.parametrize("order", [died, lives])


class TestHappens:
    @pytest.mark.parametrize("actor", [PROVINCE_OFFICER, OPERATOR, SYSTEM])
    def test_a_province_or_the_operator_says_so_and_takes_it_back(self, actor: Actor) -> None:
        assert given(PERSON, *KNOWN).when(died(actor)).then(DIED).state.died == DIED
        assert given(PERSON, *KNOWN, DIED).when(lives(actor)).then(WITHDRAWN).state.died is None

    def test_of_somebody_without_an_employer_any_province_may(self) -> None:
        given(PERSON, *KNOWN).when(died(place=None)).then(DIED)

    def test_a_filing_that_took_effect_before_still_mends_the_record(self) -> None:
        given(PERSON, *KNOWN, DIED).when(amend(name="张伟铭")).then_types(PersonAmended)


class TestIgnoredTheSecondTime:
    def test_said_again(self) -> None:
        given(PERSON, *KNOWN, DIED).when(died(OPERATOR)).then_nothing()
        given(PERSON, *KNOWN).when(lives()).then_nothing()


class TestRefused:
    @BOTH
    @pytest.mark.parametrize("actor", [ONESELF, ENTERPRISE, AUDITOR, PROVINCE_OFFICER.model_copy(update={"duties": ("review",)})])
    def test_without_the_duty(self, order: Any, actor: Actor) -> None:
        given(PERSON, *KNOWN, DIED).when(order(actor)).then_refused("duty_missing", NotAllowed)

    @BOTH
    def test_by_a_city_or_another_province(self, order: Any) -> None:
        given(PERSON, *KNOWN, DIED).when(order(CITY_OFFICER)).then_refused("wrong_level", NotAllowed)
        given(PERSON, *KNOWN, DIED).when(order(place="360102")).then_refused("outside_jurisdiction", NotAllowed)

    @BOTH
    def test_without_a_reason_or_of_nobody(self, order: Any) -> None:
        given(PERSON, *KNOWN, DIED).when(order(reason=None)).then_refused("reason_missing")
        given(PERSON).when(order()).then_refused("person_not_found", NotFound)

    def test_a_day_that_cannot_be(self) -> None:
        given(PERSON, *KNOWN).when(died(on=date(2026, 3, 3))).then_refused("day_has_not_come")
        given(PERSON, *KNOWN).when(died(on=date(1990, 3, 6))).then_refused("died_before_birth")
        given(PERSON, *KNOWN, DIED).when(died(on=date(2026, 2, 28))).then_refused("death_recorded")

    @pytest.mark.parametrize(
        "order",
        [
            SendPhoneCode(person_id=PERSON_ID, code_hash="x", meta=meta(ONESELF, at=NOON + 10 * MINUTE)),
            CompletePersonDetails(person_id=PERSON_ID, details=DETAILS, meta=meta(ONESELF)),
            AttachPersonFile(person_id=PERSON_ID, kind="portrait", file=file(), meta=meta(ONESELF)),
            VerifyRealName(person_id=PERSON_ID, method="liveness", evidence="clip", meta=meta(ONESELF)),
        ],
    )
    def test_nobody_acts_as_them(self, order: Any) -> None:
        given(PERSON, *KNOWN, DIED).when(order).then_refused("person_died")
        after = given(PERSON, *KNOWN, DIED, WITHDRAWN).when(order)
        assert after.refusal is None
