"""RecordDocumentNotIssued: a document that cannot be made waits, is counted, and is issued once it can be."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL, WAITING
from services.kernel.testing import given
from tests.domain.certificate.life import cancel, lapse
from tests.domain.certificate.samples import (
    CREDENTIAL_ID,
    OFFICER,
    granted,
    issued,
    not_issued,
    record,
    record_not_issued,
)


class TestHappens:
    def test_why_there_is_no_document_is_recorded(self) -> None:
        outcome = given(CREDENTIAL, granted()).when(record_not_issued()).then(not_issued())
        assert outcome.state.document is None
        assert [(one.kind, one.key) for one in outcome.claims if isinstance(one, Claim)] == [
            (WAITING, str(CREDENTIAL_ID))
        ]

    def test_another_reason_is_told_too(self) -> None:
        history = (granted(), not_issued("U+20BB6", "U+2003E"))
        given(CREDENTIAL, *history).when(record_not_issued("U+2003E")).then(not_issued("U+2003E"))

    def test_the_document_ends_the_waiting(self) -> None:
        outcome = given(CREDENTIAL, granted(), not_issued()).when(record()).then(issued())
        assert Release(WAITING) in outcome.claims
        assert outcome.state.waiting is None

    @pytest.mark.parametrize("end", [cancel(), lapse()])
    def test_of_one_that_has_ended_nobody_waits_for_it_any_more(self, end: Any) -> None:
        outcome = given(CREDENTIAL, granted(), not_issued()).when(end)
        assert Release(WAITING) in outcome.claims
        given(CREDENTIAL, granted(), not_issued(), *outcome.events).when(record_not_issued("U+2003E")).then_nothing()


class TestIgnoredTheSecondTime:
    def test_the_same_reason(self) -> None:
        given(CREDENTIAL, granted(), not_issued()).when(record_not_issued()).then_nothing()

    def test_a_document_is_never_taken_back(self) -> None:
        history = (granted(), not_issued(), issued())
        given(CREDENTIAL, *history).when(record_not_issued("U+2003E")).then_nothing()


class TestRefused:
    def test_before_the_grant(self) -> None:
        given(CREDENTIAL).when(record_not_issued()).then_refused("credential_not_found", NotFound)

    def test_by_anybody_else(self) -> None:
        order = record_not_issued(actor=OFFICER)
        given(CREDENTIAL, granted()).when(order).then_refused("only_by_approval", NotAllowed)
