"""RecordCaseDocument and RecordCaseDocumentNotIssued: kept with the case, one for each kind and cause."""

from __future__ import annotations

from typing import Any

from contracts.decider import Claim, Release
from contracts.errors import NotAllowed
from contracts.files import FileRef
from contracts.message import SYSTEM
from contracts.review import (
    CaseDocumentIssued,
    CaseDocumentNotIssued,
    RecordCaseDocument,
    RecordCaseDocumentNotIssued,
)
from services.kernel.testing import given
from services.review.domain.filed_documents import FILED, ISSUED, WAITING
from tests.domain.review.samples import CASE_ID, CLERK, FILING, MONDAY, meta

PDF = FileRef(sha256="a" * 64, name="湘建许受〔2026〕00012号.pdf", content_type="application/pdf", size=80_000)


def record(**changes: Any) -> RecordCaseDocument:
    body: dict[str, Any] = {
        "case_id": CASE_ID,
        "filing_id": FILING,
        "round": 1,
        "kind": "acceptance",
        "cause": 2,
        "number": "湘建许受〔2026〕00012号",
        "document": PDF,
        "algorithm": "sha256_ecdsa",
        "signer_sha256": "b" * 64,
        "signed_at": MONDAY,
        "development_key": True,
        "meta": meta(SYSTEM),
    }
    return RecordCaseDocument(**{**body, **changes})


def issued(**changes: Any) -> CaseDocumentIssued:
    return CaseDocumentIssued(**record(**changes).model_dump(exclude={"meta"}))


def record_not_issued(
    code: str = "character_not_printable", kind: Any = "acceptance", cause: int = 2, **changes: Any
) -> RecordCaseDocumentNotIssued:
    said = {"meta": meta(SYSTEM), **changes}
    return RecordCaseDocumentNotIssued(case_id=CASE_ID, filing_id=FILING, kind=kind, cause=cause, code=code, **said)


def not_issued(
    code: str = "character_not_printable", kind: Any = "acceptance", cause: int = 2
) -> CaseDocumentNotIssued:
    return CaseDocumentNotIssued(case_id=CASE_ID, filing_id=FILING, kind=kind, cause=cause, code=code)


class TestHappens:
    def test_the_document_is_kept_with_the_case_and_found_by_its_content(self) -> None:
        outcome = given(FILED).when(record()).then(issued())
        assert outcome.state.issued == (issued(),)
        assert [(one.kind, one.key) for one in outcome.claims if isinstance(one, Claim)] == [(ISSUED, "a" * 64)]

    def test_each_cause_has_its_own(self) -> None:
        other = {"kind": "correction", "cause": 5, "document": PDF.model_copy(update={"sha256": "c" * 64})}
        outcome = given(FILED, issued()).when(record(**other)).then(issued(**other))
        assert len(outcome.state.issued) == 2

    def test_of_the_submission_that_was_looked_at_then(self) -> None:
        later = {"kind": "correction", "cause": 9, "round": 2}
        assert given(FILED, issued()).when(record(**later)).then(issued(**later)).state.issued[-1].round == 2

    def test_why_there_is_none_yet_is_recorded(self) -> None:
        outcome = given(FILED).when(record_not_issued()).then(not_issued())
        assert outcome.state.waiting == (not_issued(),)
        assert [(one.kind, one.key) for one in outcome.claims if isinstance(one, Claim)] == [
            (WAITING, f"{CASE_ID}/acceptance/2")
        ]

    def test_another_reason_takes_the_place_of_the_first(self) -> None:
        outcome = given(FILED, not_issued()).when(record_not_issued("document_not_typeset"))
        assert outcome.then(not_issued("document_not_typeset")).state.waiting == (
            not_issued("document_not_typeset"),
        )

    def test_the_document_ends_its_own_waiting_and_no_other(self) -> None:
        history = (not_issued(), not_issued(kind="approval", cause=9))
        outcome = given(FILED, *history).when(record()).then(issued())
        assert outcome.state.waiting == (not_issued(kind="approval", cause=9),)
        assert Release(WAITING) in outcome.claims
        assert [one.key for one in outcome.claims if isinstance(one, Claim) and one.kind == WAITING] == [
            f"{CASE_ID}/approval/9"
        ]


class TestIgnoredTheSecondTime:
    def test_another_document_for_the_same_cause_counts_for_nothing(self) -> None:
        again = record(document=PDF.model_copy(update={"sha256": "d" * 64}), number="湘建许受〔2026〕00013号")
        given(FILED, issued()).when(again).then_nothing()

    def test_the_same_reason(self) -> None:
        given(FILED, not_issued()).when(record_not_issued()).then_nothing()

    def test_a_document_is_never_taken_back(self) -> None:
        given(FILED, issued()).when(record_not_issued()).then_nothing()


class TestRefused:
    def test_by_anybody_else(self) -> None:
        given(FILED).when(record(meta=meta(CLERK))).then_refused("system_only", NotAllowed)
        given(FILED).when(record_not_issued(meta=meta(CLERK))).then_refused("system_only", NotAllowed)

    def test_what_is_no_pdf(self) -> None:
        picture = PDF.model_copy(update={"content_type": "image/png"})
        given(FILED).when(record(document=picture)).then_refused("document_not_pdf")
