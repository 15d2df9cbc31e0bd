"""DraftFiling: the filer that the matter names begins, and the matter's version is pinned for good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotAllowed
from contracts.filing import DraftFiling
from contracts.message import Actor
from services.filing.domain.decide import make_filing
from services.kernel.testing import given, meta
from tests.domain.filing.samples import CODE, DRAFTED, FILING, HANDED_IN, INITIAL, PICKED, PLACE, TITLE
from tests.samples import AUDITOR, CITY_OFFICER, ENTERPRISE, FILING_ID, OPERATOR, PERSON, PERSON_ID


def draft(actor: Actor = ENTERPRISE, **changed: Any) -> DraftFiling:
    usual: dict[str, Any] = {
        "filing_id": FILING_ID,
        "matter": CODE,
        "version": 1,
        "place": PLACE,
        "title": TITLE,
        "meta": meta(actor),
    }
    return DraftFiling(**{**usual, **changed})


class TestHappens:
    def test_by_the_enterprise(self) -> None:
        outcome = given(FILING).when(draft()).then(DRAFTED)
        assert (outcome.state.status, outcome.state.round) == ("draft", 0)

    def test_a_draft_claims_nothing(self) -> None:
        assert given(FILING).when(draft()).claims == []

    def test_by_the_person_where_the_matter_says_so(self) -> None:
        of_person = make_filing(lambda code, version: INITIAL.model_copy(update={"filed_by": "person"}))
        begun = DRAFTED.model_copy(update={"enterprise_id": None, "person_id": PERSON_ID})
        given(of_person).when(draft(PERSON)).then(begun)
        given(of_person).when(draft()).then_refused("wrong_filer", NotAllowed)


class TestIgnoredTheSecondTime:
    def test_whatever_became_of_it(self) -> None:
        for history in ([DRAFTED], PICKED, HANDED_IN):
            given(FILING, *history).when(draft()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("actor", [PERSON, CITY_OFFICER, AUDITOR, OPERATOR])
    def test_by_anybody_else_than_the_matter_s_filer(self, actor: Actor) -> None:
        refused = given(FILING).when(draft(actor)).then_refused("wrong_filer", NotAllowed)
        assert refused.params == {"filed_by": "enterprise"}

    def test_where_no_authority_would_be_found(self) -> None:
        given(FILING).when(draft(place=None)).then_refused("authority_unknown")

    def test_by_an_enterprise_that_has_ended(self) -> None:
        refused = given(FILING).when(draft(closed_on=date(2026, 2, 1))).then_refused("enterprise_closed")
        assert refused.params == {"day": "2026-02-01"}
