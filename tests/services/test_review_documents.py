"""Decision documents on a real PostgreSQL: one number and one document for each decision, though the process is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from contracts.identity import EstablishAuthority
from contracts.message import SYSTEM
from contracts.review import DecisionDocument, DocumentView, FindDecisionDocument, PassStage, ReturnCase
from services.certificate.document import verify
from services.kernel.clock import CHINA
from services.kernel.filestore import FileStore
from services.kernel.seal import Seals
from tests.documents.sample import text_of
from tests.domain.review.samples import CHANGSHA_BUREAU, CLERK, OPINION
from tests.services.test_review_deadlines import Review, databases, meta, start, submit, until

__all__ = ["databases", "start"]  # fixtures
ISSUING = "services.review.documents.issuing"
YEAR = datetime.now(CHINA).year
BUREAU = "长沙市住房和城乡建设局"


@pytest.fixture(autouse=True)
def the_matter_that_issues_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATTER_VERSION", "2")


def established(review: Review) -> None:
    order = EstablishAuthority(
        authority_id=CHANGSHA_BUREAU, name=BUREAU, level="city", place="430100", meta=meta(SYSTEM)
    )
    assert "ok" in review.send(order)


def accept(case_id: UUID) -> PassStage:
    return PassStage(case_id=case_id, stage="acceptance", opinion=OPINION, meta=meta(CLERK))


def documents(review: Review, case_id: UUID) -> tuple[DocumentView, ...]:
    return review.case(case_id).documents


def issued(review: Review, case_id: UUID) -> DocumentView:
    until(lambda: bool(documents(review, case_id)), "the document is issued")
    (document,) = documents(review, case_id)
    return document


def pdfs(data: Path) -> set[str]:
    return {path.name for path in (data / "files").glob("*/*")}


def test_an_acceptance_is_told_in_a_signed_document_of_its_authority(
    start: Callable[..., Review], tmp_path: Path
) -> None:
    review = start()
    established(review)
    case_id = submit(review)
    seen = review.send(accept(case_id))["ok"]["version"]
    document = issued(review, case_id)
    assert review.case(case_id).version == seen, "no officer's version grows stale because a paper was printed"
    assert (document.kind, document.number, document.round) == ("acceptance", f"湘建许受〔{YEAR}〕00001号", 1)
    pdf = FileStore(tmp_path).read(document.document.sha256)
    assert BUREAU in text_of(pdf)
    found = verify(pdf, Seals(tmp_path / "keys" / "seal").roots)
    assert (found.intact, found.trusted, found.covers_whole_document) == (True, True, True)

    known = review.send(FindDecisionDocument(sha256=document.document.sha256))["ok"]
    assert DecisionDocument.model_validate(known).number == document.number
    unknown = review.send(FindDecisionDocument(sha256="0" * 64))
    assert unknown["refusal"]["code"] == "document_not_found"


@pytest.mark.parametrize(
    ("step", "orphans"),
    [
        pytest.param(f"{ISSUING}:_serial:1:after", 0, id="number-drawn-and-nothing-made"),
        pytest.param(f"{ISSUING}:made:1:after", 1, id="signed-and-stored-and-not-recorded"),
    ],
)
def test_one_number_and_one_document_though_it_is_killed(
    start: Callable[..., Review], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, orphans: int
) -> None:
    monkeypatch.setenv("DIES_AT", step)
    doomed = start()
    established(doomed)
    first = submit(doomed)
    doomed.order("review", "pass_stage", accept(first).model_dump(mode="json"))
    assert doomed.process.wait(timeout=60) == -9
    monkeypatch.delenv("DIES_AT")
    left_behind = pdfs(tmp_path)
    assert len(left_behind) >= orphans

    review = start()
    document = issued(review, first)
    assert document.number == f"湘建许受〔{YEAR}〕00001号"
    second = submit(review)
    assert "ok" in review.send(accept(second))
    assert issued(review, second).number == f"湘建许受〔{YEAR}〕00002号"
    assert len(review.events("review.DocumentNumberAllocated.v1")) == 2
    assert len(review.events("review.CaseDocumentIssued.v1")) == 2
    for orphan in left_behind - {document.document.sha256}:
        assert review.send(FindDecisionDocument(sha256=orphan))["refusal"]["code"] == "document_not_found"


def test_one_that_cannot_be_printed_waits_holds_up_no_other_and_is_made_once_it_can_be(
    start: Callable[..., Review], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACKING", "𠮷")
    review = start()
    established(review)
    rare, plain = submit(review), submit(review)
    order = ReturnCase(case_id=rare, stage="acceptance", reason="姓名中的𠮷字与身份证不一致", meta=meta(CLERK))
    assert "ok" in review.send(order)
    assert "ok" in review.send(accept(plain))
    assert issued(review, plain).number == f"湘建许受〔{YEAR}〕00001号"
    (waits,) = review.events("review.CaseDocumentNotIssued.v1")
    assert waits["body"]["event"]["code"] == "character_not_printable"
    assert documents(review, rare) == ()
    health = review.call("review", "health", None)["ok"]["parts"]["documents"]
    assert (health["ok"], health["waiting"]) == (False, 1)
    review.kill()

    monkeypatch.delenv("LACKING")
    mended = start()
    assert issued(mended, rare).number == f"湘建许补〔{YEAR}〕00001号"
    assert mended.call("review", "health", None)["ok"]["parts"]["documents"]["waiting"] == 0
    assert len(mended.events("review.CaseDocumentNotIssued.v1")) == 1
