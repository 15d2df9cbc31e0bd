"""RecordDocument: the one signed document of a credential, whatever else was signed."""

from __future__ import annotations

from contracts.decider import Claim
from contracts.errors import NotAllowed, NotFound
from services.certificate.domain.credential import CREDENTIAL
from services.kernel.log import _fingerprint
from services.kernel.testing import given
from tests.domain.certificate.life import entered, reissued
from tests.domain.certificate.samples import (
    DOCUMENT,
    IDENTIFIER,
    NEXT_IDENTIFIER,
    OFFICER,
    OLD,
    PORTRAIT,
    granted,
    issued,
    record,
    record_not_issued,
)

ANOTHER = DOCUMENT.model_copy(update={"sha256": "f" * 64})


class TestHappens:
    def test_the_document_is_recorded_with_the_credential_s_identifier(self) -> None:
        given(CREDENTIAL, granted()).when(record()).then(issued())

    def test_the_file_leads_to_its_credential(self) -> None:
        outcome = given(CREDENTIAL, granted()).when(record())
        assert outcome.claims == [Claim("document", DOCUMENT.sha256, "document_taken")]


class TestIgnoredTheSecondTime:
    def test_the_same_document(self) -> None:
        given(CREDENTIAL, granted(), issued()).when(record()).then_nothing()

    def test_another_document_changes_nothing(self) -> None:
        outcome = given(CREDENTIAL, granted(), issued()).when(record(document=ANOTHER)).then_nothing()
        assert outcome.state.document.document == DOCUMENT

    def test_it_is_the_same_order_whichever_file_was_signed(self) -> None:
        """Else a repetition after a crash would be another order under a used id, and stop the follower."""
        assert _fingerprint(record()) == _fingerprint(record(document=ANOTHER))


class TestRefused:
    def test_before_the_grant(self) -> None:
        given(CREDENTIAL).when(record()).then_refused("credential_not_found", NotFound)

    def test_by_anybody_else(self) -> None:
        given(CREDENTIAL, granted()).when(record(OFFICER)).then_refused("only_by_approval", NotAllowed)

    def test_a_picture_is_no_document(self) -> None:
        given(CREDENTIAL, granted()).when(record(document=PORTRAIT)).then_refused("document_not_pdf")


class TestOfEachIssue:
    def test_each_has_its_own(self) -> None:
        history = (granted(), issued(), reissued())
        second = {"identifier": NEXT_IDENTIFIER, "document": ANOTHER}
        outcome = given(CREDENTIAL, *history).when(record(**second)).then(issued(**second))
        assert [one.document is not None for one in outcome.state.issues] == [True, True]

    def test_one_that_was_signed_before_the_next_issue_is_that_one_s(self) -> None:
        outcome = given(CREDENTIAL, granted(), reissued()).when(record(identifier=IDENTIFIER)).then(issued())
        assert outcome.state.document is None, "the issue that holds has none yet"
        given(CREDENTIAL, granted(), reissued(), issued()).when(record(identifier=IDENTIFIER)).then_nothing()

    def test_nobody_waits_for_that_of_a_void_issue(self) -> None:
        late = record_not_issued().model_copy(update={"identifier": IDENTIFIER})
        given(CREDENTIAL, granted(), reissued()).when(late).then_nothing()

    def test_of_no_issue_of_this_credential(self) -> None:
        given(CREDENTIAL, granted()).when(record(identifier=NEXT_IDENTIFIER)).then_refused("issue_unknown")
        given(CREDENTIAL, entered()).when(record(credential_id=OLD)).then_refused("issue_unknown")
