"""Killed between any two steps, an approval makes one issue, an enterprise's end ends each certificate once, and each expires once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contracts.certificate import EnterCredential, FindHeld, entered_id
from contracts.identity import EnterpriseClosed
from contracts.matters.facts import CertificateFacts
from services.kernel.testing import meta
from tests.domain.certificate import life
from tests.services.certificate_stage import NINE, TODAY, Stage, credential_of, person_of

EXECUTE = "services.kernel.kernel:Ground.execute"
CLOSED = UUID(int=90)
UNTIL = TODAY + timedelta(days=30)


@pytest.fixture
def stage(fresh_database: str, tmp_path: Path) -> Iterator[Stage]:
    made = Stage(fresh_database, tmp_path)
    yield made
    made.stop()


def old(n: int, enterprise: UUID | None) -> EnterCredential:
    """An old certificate, valid for thirty days more, of somebody who works there."""
    number = f"湘24320162016{n:05d}"
    return life.enter(
        credential_id=entered_id("constructor-2", number),
        registration_number=number,
        holder=life.entered().holder.model_copy(update={"enterprise_id": enterprise}),
        valid_until=UNTIL,
        scopes=(life.entered().scopes[0].model_copy(update={"expires_on": UNTIL}),),
    ).model_copy(update={"meta": meta(command_id=f"enter-{n}", at=NINE)})


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(f"{EXECUTE}:1:before", id="approved-and-not-issued-anew"),
        pytest.param(f"{EXECUTE}:1:after", id="issued-anew-and-not-signed"),
    ],
)
def test_one_issue_one_document(stage: Stage, step: str) -> None:
    stage.approve(1)
    stage.start()
    stage.eventually(lambda: stage.log("DocumentIssued"))
    (held,) = stage.ask(FindHeld(person_id=person_of(1), on=TODAY))
    stage.stop()
    facts = CertificateFacts.model_validate(held)
    stage.approve(2, matter="hunan/constructor-2-replacement", person=1, form={}, certificate=facts)
    stage.start(dies_at=step)
    assert stage.wait_for_death() == -9
    stage.start()
    stage.eventually(lambda: len(stage.log("DocumentIssued")) == 2)
    stage.approve(3)
    stage.eventually(lambda: len(stage.log("DocumentIssued")) == 3)
    (issued,) = stage.log("CredentialReissued")
    assert (issued["credential_id"], issued["identifier_version"]) == (str(credential_of(1)), 2)
    assert [one["identifier"][-5:-2] for one in stage.log("DocumentIssued")] == ["001", "002", "001"]


def test_an_enterprise_closes_and_what_is_left_expires(stage: Stage) -> None:
    stage.append(*(old(n, CLOSED) for n in range(50)), *(old(n, None) for n in range(100, 130)))
    closed = EnterpriseClosed(enterprise_id=CLOSED, closed_on=TODAY, reason="吊销营业执照")
    stage.say("identity", f"enterprise-{CLOSED}", closed)
    stage.start(dies_at=f"{EXECUTE}:25:after")
    assert stage.wait_for_death() == -9
    assert len(stage.log("CredentialLapsed")) == 25
    stage.start()
    stage.eventually(lambda: len(stage.log("CredentialLapsed")) == 50)
    lapsed = Counter(one["credential_id"] for one in stage.log("CredentialLapsed"))
    assert set(lapsed.values()) == {1}
    assert stage.log("CredentialExpired") == []
    stage.stop()

    stage.set_ahead(31)
    stage.start(dies_at=f"{EXECUTE}:10:after")
    assert stage.wait_for_death() == -9
    for _ in range(2):
        stage.start()
    stage.eventually(lambda: len(stage.log("CredentialExpired")) == 30)
    parts = stage.eventually(lambda: (health := stage.call("certificate", "health"))["ok"] and health["parts"])
    assert parts["expiry"] == {"ok": True, "degraded": False, "failing": 0, "error": None}
    expired = Counter(one["credential_id"] for one in stage.log("CredentialExpired"))
    assert set(expired.values()) == {1} and not expired.keys() & lapsed.keys()
    assert {one["valid_until"] for one in stage.log("CredentialExpired")} == {UNTIL.isoformat()}
