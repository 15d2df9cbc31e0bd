"""CloseEnterprise, RecordQualificationLost, RecordQualificationRegained: what an authority finds out about an enterprise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.identity import (
    AuthenticateEnterprise,
    CloseEnterprise,
    EnterpriseClosed,
    EnterpriseQualificationLost,
    EnterpriseQualificationRegained,
    RecordQualificationLost,
    RecordQualificationRegained,
)
from contracts.message import SYSTEM, Actor
from services.identity.domain.enterprise import ENTERPRISE
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, AUTHENTICATED, READY_FIRM
from tests.samples import (
    AUDITOR,
    CITY_OFFICER,
    ENTERPRISE_ID,
    OPERATOR,
    OTHER_CITY_OFFICER,
    PERSON,
    PROVINCE_OFFICER,
)
from tests.samples import ENTERPRISE as FIRM

WHY = "营业执照被吊销(湘市监处〔2026〕12号)"
DAY, LATER = date(2026, 2, 27), date(2026, 3, 1)
CLOSED = EnterpriseClosed(enterprise_id=ENTERPRISE_ID, closed_on=DAY, reason=WHY)
LOST = EnterpriseQualificationLost(enterprise_id=ENTERPRISE_ID, lost_on=DAY, reason=WHY)
REGAINED = EnterpriseQualificationRegained(enterprise_id=ENTERPRISE_ID, regained_on=LATER, reason=WHY)
WORKING = (*READY_FIRM, AUTHENTICATED)


def close(actor: Actor = CITY_OFFICER, on: date = DAY, reason: str | None = WHY) -> CloseEnterprise:
    return CloseEnterprise(enterprise_id=ENTERPRISE_ID, closed_on=on, meta=meta(actor, reason=reason))


def lose(actor: Actor = CITY_OFFICER, on: date = DAY, reason: str | None = WHY) -> RecordQualificationLost:
    return RecordQualificationLost(enterprise_id=ENTERPRISE_ID, lost_on=on, meta=meta(actor, reason=reason))


def regain(actor: Actor = CITY_OFFICER, on: date = LATER, reason: str | None = WHY) -> RecordQualificationRegained:
    return RecordQualificationRegained(enterprise_id=ENTERPRISE_ID, regained_on=on, meta=meta(actor, reason=reason))


ALL = pytest.mark.parametrize("order", [close, lose, regain])


class TestHappens:
    @pytest.mark.parametrize("actor", [CITY_OFFICER, PROVINCE_OFFICER, OPERATOR, SYSTEM])
    def test_an_officer_of_its_place_or_the_operator_says_so(self, actor: Actor) -> None:
        given(ENTERPRISE, *WORKING).when(close(actor)).then(CLOSED)
        given(ENTERPRISE, *WORKING).when(lose(actor)).then(LOST)
        given(ENTERPRISE, *WORKING, LOST).when(regain(actor)).then(REGAINED)

    def test_also_of_one_that_was_never_authenticated(self) -> None:
        given(ENTERPRISE, *READY_FIRM).when(close()).then(CLOSED)

    def test_it_can_be_lost_again(self) -> None:
        again = given(ENTERPRISE, *WORKING, LOST, REGAINED).when(lose(on=date(2026, 3, 2)))
        assert again.then_types(EnterpriseQualificationLost).state.lost is not None


class TestIgnoredTheSecondTime:
    def test_said_again(self) -> None:
        given(ENTERPRISE, *WORKING, CLOSED).when(close(OPERATOR)).then_nothing()
        given(ENTERPRISE, *WORKING, LOST).when(lose(OPERATOR)).then_nothing()
        given(ENTERPRISE, *WORKING, LOST, REGAINED).when(regain(OPERATOR)).then_nothing()

    def test_what_was_never_lost_is_not_regained(self) -> None:
        given(ENTERPRISE, *WORKING).when(regain()).then_nothing()


class TestRefused:
    @ALL
    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_without_a_reason(self, order: Any, reason: str | None) -> None:
        given(ENTERPRISE, *WORKING).when(order(reason=reason)).then_refused("reason_missing")

    @ALL
    @pytest.mark.parametrize("reason", ["x" * 201, "见<b>附件</b>", "见附件\x00"])
    def test_a_reason_that_cannot_be_kept(self, order: Any, reason: str) -> None:
        given(ENTERPRISE, *WORKING).when(order(reason=reason)).then_refused("reason_malformed")

    @ALL
    def test_a_day_that_has_not_come(self, order: Any) -> None:
        given(ENTERPRISE, *WORKING).when(order(on=date(2026, 3, 3))).then_refused("day_has_not_come")

    @ALL
    def test_a_day_before_it_was_founded(self, order: Any) -> None:
        given(ENTERPRISE, *WORKING).when(order(on=date(2001, 5, 7))).then_refused("before_it_was_founded")
        given(ENTERPRISE, *WORKING).when(close(on=date(2001, 5, 8))).then_types(EnterpriseClosed)

    @ALL
    @pytest.mark.parametrize("actor", [FIRM, PERSON, AUDITOR, ANYBODY, CITY_OFFICER.model_copy(update={"duties": ("review",)})])
    def test_without_the_duty(self, order: Any, actor: Actor) -> None:
        given(ENTERPRISE, *WORKING).when(order(actor)).then_refused("duty_missing", NotAllowed)

    @ALL
    def test_in_another_place(self, order: Any) -> None:
        given(ENTERPRISE, *WORKING).when(order(OTHER_CITY_OFFICER)).then_refused("outside_jurisdiction", NotAllowed)

    @ALL
    def test_nobody_registered_it(self, order: Any) -> None:
        given(ENTERPRISE).when(order()).then_refused("enterprise_not_found", NotFound)

    def test_once_closed_it_stays_closed(self) -> None:
        closed = given(ENTERPRISE, *WORKING, CLOSED)
        for order in (close(on=LATER), lose(), regain()):
            closed.when(order).then_refused("enterprise_closed")
        given(ENTERPRISE, *READY_FIRM, CLOSED).when(
            AuthenticateEnterprise(enterprise_id=ENTERPRISE_ID, meta=meta(CITY_OFFICER))
        ).then_refused("enterprise_closed")

    def test_lost_on_two_days_or_regained_before_it_was_lost(self) -> None:
        given(ENTERPRISE, *WORKING, LOST).when(lose(on=LATER)).then_refused("qualification_already_lost")
        given(ENTERPRISE, *WORKING, LOST).when(regain(on=date(2026, 2, 1))).then_refused("regained_before_lost")
