"""VerifyRealName: what a provider found about the person, asked for by the person or seen at a counter."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.identity import RealNameVerificationFailed, RealNameVerified, VerifyRealName
from contracts.message import Actor
from services.identity.domain.person import PERSON
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, NEW_PERSON, REACHABLE_PERSON, VERIFIED
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, OPERATOR, OTHER_PERSON, PERSON_ID
from tests.samples import PERSON as THE_PERSON


def verify(actor: Actor = THE_PERSON, **changed: Any) -> VerifyRealName:
    usual: dict[str, Any] = {
        "person_id": PERSON_ID,
        "method": "liveness",
        "evidence": "clip-7",
        "provider": "provider",
        "reference": "r-1",
        "passed": True,
        "meta": meta(actor),
    }
    return VerifyRealName(**{**usual, **changed})


class TestHappens:
    def test_by_liveness(self) -> None:
        outcome = given(PERSON, *REACHABLE_PERSON).when(verify()).then(VERIFIED)
        assert outcome.state.verified == VERIFIED

    def test_at_a_counter_by_an_officer_with_the_duty(self) -> None:
        outcome = given(PERSON, *REACHABLE_PERSON).when(verify(CITY_OFFICER, method="counter"))
        assert outcome.then_types(RealNameVerified).state.verified.method == "counter"

    def test_a_development_provider_is_named_as_one_in_the_record(self) -> None:
        outcome = given(PERSON, *REACHABLE_PERSON).when(verify(development=True))
        assert outcome.then_types(RealNameVerified).state.verified.development

    def test_a_failure_is_kept_and_does_not_verify(self) -> None:
        failed = RealNameVerificationFailed(
            person_id=PERSON_ID, method="liveness", provider="provider", reference="r-1"
        )
        outcome = given(PERSON, *REACHABLE_PERSON).when(verify(passed=False)).then(failed)
        assert outcome.state.verified is None
        given(PERSON, *REACHABLE_PERSON, failed).when(verify()).then(VERIFIED)


class TestIgnoredTheSecondTime:
    def test_who_is_verified_stays_verified(self) -> None:
        history = [*REACHABLE_PERSON, VERIFIED]
        given(PERSON, *history).when(verify(reference="r-2")).then_nothing()
        given(PERSON, *history).when(verify(passed=False)).then_nothing()


class TestRefused:
    def test_before_the_phone_is_confirmed(self) -> None:
        given(PERSON, *NEW_PERSON).when(verify()).then_refused("phone_not_confirmed")

    @pytest.mark.parametrize("actor", [OTHER_PERSON, ENTERPRISE, CITY_OFFICER, OPERATOR, ANYBODY])
    def test_liveness_of_somebody_else(self, actor: Actor) -> None:
        given(PERSON, *REACHABLE_PERSON).when(verify(actor)).then_refused("not_your_record", NotAllowed)

    @pytest.mark.parametrize(
        "actor", [THE_PERSON, ENTERPRISE, AUDITOR, OPERATOR, CITY_OFFICER.model_copy(update={"duties": ()})]
    )
    def test_at_a_counter_without_the_duty(self, actor: Actor) -> None:
        outcome = given(PERSON, *REACHABLE_PERSON).when(verify(actor, method="counter"))
        outcome.then_refused("duty_missing", NotAllowed)

    def test_nobody_is_registered_under_the_id(self) -> None:
        given(PERSON).when(verify()).then_refused("person_not_found", NotFound)
