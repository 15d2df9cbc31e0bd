"""EndEmployment: either side ends it and says why; the person may then be employed elsewhere."""

from __future__ import annotations

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from contracts.identity import EndEmployment
from contracts.message import SYSTEM, Actor
from services.identity.domain.employment import EMPLOYMENT
from services.kernel.testing import given, meta
from tests.domain.identity.samples import ACCEPTED, DECLINED, ENDED, proposed
from tests.samples import CITY_OFFICER, EMPLOYMENT_ID, ENTERPRISE, OTHER_ENTERPRISE, OTHER_PERSON, PERSON

EITHER = pytest.mark.parametrize("actor", [PERSON, ENTERPRISE], ids=["person", "enterprise"])


def end(actor: Actor, reason: str | None = ENDED.reason) -> EndEmployment:
    return EndEmployment(employment_id=EMPLOYMENT_ID, meta=meta(actor, reason=reason))


@EITHER
class TestHappens:
    def test_either_side_ends_it(self, actor: Actor) -> None:
        outcome = given(EMPLOYMENT, proposed(), ACCEPTED).when(end(actor)).then(ENDED)
        assert outcome.state.status == "ended"

    def test_the_person_is_free_for_another_employer(self, actor: Actor) -> None:
        claims = given(EMPLOYMENT, proposed(), ACCEPTED).when(end(actor)).claims
        assert claims == [Release("employed"), Release("employs")]


def test_the_product_itself_ends_it_when_the_employer_is_closed() -> None:
    given(EMPLOYMENT, proposed(), ACCEPTED).when(end(SYSTEM)).then(ENDED)
    given(EMPLOYMENT, proposed(), ACCEPTED, ENDED).when(end(SYSTEM)).then_nothing()


@EITHER
class TestIgnoredTheSecondTime:
    def test_whichever_side_ended_it(self, actor: Actor) -> None:
        given(EMPLOYMENT, proposed(), ACCEPTED, ENDED).when(end(actor)).then_nothing()


class TestRefused:
    @EITHER
    def test_without_a_reason(self, actor: Actor) -> None:
        given(EMPLOYMENT, proposed(), ACCEPTED).when(end(actor, None)).then_refused("reason_missing")

    @EITHER
    def test_what_never_was_in_force(self, actor: Actor) -> None:
        given(EMPLOYMENT, proposed()).when(end(actor)).then_refused("employment_not_in_force")
        outcome = given(EMPLOYMENT, proposed(), DECLINED).when(end(actor))
        assert outcome.then_refused("employment_not_in_force").params == {"status": "declined"}

    @pytest.mark.parametrize("actor", [OTHER_PERSON, OTHER_ENTERPRISE, CITY_OFFICER])
    def test_by_anybody_else(self, actor: Actor) -> None:
        given(EMPLOYMENT, proposed(), ACCEPTED).when(end(actor)).then_refused("not_a_party", NotAllowed)

    def test_nothing_was_proposed(self) -> None:
        given(EMPLOYMENT).when(end(PERSON)).then_refused("employment_not_found", NotFound)
