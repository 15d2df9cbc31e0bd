"""DeleteDraft: only what was never submitted can be thrown away (DOMAIN 4.2)."""

from __future__ import annotations

import pytest

from contracts.errors import NotAllowed, NotFound
from contracts.filing import DeleteDraft, DraftDeleted
from contracts.message import Actor, Event
from services.kernel.testing import given, meta
from tests.domain.filing.samples import APPROVED, COMPLETE, DRAFTED, FILING, HANDED_IN, REJECTED, RETURNED
from tests.samples import CITY_OFFICER, ENTERPRISE, FILING_ID, OPERATOR, OTHER_ENTERPRISE

DELETED = DraftDeleted(filing_id=FILING_ID)


def delete(actor: Actor = ENTERPRISE) -> DeleteDraft:
    return DeleteDraft(filing_id=FILING_ID, meta=meta(actor))


class TestHappens:
    def test_empty_or_complete(self) -> None:
        for history in ([DRAFTED], COMPLETE):
            outcome = given(FILING, *history).when(delete()).then(DELETED)
            assert outcome.state.status == "deleted"


class TestIgnoredTheSecondTime:
    def test_what_is_gone_is_gone(self) -> None:
        given(FILING, DRAFTED, DELETED).when(delete()).then_nothing()


class TestRefused:
    @pytest.mark.parametrize(
        "after", [[], [RETURNED], [REJECTED], [APPROVED]], ids=["submitted", "returned", "rejected", "approved"]
    )
    def test_once_submitted_even_after_a_return(self, after: list[Event]) -> None:
        code = "already_with_authority" if after == [RETURNED] else "already_submitted"
        given(FILING, *HANDED_IN, *after).when(delete()).then_refused(code)

    @pytest.mark.parametrize("actor", [OTHER_ENTERPRISE, CITY_OFFICER, OPERATOR])
    def test_somebody_else_s(self, actor: Actor) -> None:
        given(FILING, DRAFTED).when(delete(actor)).then_refused("not_your_filing", NotAllowed)

    def test_there_is_no_such_filing(self) -> None:
        given(FILING).when(delete()).then_refused("filing_not_found", NotFound)
