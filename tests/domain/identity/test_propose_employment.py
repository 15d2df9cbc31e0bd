"""ProposeEmployment: either side proposes, with the contract."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.errors import NotAllowed
from contracts.identity import ProposeEmployment
from contracts.message import Actor
from services.identity.domain.employment import EMPLOYMENT
from services.kernel.testing import NOON, given, meta
from tests.domain.identity.samples import ACCEPTED, ANYBODY, CONTRACT, DECLINED, proposed
from tests.samples import (
    CITY_OFFICER,
    EMPLOYMENT_ID,
    ENTERPRISE,
    ENTERPRISE_ID,
    OPERATOR,
    OTHER_ENTERPRISE,
    OTHER_PERSON,
    PERSON,
    PERSON_ID,
)


def propose(actor: Actor = ENTERPRISE, **changed: Any) -> ProposeEmployment:
    usual: dict[str, Any] = {
        "employment_id": EMPLOYMENT_ID,
        "person_id": PERSON_ID,
        "enterprise_id": ENTERPRISE_ID,
        "contract": CONTRACT,
        "starts_on": date(2026, 1, 1),
        "meta": meta(actor),
    }
    return ProposeEmployment(**{**usual, **changed})


class TestHappens:
    def test_by_the_enterprise(self) -> None:
        outcome = given(EMPLOYMENT).when(propose()).then(proposed("enterprise"))
        assert outcome.state.status == "proposed"

    def test_by_the_person_for_a_fixed_term(self) -> None:
        end = date(2028, 12, 31)
        given(EMPLOYMENT).when(propose(PERSON, ends_on=end)).then(proposed("person", ends_on=end))

    def test_a_proposal_claims_nothing_because_the_other_side_has_not_agreed(self) -> None:
        assert given(EMPLOYMENT).when(propose()).claims == []

    def test_until_today(self) -> None:
        given(EMPLOYMENT).when(propose(ends_on=NOON.date())).then(proposed("enterprise", ends_on=NOON.date()))


class TestIgnoredTheSecondTime:
    def test_proposed_answered_or_over(self) -> None:
        for after in ([], [ACCEPTED], [DECLINED]):
            given(EMPLOYMENT, proposed(), *after).when(propose()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, OTHER_PERSON, CITY_OFFICER, OPERATOR, ANYBODY])
    def test_by_anybody_else(self, actor: Actor) -> None:
        given(EMPLOYMENT).when(propose(actor)).then_refused("not_your_record", NotAllowed)

    @pytest.mark.parametrize("end", [date(2026, 1, 1), date(2025, 12, 31)])
    def test_it_would_end_before_it_starts(self, end: date) -> None:
        given(EMPLOYMENT).when(propose(ends_on=end)).then_refused("employment_ends_before_it_starts")

    def test_it_is_over_already(self) -> None:
        given(EMPLOYMENT).when(propose(ends_on=date(2026, 3, 1))).then_refused("employment_already_over")

    def test_what_was_proposed_in_time_is_ignored_when_repeated_after_its_end(self) -> None:
        end = date(2026, 3, 2)
        late = propose(ends_on=end, meta=meta(ENTERPRISE, NOON + timedelta(days=1)))
        given(EMPLOYMENT, proposed(ends_on=end)).when(late).then_nothing()
