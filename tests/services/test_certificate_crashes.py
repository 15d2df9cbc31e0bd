"""Killed between any two steps, an approval still gives one credential with one number and one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.certificate import CredentialView, DocumentCheck, GetCredential, VerifyDocument
from tests.services.certificate_stage import TODAY, Stage, credential_of

EXECUTE = "services.kernel.kernel:Ground.execute"


@pytest.fixture
def stage(fresh_database: str, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(fresh_database, tmp_path)
    yield made
    made.stop()


def pdfs(stage: Stage) -> set[str]:
    return {
        p.name for p in (stage.data / "files").rglob("*") if p.is_file() and p.read_bytes()[:5] == b"%PDF-"
    }


@pytest.mark.parametrize(
    ("step", "orphans"),
    [
        pytest.param(f"{EXECUTE}:1:after", 0, id="one-number-drawn"),
        pytest.param(f"{EXECUTE}:3:before", 0, id="both-numbers-drawn-and-not-granted"),
        pytest.param(f"{EXECUTE}:3:after", 0, id="granted-and-not-signed"),
        pytest.param(f"{EXECUTE}:4:before", 1, id="signed-and-stored-and-not-recorded"),
        pytest.param(f"{EXECUTE}:4:after", 0, id="recorded"),
    ],
)
def test_one_credential_one_number_one_document(stage: Stage, step: str, orphans: int) -> None:
    stage.approve(1)
    stage.start(dies_at=step)
    assert stage.wait_for_death() == -9
    left_behind = pdfs(stage)

    stage.start()
    document = stage.eventually(lambda: stage.log("DocumentIssued"))[0]["document"]["sha256"]
    stage.approve(2)
    stage.eventually(lambda: len(stage.log("DocumentIssued")) == 2)

    granted = stage.log("CredentialGranted")
    assert [one["registration_number"][-5:] for one in granted] == ["00001", "00002"]
    assert len(stage.log("NumberAllocated")) == 4
    assert len({one["document"]["sha256"] for one in stage.log("DocumentIssued")}) == 2
    view = CredentialView.model_validate(stage.ask(GetCredential(credential_id=credential_of(1))))
    assert view.document is not None and view.document.sha256 == document
    assert len(left_behind - {document}) == orphans
    for orphan in left_behind - {document}:
        brought = stage.evidence.path(orphan)
        brought.parent.mkdir(parents=True)
        brought.write_bytes(stage.files.read(orphan))
        found = DocumentCheck.model_validate(stage.ask(VerifyDocument(sha256=orphan, on=TODAY)))
        assert (found.genuine, found.problems) == (False, ("not_the_issued_document",))
