"""Decision documents over HTTP: for the parties and the officials of the place, downloadable, and for nobody else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from contracts.errors import NotFound
from contracts.examples import example
from contracts.message import Actor, derived_id
from contracts.review import CaseDocumentIssued, CaseView, DocumentView, Submission
from demo.pictures import make_letter_pdf
from tests import samples
from tests.services import gateway_stage as on
from tests.services.gateway_stage import Stage

FILING = f"/api/v1/filings/{samples.FILING_ID}/documents"
CASE = f"/api/v1/cases/{on.CASE_ID}/documents"
OF_ITS_FILING = derived_id("case", samples.FILING_ID, 1)
PDF = make_letter_pdf("准予行政许可决定书", ["决定准予行政许可。"])
SHA256 = hashlib.sha256(PDF).hexdigest()
STRANGER = on.with_account(samples.OTHER_PERSON)
RIVAL = on.with_account(samples.OTHER_ENTERPRISE)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path)
    issued = example(CaseDocumentIssued.NAME)
    assert isinstance(issued, CaseDocumentIssued)
    document = stage.store.put(PDF, "decision.pdf")
    view = DocumentView(
        kind=issued.kind, number=issued.number, document=document, signed_at=issued.signed_at, round=issued.round
    )
    of_round = submitted(issued.round, samples.PERSON.person_id)
    case = on.case(documents=(view,), submissions=(of_round,))
    stage.services.answers.update(GetFiling=on.filing(), GetCase=case)
    return stage


def submitted(round: int, person_id: UUID | None) -> Submission:
    assert person_id is not None
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return Submission(round=round, person_id=person_id, form={}, attachments=(), specialty=None, submitted_at=at)


def test_of_a_round_that_was_about_somebody_else_a_person_sees_nothing(stage: Stage) -> None:
    case = stage.services.answers["GetCase"]
    assert isinstance(case, CaseView)
    before = submitted(case.documents[0].round, UUID(int=5))
    now = submitted(case.documents[0].round + 1, samples.PERSON.person_id)
    stage.services.answers["GetCase"] = case.model_copy(update={"submissions": (before, now)})
    assert stage.signed_in(on.PERSON).get(FILING).get_json() == {"documents": []}
    assert stage.signed_in(on.PERSON).get(f"{FILING}/{SHA256}").status_code == 404
    assert len(stage.signed_in(on.ENTERPRISE).get(FILING).get_json()["documents"]) == 1


@pytest.mark.parametrize(
    ("path", "actor", "status"),
    [
        (FILING, on.ENTERPRISE, 200),
        (FILING, on.PERSON, 200),
        (FILING, on.OFFICER, 200),
        (FILING, on.AUDITOR, 200),
        (FILING, RIVAL, 404),
        (FILING, STRANGER, 404),
        (FILING, on.OTHER_OFFICER, 403),
        (CASE, on.OFFICER, 200),
        (CASE, on.AUDITOR, 200),
        (CASE, on.OTHER_OFFICER, 403),
        (CASE, on.ENTERPRISE, 403),
    ],
)
def test_who_sees_them(stage: Stage, path: str, actor: Actor, status: int) -> None:
    client = stage.signed_in(actor)
    reply = client.get(path)
    assert reply.status_code == status
    file = client.get(f"{path}/{SHA256}")
    assert file.status_code == status
    if status == 200:
        (told,) = reply.get_json()["documents"]
        assert (told["kind"], told["number"]) == ("approval", "湘建许准〔2026〕00012号")
        assert (file.data, file.content_type) == (PDF, "application/pdf")
        assert "UTF-8''" in file.headers["Content-Disposition"]


def test_nobody_gets_a_file_that_is_no_document_of_the_case(stage: Stage) -> None:
    other = stage.store.put(make_letter_pdf("另一件", ["内容。"]), "other.pdf")
    for path, actor in ((FILING, on.ENTERPRISE), (CASE, on.OFFICER)):
        reply = stage.signed_in(actor).get(f"{path}/{other.sha256}")
        assert (reply.status_code, reply.get_json()["code"]) == (404, "document_not_found")


def test_a_filing_that_was_never_submitted_has_none(stage: Stage) -> None:
    asked: list[UUID] = []

    def no_case(question: object) -> None:
        asked.append(question.case_id)  # type: ignore[attr-defined]
        raise NotFound.of("case", asked[-1])

    stage.services.answers["GetCase"] = no_case
    reply = stage.signed_in(on.ENTERPRISE).get(FILING)
    assert (reply.status_code, reply.get_json()) == (200, {"documents": []})
    assert asked == [OF_ITS_FILING]
