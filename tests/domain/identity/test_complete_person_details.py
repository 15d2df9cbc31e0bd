"""CompletePersonDetails: what a person says about themselves, changeable at any time, kept in history."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.identity import CompletePersonDetails, PersonDetails, PersonDetailsCompleted
from contracts.message import Actor
from services.identity.domain.person import PERSON
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ANYBODY, DETAILS, NEW_PERSON, REACHABLE_PERSON, VERIFIED
from tests.samples import CITY_OFFICER, ENTERPRISE, OPERATOR, OTHER_PERSON, PERSON_ID
from tests.samples import PERSON as THE_PERSON

COMPLETED = PersonDetailsCompleted(person_id=PERSON_ID, details=DETAILS)


def complete(details: PersonDetails = DETAILS, actor: Actor = THE_PERSON) -> CompletePersonDetails:
    return CompletePersonDetails(person_id=PERSON_ID, details=details, meta=meta(actor))


class TestHappens:
    def test_by_the_person(self) -> None:
        given(PERSON, *REACHABLE_PERSON, VERIFIED).when(complete()).then(COMPLETED)

    def test_again_with_other_details(self) -> None:
        other = DETAILS.model_copy(update={"degree": "master"})
        outcome = given(PERSON, *NEW_PERSON, COMPLETED).when(complete(other))
        outcome.then(PersonDetailsCompleted(person_id=PERSON_ID, details=other))
        assert outcome.state.details == other


class TestIgnoredTheSecondTime:
    def test_the_same_details(self) -> None:
        given(PERSON, *NEW_PERSON, COMPLETED).when(complete()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [OTHER_PERSON, ENTERPRISE, CITY_OFFICER, OPERATOR, ANYBODY])
    def test_by_anybody_else(self, actor: Actor) -> None:
        given(PERSON, *NEW_PERSON).when(complete(actor=actor)).then_refused("not_your_record", NotAllowed)

    def test_nobody_is_registered_under_the_id(self) -> None:
        given(PERSON).when(complete()).then_refused("person_not_found", NotFound)
