"""AppointOfficer: an account at an authority, given by the operator or from above (manual 004, 2.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from contracts.decider import Claim
from contracts.errors import NotAllowed, Refused
from contracts.identity import AppointOfficer
from contracts.message import SYSTEM, Actor
from services.identity.domain.account import ACCOUNT, examiners_are_known_people
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, HASH, opened
from tests.samples import (
    ACCOUNT_ID,
    AUDITOR,
    CITY_ID,
    CITY_OFFICER,
    ENTERPRISE,
    NAME,
    OPERATOR,
    OTHER_CITY_OFFICER,
    PERSON,
    PROVINCE_OFFICER,
)

OFFICER = Actor(
    kind="officer",
    account_id=str(ACCOUNT_ID),
    authority_id=CITY_ID,
    level="city",
    place="430100",
    duties=("accept", "review"),
)


def appoint(actor: Actor = OPERATOR, **changed: Any) -> AppointOfficer:
    usual: dict[str, Any] = {
        "account_id": ACCOUNT_ID,
        "authority_id": CITY_ID,
        "username": "changsha_zhang",
        "password": HASH,
        "name": NAME,
        "duties": ("accept", "review"),
        "level": "city",
        "place": "430100",
        "meta": meta(actor),
    }
    return AppointOfficer(**{**usual, **changed})


class TestHappens:
    @pytest.mark.parametrize("actor", [OPERATOR, SYSTEM, PROVINCE_OFFICER, CITY_OFFICER])
    def test_by_the_operator_or_an_officer_above_with_the_duty(self, actor: Actor) -> None:
        given(ACCOUNT).when(appoint(actor)).then(opened(ACCOUNT_ID, OFFICER))

    def test_an_auditor_has_no_duties_whatever_was_asked(self) -> None:
        outcome = given(ACCOUNT).when(appoint(auditor=True))
        holder = outcome.then(
            opened(ACCOUNT_ID, OFFICER.model_copy(update={"kind": "auditor", "duties": ()}))
        ).state.opened.holder
        assert not holder.may("review")

    def test_the_user_name_is_claimed_whatever_its_capitals(self) -> None:
        outcome = given(ACCOUNT).when(appoint(username="Changsha_Zhang"))
        assert outcome.claims == [Claim("username", "changsha_zhang", "username_taken")]


    @pytest.mark.parametrize(
        ("changed", "development"),
        [({"resident_id": "11010519491231002X"}, False), ({"auditor": True}, False), ({"duties": ()}, False), ({}, True)],
    )
    def test_who_examines_nothing_or_is_known_may_be_appointed(self, changed: dict[str, Any], development: bool) -> None:
        examiners_are_known_people(appoint(**changed), development)

    def test_outside_development_nobody_examines_who_is_nobody(self) -> None:
        with pytest.raises(Refused, match="officer_needs_resident_id"):
            examiners_are_known_people(appoint(), development=False)

    def test_with_the_person_that_was_found_behind_the_number(self) -> None:
        person_id = UUID(int=7)
        order = appoint(resident_id="11010519491231002X", person_id=person_id)
        given(ACCOUNT).when(order).then(
            opened(ACCOUNT_ID, OFFICER.model_copy(update={"person_id": person_id}))
        )


class TestIgnoredTheSecondTime:
    def test_nobody_is_appointed_twice(self) -> None:
        given(ACCOUNT, opened(ACCOUNT_ID, OFFICER)).when(appoint()).then_nothing()

    def test_nor_given_more_duties_by_repeating(self) -> None:
        given(ACCOUNT, opened(ACCOUNT_ID, OFFICER)).when(appoint(duties=("appoint",))).then_nothing()


class TestRefused:
    def test_by_an_officer_of_another_city(self) -> None:
        given(ACCOUNT).when(appoint(OTHER_CITY_OFFICER)).then_refused("outside_jurisdiction", NotAllowed)

    def test_by_an_officer_from_below(self) -> None:
        outcome = given(ACCOUNT).when(appoint(CITY_OFFICER, level="province", place="430000"))
        outcome.then_refused("outside_jurisdiction", NotAllowed)

    @pytest.mark.parametrize(
        "actor",
        [
            CITY_OFFICER.model_copy(update={"duties": ("accept", "review")}),
            AUDITOR,
            AUDITOR.model_copy(update={"duties": ("appoint",)}),
            PERSON,
            ENTERPRISE,
            ANYBODY,
        ],
    )
    def test_without_the_duty(self, actor: Actor) -> None:
        outcome = given(ACCOUNT).when(appoint(actor))
        assert outcome.then_refused("duty_missing", NotAllowed).params == {"duty": "appoint"}

    def test_the_authority_s_place_was_not_looked_up(self) -> None:
        given(ACCOUNT).when(appoint(CITY_OFFICER, place=None)).then_refused("outside_jurisdiction")

    def test_a_number_of_which_nobody_has_proven_to_be_that_person(self) -> None:
        given(ACCOUNT).when(appoint(resident_id="11010519491231002X")).then_refused("officer_not_verified")

    def test_a_password_that_is_not_hashed_is_never_kept(self) -> None:
        given(ACCOUNT).when(appoint(password="plain text")).then_refused("password_not_hashed")
