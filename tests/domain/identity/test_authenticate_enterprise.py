"""AuthenticateEnterprise: an officer of the place has seen the licence (manual 003, 3.1.1)."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.identity import AuthenticateEnterprise, EnterpriseAuthenticated
from contracts.message import Actor
from services.identity.domain.enterprise import ENTERPRISE
from services.kernel.testing import given, meta
from tests.domain.identity.samples import (
    AUTHENTICATED,
    FIRM_PHONE_CONFIRMED,
    LICENCE_SHOWN,
    NEW_FIRM,
    READY_FIRM,
)
from tests.samples import (
    AUDITOR,
    CITY_OFFICER,
    ENTERPRISE_ID,
    OPERATOR,
    OTHER_CITY_OFFICER,
    PROVINCE_ID,
    PROVINCE_OFFICER,
)
from tests.samples import ENTERPRISE as THE_FIRM


def authenticate(actor: Actor = CITY_OFFICER) -> AuthenticateEnterprise:
    return AuthenticateEnterprise(enterprise_id=ENTERPRISE_ID, meta=meta(actor))


class TestHappens:
    def test_by_the_city_in_which_it_is_seated(self) -> None:
        outcome = given(ENTERPRISE, *READY_FIRM).when(authenticate()).then(AUTHENTICATED)
        assert outcome.state.authenticated

    def test_by_the_province_above_it(self) -> None:
        by_province = EnterpriseAuthenticated(enterprise_id=ENTERPRISE_ID, method="on_site", authority_id=PROVINCE_ID)
        given(ENTERPRISE, *READY_FIRM).when(authenticate(PROVINCE_OFFICER)).then(by_province)


class TestIgnoredTheSecondTime:
    def test_whoever_authenticates_it_again(self) -> None:
        history = [*READY_FIRM, AUTHENTICATED]
        given(ENTERPRISE, *history).when(authenticate()).then_nothing()
        given(ENTERPRISE, *history).when(authenticate(PROVINCE_OFFICER)).then_nothing()


class TestRefused:
    def test_by_an_officer_of_another_city(self) -> None:
        outcome = given(ENTERPRISE, *READY_FIRM).when(authenticate(OTHER_CITY_OFFICER))
        outcome.then_refused("outside_jurisdiction", NotAllowed)

    @pytest.mark.parametrize(
        "actor",
        [CITY_OFFICER.model_copy(update={"duties": ("accept", "review")}), AUDITOR, OPERATOR, THE_FIRM],
    )
    def test_without_the_duty(self, actor: Actor) -> None:
        outcome = given(ENTERPRISE, *READY_FIRM).when(authenticate(actor))
        assert outcome.then_refused("duty_missing", NotAllowed).params == {"duty": "authenticate"}

    def test_by_an_officer_of_nowhere(self) -> None:
        nowhere = CITY_OFFICER.model_copy(update={"place": None})
        given(ENTERPRISE, *READY_FIRM).when(authenticate(nowhere)).then_refused("outside_jurisdiction")

    def test_without_a_licence(self) -> None:
        given(ENTERPRISE, *NEW_FIRM, FIRM_PHONE_CONFIRMED).when(authenticate()).then_refused("licence_missing")

    def test_before_the_phone_is_confirmed(self) -> None:
        given(ENTERPRISE, *NEW_FIRM, LICENCE_SHOWN).when(authenticate()).then_refused("phone_not_confirmed")

    def test_nobody_is_registered_under_the_id(self) -> None:
        given(ENTERPRISE).when(authenticate()).then_refused("enterprise_not_found", NotFound)
