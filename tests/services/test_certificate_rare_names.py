"""A name with a character that no font has: its document waits, everybody else's does not, and it is issued once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.certificate import CredentialView, GetCredential
from tests.documents.sample import text_of
from tests.services.certificate_stage import Stage, credential_of

NAME = "王鑫"


@pytest.fixture
def stage(fresh_database: str, tmp_path: Path) -> Iterator[Stage]:
    """The first approval is of somebody whose name cannot be printed, the second of somebody else."""
    made = Stage(fresh_database, tmp_path)
    made.lack("鑫")
    made.approve(1, name=NAME)
    made.approve(2)
    yield made
    made.stop()


def health(stage: Stage) -> Any:
    return stage.call("certificate", "health")


def shown(stage: Stage, n: int) -> CredentialView:
    return CredentialView.model_validate(stage.ask(GetCredential(credential_id=credential_of(n))))


def test_the_next_one_gets_its_document_and_health_says_that_one_waits(stage: Stage) -> None:
    stage.start()
    issued = stage.eventually(lambda: stage.log("DocumentIssued"))
    assert [one["credential_id"] for one in issued] == [str(credential_of(2))]
    (waiting,) = stage.log("DocumentNotIssued")
    assert waiting["credential_id"] == str(credential_of(1))
    assert (waiting["code"], waiting["characters"]) == ("character_not_printable", ["U+946B"])
    found = health(stage)
    assert found["ok"] is True, "it keeps nobody else out"
    assert found["parts"]["documents"] == {"ok": False, "waiting": 1, "degraded": True}
    assert found["parts"]["certificate.follows.certificate"]["ok"], "the follower has gone on"
    first = shown(stage, 1)
    assert (first.status, first.document) == ("valid", None)


def test_it_is_issued_at_the_next_start_once_a_font_has_it(stage: Stage) -> None:
    stage.start()
    stage.eventually(lambda: stage.log("DocumentIssued"))
    stage.stop()
    stage.lack("")
    stage.start()
    stage.eventually(lambda: len(stage.log("DocumentIssued")) == 2)
    document = shown(stage, 1).document
    assert document is not None and NAME in text_of(stage.files.read(document.sha256))
    assert health(stage)["parts"]["documents"] == {"ok": True, "waiting": 0, "degraded": True}


def test_or_after_some_minutes_without_a_restart_and_never_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIED_AGAIN_EVERY", "0.2")
    stage.start()
    stage.eventually(lambda: stage.log("DocumentIssued"))
    time.sleep(1)  # tried again several times, in vain
    stage.lack("")
    stage.eventually(lambda: health(stage)["parts"]["documents"]["ok"])
    assert len(stage.log("DocumentNotIssued")) == 1, "the same reason is told once"
    stage.approve(3)
    stage.eventually(lambda: len(stage.log("DocumentIssued")) == 3)
    assert {one["credential_id"] for one in stage.log("DocumentIssued")} == {
        str(credential_of(n)) for n in (1, 2, 3)
    }
    first, second, _ = stage.log("DocumentIssued")
    assert first["credential_id"] == str(credential_of(2))
    assert second["signed_at"] > first["signed_at"], "signed when it was signed, not on the day of the grant"
