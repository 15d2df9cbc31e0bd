"""DeclineFiling: the party whose turn it is says no and why; the filer may mend it and ask again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed
from contracts.filing import FilingSubmitted, FormFilled
from contracts.message import Actor
from services.kernel.testing import NOON, given
from tests.domain.filing.confirming import (
    FILING,
    HALF_WAY,
    READY,
    WAITING,
    confirm,
    decline,
    former_agreed,
    handed_in,
    refused_by,
)
from tests.domain.filing.test_fill_form import fill
from tests.samples import CITY_OFFICER, ENTERPRISE, OTHER_ENTERPRISE, OTHER_PERSON, PERSON

NEXT_DAY = NOON + timedelta(days=1)
REASON = "合同尚未解除"


class TestHappens:
    @pytest.mark.parametrize(
        ("history", "who", "by"), [(WAITING, PERSON, "person"), (HALF_WAY, OTHER_ENTERPRISE, "former_enterprise")]
    )
    def test_it_goes_back_to_the_filer_with_the_reason(self, history: tuple, who: Actor, by: str) -> None:
        outcome = given(FILING, *history).when(decline(who, f" {REASON} ")).then(refused_by(by, who))
        assert (outcome.state.status, outcome.state.reason) == ("returned", REASON)
        assert outcome.claims == [Release("confirmation_due"), Release("confirmation_near"), Release("open_filing")]

    def test_everything_may_be_mended_then(self) -> None:
        history = (*HALF_WAY, refused_by("former_enterprise", OTHER_ENTERPRISE))
        given(FILING, *history).when(fill(penalties="无")).then_types(FormFilled)


class TestIgnoredTheSecondTime:
    def test_the_same_answer_again_whatever_the_words(self) -> None:
        history = (*WAITING, refused_by("person", PERSON))
        given(FILING, *history).when(decline(PERSON, "又一个理由", NEXT_DAY)).then_nothing()


class TestRefused:
    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_without_a_reason(self, reason: str | None) -> None:
        given(FILING, *WAITING).when(decline(PERSON, reason)).then_refused("reason_missing")

    def test_before_its_turn(self) -> None:
        given(FILING, *WAITING).when(decline(OTHER_ENTERPRISE)).then_refused("not_your_turn")

    @pytest.mark.parametrize("actor", [ENTERPRISE, OTHER_PERSON, CITY_OFFICER])
    def test_by_whoever_is_no_party(self, actor: Actor) -> None:
        for history in (READY, WAITING):
            given(FILING, *history).when(decline(actor)).then_refused("not_a_party", NotAllowed)

    def test_after_the_party_agreed(self) -> None:
        handed_on = (former_agreed(), FilingSubmitted(**handed_in()))
        for history in (HALF_WAY, (*HALF_WAY, *handed_on)):
            refused = given(FILING, *history).when(decline(PERSON)).then_refused("already_answered")
            assert refused.params == {"answer": "confirmed"}

    def test_after_somebody_else_refused_it_is_not_asked_any_more(self) -> None:
        history = (*WAITING, refused_by("person", PERSON))
        given(FILING, *history).when(decline(OTHER_ENTERPRISE)).then_refused("not_awaiting_confirmation")
        given(FILING, *history).when(confirm(OTHER_ENTERPRISE)).then_refused("not_awaiting_confirmation")
