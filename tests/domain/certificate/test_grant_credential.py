"""GrantCredential: what an approval earns, once, with numbers that nobody else has."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.certificate import GrantCredential
from contracts.decider import Claim
from contracts.errors import NotAllowed
from contracts.message import Actor
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.testing import given
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    DOCUMENT,
    ENTERPRISE,
    IDENTIFIER,
    OFFICER,
    PERSON,
    grant,
    grant_refused,
    granted,
    issued,
)


def held_claims(order: GrantCredential) -> list[Claim]:
    claims = given(CREDENTIAL).when(order).claims
    return [claim for claim in claims if isinstance(claim, Claim) and claim.kind == "held"]


class TestHappens:
    def test_the_credential_is_granted_as_ordered(self) -> None:
        given(CREDENTIAL).when(grant()).then(granted())

    def test_its_number_its_identifier_and_its_place_are_taken(self) -> None:
        outcome = given(CREDENTIAL).when(grant())
        assert outcome.claims == [
            Claim("registration_number", "湘2432021202600001", "registration_number_taken"),
            Claim("identifier", IDENTIFIER, "identifier_taken"),
            Claim("of_person", f"{PERSON}/{CREDENTIAL_ID}", "certificate_held"),
            Claim("held", f"{PERSON}/constructor-2/building", "certificate_held"),
            Claim("employer", f"{ENTERPRISE}/{CREDENTIAL_ID}", "certificate_held"),
            Claim("valid_until", f"2029-11-19/{CREDENTIAL_ID}", "certificate_held"),
        ]

    def test_a_place_for_each_specialty(self) -> None:
        building = granted().scopes[0]
        scopes = (building, building.model_copy(update={"specialty": "highway", "label": "公路工程"}))
        keys = [claim.key for claim in held_claims(grant(scopes=scopes))]
        assert keys == [f"{PERSON}/constructor-2/building", f"{PERSON}/constructor-2/highway"]

    def test_what_comes_after_another_has_the_same_place(self) -> None:
        (first,) = held_claims(grant())
        (second,) = held_claims(grant(after=UUID(int=5), credential_id=UUID(int=8), filing_id=UUID(int=9)))
        assert first == second, "the former one gives it back when it ends"

    def test_a_number_that_goes_on_is_its_successor_s_only(self) -> None:
        outcome = given(CREDENTIAL).when(grant(after=UUID(int=5), number_kept=True))
        keys = [one.key for one in outcome.claims if isinstance(one, Claim) and one.kind == "registration_number"]
        assert keys == [f"湘2432021202600001/{UUID(int=5)}"]

    def test_a_kind_of_which_a_person_has_one_takes_one_place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.certificate.domain.claims.one_per_person", lambda kind: kind == "constructor-2")
        assert [claim.key for claim in held_claims(grant())] == [f"{PERSON}/constructor-2"]

    def test_a_specialty_may_expire_before_the_certificate(self) -> None:
        earlier = (granted().scopes[0].model_copy(update={"expires_on": date(2027, 1, 1)}),)
        given(CREDENTIAL).when(grant(scopes=earlier)).then(granted(scopes=earlier))


class TestIgnoredTheSecondTime:
    def test_the_same_approval_grants_once(self) -> None:
        given(CREDENTIAL, granted()).when(grant()).then_nothing()

    def test_also_when_its_document_exists(self) -> None:
        given(CREDENTIAL, granted(), issued()).when(grant()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [OFFICER, Actor(kind="operator", account_id="x")])
    def test_nobody_orders_a_certificate(self, actor: Actor) -> None:
        given(CREDENTIAL).when(grant(actor)).then_refused("only_by_approval", NotAllowed)

    def test_another_filing_cannot_take_its_place(self) -> None:
        another = grant(filing_id=UUID(int=7))
        given(CREDENTIAL, granted()).when(another).then_refused("credential_exists")

    def test_once_the_grant_was_refused(self) -> None:
        given(CREDENTIAL, grant_refused()).when(grant()).then_refused("certificate_held")

    def test_an_identifier_of_another_issuer(self) -> None:
        other = granted().issuer.model_copy(update={"uscc": "91350100M000100Y43"})
        given(CREDENTIAL).when(grant(issuer=other)).then_refused("identifier_of_another_issue")

    def test_an_identifier_of_another_version(self) -> None:
        given(CREDENTIAL).when(grant(identifier_version=2)).then_refused("identifier_of_another_issue")

    def test_valid_before_it_is_granted(self) -> None:
        early = granted().granted_on - timedelta(days=1)
        given(CREDENTIAL).when(grant(valid_from=early)).then_refused("validity_reversed")

    def test_over_before_it_begins(self) -> None:
        order = grant(valid_until=granted().valid_from - timedelta(days=1))
        refusal = given(CREDENTIAL).when(order).then_refused("validity_reversed")
        assert {p["code"] for p in refusal.problems} == {"validity_reversed", "scope_outside_validity"}

    def test_a_certificate_for_nothing(self) -> None:
        given(CREDENTIAL).when(grant(scopes=())).then_refused("no_scope")

    def test_a_specialty_that_outlives_the_certificate(self) -> None:
        longer = (granted().scopes[0].model_copy(update={"expires_on": date(2030, 1, 1)}),)
        given(CREDENTIAL).when(grant(scopes=longer)).then_refused("scope_outside_validity")

    def test_no_portrait_no_certificate(self) -> None:
        given(CREDENTIAL).when(grant(portrait=DOCUMENT)).then_refused("portrait_not_a_picture")


class TestStatus:
    def test_valid_through_its_last_day_and_expired_from_the_next(self) -> None:
        credential = CREDENTIAL.fold([granted()])
        last = granted().valid_until
        assert credential.status(last) == "valid"
        assert credential.status(last + timedelta(days=1)) == "expired"
