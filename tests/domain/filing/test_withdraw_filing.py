"""WithdrawFiling: the filer takes it back while parties are asked; what the authority has stays with it."""

from __future__ import annotations

import pytest

from contracts.decider import Release
from contracts.errors import NotAllowed, NotFound
from contracts.filing import DraftDeleted, FilingReturned, FilingSubmitted, FilingWithdrawn, FormFilled
from contracts.message import Actor, Event
from services.kernel.testing import given
from tests.domain.filing.confirming import (
    CERTIFICATE,
    FILING,
    HALF_WAY,
    READY,
    WAITING,
    WITHDRAWN,
    certified,
    former_agreed,
    handed_in,
    submit,
    withdraw,
)
from tests.domain.filing.samples import APPROVED, HANDED_IN, REASON, asked, filled
from tests.domain.filing.samples import FILING as PLAIN
from tests.domain.filing.test_delete_draft import delete
from tests.domain.filing.test_fill_form import fill
from tests.samples import CITY_OFFICER, FILING_ID, OTHER_ENTERPRISE, OTHER_PERSON_ID, PERSON

GIVEN_BACK = [Release("confirmation_due"), Release("confirmation_near"), Release("open_filing")]


class TestHappens:
    @pytest.mark.parametrize("history", [WAITING, HALF_WAY])
    def test_it_is_a_draft_again(self, history: tuple[Event, ...]) -> None:
        outcome = given(FILING, *history).when(withdraw()).then(WITHDRAWN)
        assert outcome.state.status == "draft"
        assert outcome.claims == GIVEN_BACK
        given(FILING, *history, WITHDRAWN).when(fill(penalties="无")).then_types(FormFilled)
        given(FILING, *history, WITHDRAWN).when(delete()).then(DraftDeleted(filing_id=FILING_ID))

    def test_with_a_reason_where_one_is_given(self) -> None:
        (event,) = given(FILING, *WAITING).when(withdraw(reason="填错专业")).then_types(FilingWithdrawn).events
        assert isinstance(event, FilingWithdrawn) and event.reason == "填错专业"

    def test_a_correction_that_asked_parties_anew_waits_for_correction_again(self) -> None:
        back = FilingReturned(filing_id=FILING_ID, round=1, reason=REASON, items=(asked("field", "penalties"),))
        history = [*HALF_WAY, former_agreed(), FilingSubmitted(**handed_in()), back, filled(penalties="无")]
        other = CERTIFICATE.model_copy(update={"employer_id": OTHER_PERSON_ID})
        history += (
            given(FILING, *history, filled(specialty="building", penalties="无"))
            .when(submit(subject=certified(certificates=(other,))))
            .events
        )
        outcome = given(FILING, *history).when(withdraw()).then_types(FilingWithdrawn)
        assert outcome.state.status == "returned"
        assert outcome.claims == GIVEN_BACK[:2], "the authority still has the case"


class TestIgnoredTheSecondTime:
    def test_taken_back_already(self) -> None:
        given(FILING, *WAITING, WITHDRAWN).when(withdraw()).then_nothing()


class TestRefused:
    def test_once_the_authority_has_it(self) -> None:
        for decided in ((), (APPROVED,)):
            refused = given(PLAIN, *HANDED_IN, *decided).when(withdraw()).then_refused("already_submitted")
            assert refused.params["status"] in ("submitted", "approved")

    def test_what_nobody_was_asked_about(self) -> None:
        given(FILING, *READY).when(withdraw()).then_refused("not_awaiting_confirmation")

    @pytest.mark.parametrize("actor", [PERSON, OTHER_ENTERPRISE, CITY_OFFICER])
    def test_by_anybody_but_the_filer(self, actor: Actor) -> None:
        given(FILING, *WAITING).when(withdraw(actor)).then_refused("not_your_filing", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(withdraw()).then_refused("filing_not_found", NotFound)
